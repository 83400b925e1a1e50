import Files
import MetaLearning

extension Checkpoint {
  static let formatName = "metarl-checkpoint"
  static let metaPrefix = "meta."
  static let outerPrefix = "outer."

  /// Header bytes a checkpoint may have; some hundred tensors take a few kilobytes.
  private static let largestHeader = 1 << 20

  /// The file's bytes: the same checkpoint always gives the same bytes.
  ///
  /// A safetensors file. The first entry of its metadata is `checksum`, the SHA-256 of the
  /// whole file with 64 zeros in the checksum's place.
  public func encoded() -> [UInt8] {
    var bytes = Safetensors(
      metadata: metadata(checksum: String(repeating: "0", count: SHA256.hexCount)),
      tensors: namedTensors
    ).encoded()
    let range = Self.checksumRange
    precondition(
      bytes[8..<range.lowerBound].elementsEqual(Self.headerStart), "checksum is not the first entry"
    )
    bytes.replaceSubrange(range, with: SHA256.hexDigest(of: bytes).utf8)
    return bytes
  }

  /// Reads a checkpoint, proving first that every byte is as it was written.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: its name, for messages.
  /// - Throws: `CheckpointError` for anything but a whole checkpoint of a known format.
  public init(parsing bytes: [UInt8], path: String) throws(CheckpointError) {
    let isIntact = Self.hasItsChecksum(bytes)
    let file: Safetensors
    do throws(SafetensorsError) {
      file = try Safetensors(parsing: bytes, largestHeader: Self.largestHeader)
    } catch {
      switch error {
      case .truncated(let expected, let count):
        throw .truncated(path: path, expectedBytes: expected, bytes: count)
      case .malformed(let reason): throw .damaged(path: path, reason: reason)
      }
    }
    guard file.metadata["format"] == Self.formatName || isIntact else {
      throw file.metadata["checksum"] == nil
        ? .foreign(path: path) : .damaged(path: path, reason: "its checksum does not match")
    }
    guard isIntact else { throw .damaged(path: path, reason: "its checksum does not match") }
    guard let version = file.metadata["format_version"].flatMap(Int.init), version >= 1 else {
      throw .damaged(path: path, reason: "it has no format version")
    }
    guard version <= Self.formatVersion else { throw .newerFormat(path: path, version: version) }
    self = try Self.decode(file, version: version, path: path)
  }

  /// Writes the checkpoint durably; see `DurableFile`.
  ///
  /// - Throws: `CheckpointError.file`.
  public func write(to path: String) throws(CheckpointError) {
    do {
      try DurableFile.write(encoded(), to: path)
    } catch {
      throw .file(error)
    }
  }

  /// Reads a checkpoint file.
  ///
  /// - Throws: `CheckpointError`.
  public init(contentsOf path: String) throws(CheckpointError) {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.contents(of: path, limit: 1 << 32)
    } catch {
      throw .file(error)
    }
    try self.init(parsing: bytes, path: path)
  }

  // MARK: - Checksum

  private static let headerStart = Array("{\"__metadata__\":{\"checksum\":\"".utf8)

  /// Where the checksum's digits stand in the file.
  static let checksumRange = 8 + headerStart.count..<8 + headerStart.count + SHA256.hexCount

  private static func hasItsChecksum(_ bytes: [UInt8]) -> Bool {
    let range = checksumRange
    guard bytes.count >= range.upperBound else { return false }
    let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: SHA256.hexCount)
    let digest = SHA256.hexDigest(
      of: bytes[..<range.lowerBound], zeros[...], bytes[range.upperBound...])
    return bytes[range].elementsEqual(digest.utf8)
  }

  // MARK: - Names

  /// The tensors under the names they have in the file.
  var namedTensors: [Tensor] {
    func prefixed(_ tensors: [Tensor], _ prefix: String) -> [Tensor] {
      tensors.map { Tensor(name: prefix + $0.name, shape: $0.shape, values: $0.values) }
    }
    return prefixed(parameters, Self.metaPrefix) + prefixed(optimizer, Self.outerPrefix)
  }
}
