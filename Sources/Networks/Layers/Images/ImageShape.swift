/// The shape of an image that lies channel by channel and row by row.
public struct ImageShape: Sendable, Hashable {
  /// Channels.
  public let channels: Int
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int

  /// A shape, each size ≥ 1.
  public init(channels: Int, height: Int, width: Int) {
    precondition(
      channels >= 1 && height >= 1 && width >= 1, "image \(channels) × \(height) × \(width)")
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// Numbers of an image.
  public var count: Int { channels * height * width }
}
