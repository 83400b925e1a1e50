/// A safetensors file as a value: text metadata and named tensors.
///
/// Layout: eight bytes with the header's size, little-endian; the header, JSON that gives each
/// tensor's element type, shape and byte range, padded with spaces to a multiple of eight; then
/// the numbers, without gaps. Read by the Python package `safetensors`, too.
/// Source: https://github.com/huggingface/safetensors, README, "Format".
public struct Safetensors: Sendable, Equatable {
  /// Text by name.
  public var metadata: [String: String]
  /// The tensors; names are unique.
  public var tensors: [Tensor]

  /// Greatest header in bytes, the format's own limit.
  public static let largestHeader = 100_000_000

  /// A file's contents.
  public init(metadata: [String: String] = [:], tensors: [Tensor] = []) {
    self.metadata = metadata
    self.tensors = tensors
  }

  /// The tensor of a name, or nil.
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// The file's bytes: the same contents always give the same bytes.
  ///
  /// Metadata stands first in the header, its names sorted but `checksum` first; tensors follow by falling element
  /// size (which keeps every value aligned), then by name.
  public func encoded() -> [UInt8] {
    let ordered = tensors.sorted {
      ($1.values.elementType.size, $0.name) < ($0.values.elementType.size, $1.name)
    }
    var header = Array(headerJSON(ordered).line.utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header)
    for tensor in ordered { tensor.values.appendBytes(to: &bytes) }
    return bytes
  }

  private func headerJSON(_ ordered: [Tensor]) -> JSONValue {
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      // A checksum first, at a place that does not depend on the other entries.
      let sorted = metadata.sorted {
        ($0.key == "checksum" ? 0 : 1, $0.key) < ($1.key == "checksum" ? 0 : 1, $1.key)
      }
      members.append(
        JSONValue.Member(
          Self.metadataKey, .object(sorted.map { JSONValue.Member($0.key, .text($0.value)) })))
    }
    var offset = 0
    for tensor in ordered {
      let end = offset + tensor.values.count * tensor.values.elementType.size
      members.append(
        JSONValue.Member(
          tensor.name,
          .object([
            JSONValue.Member("dtype", .text(tensor.values.elementType.rawValue)),
            JSONValue.Member("shape", .array(tensor.shape.map(JSONValue.integer))),
            JSONValue.Member("data_offsets", .array([.integer(offset), .integer(end)])),
          ])))
      offset = end
    }
    return .object(members)
  }

  package static let metadataKey = "__metadata__"
}

/// Why bytes are not a safetensors file.
public enum SafetensorsError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The file ends before what its header announces.
  case truncated(expectedBytes: Int, bytes: Int)
  /// The header contradicts itself, the file or the format.
  case malformed(reason: String)

  /// One line.
  public var description: String {
    switch self {
    case .truncated(let expected, let bytes):
      "it ends after \(bytes) of \(expected) bytes"
    case .malformed(let reason): reason
    }
  }
}
