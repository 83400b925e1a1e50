import Networks

/// How a convolutional block halves the image.
public enum Downsampling: String, Sendable, CaseIterable, Codable {
  /// A 2 × 2 max-pool after the nonlinearity.
  case pool
  /// A convolution of every second place.
  case stride
}

/// Which statistics normalize the batches of a convolutional network.
///
/// Published figures differ by several points with it, so that every report says which.
public enum BatchNormKind: String, Sendable, CaseIterable, Codable {
  /// Those of the batch itself, support and query each by their own: the query examples see each
  /// other.
  case transductive
  /// None: there is no normalization.
  case none
}

extension PolicyConfiguration {
  /// The blocks that the configuration names.
  var blocks: [ConvolutionBlock] {
    filters.map {
      ConvolutionBlock(
        filters: $0, stride: downsampling == .stride ? 2 : 1,
        normalizes: batchNorm == .transductive, pools: downsampling == .pool)
    }
  }

  /// Why the network cannot be made for a family; nil where it can.
  func complaint(on family: any TaskFamily) -> String? {
    guard !filters.isEmpty else { return nil }
    guard let image = family.examples?.image else {
      return "policy.filters is for images, which '\(family.name)' has none of"
    }
    guard context == 0 else {
      return "policy.context joins the input of a dense layer; with policy.filters it must be 0"
    }
    guard Network<Float>(image: image, blocks: blocks, hidden: [], outputWidth: 1) != nil else {
      return "policy.filters has \(filters.count) blocks, each halving an image of "
        + "\(image.height) by \(image.width); take fewer"
    }
    return nil
  }
}
