/// The header of a safetensors file, proved consistent with the file's size.
package struct SafetensorsHeader {
  /// Where one tensor's numbers lie.
  package struct Entry {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// Bytes from the start of the file.
    let range: Range<Int>
  }

  package let metadata: [String: String]
  /// In the order of their bytes, without gaps, up to the end of the file.
  package let entries: [Entry]

  /// Bytes before the header.
  package static let prefixSize = 8

  /// The header's size from the file's first bytes, proved to lie within the file.
  package static func size(
    prefix: ArraySlice<UInt8>, fileSize: Int, limit: Int
  ) throws(SafetensorsError) -> Int {
    guard fileSize >= prefixSize, prefix.count >= prefixSize else {
      throw .truncated(expectedBytes: prefixSize, bytes: fileSize)
    }
    var announced: UInt64 = 0
    for (place, byte) in prefix.prefix(prefixSize).enumerated() {
      announced |= UInt64(byte) << UInt64(8 * place)
    }
    guard announced >= 2, announced <= UInt64(limit) else {
      throw .malformed(reason: "it announces a header of \(announced) bytes; 2 to \(limit) allowed")
    }
    let size = Int(announced)
    guard size <= fileSize - prefixSize else {
      throw .truncated(expectedBytes: prefixSize + size, bytes: fileSize)
    }
    return size
  }

  /// Reads the header and checks every length and offset against the file's size.
  ///
  /// - Parameters:
  ///   - json: the header's bytes.
  ///   - fileSize: bytes of the whole file.
  /// - Throws: `SafetensorsError`.
  package init(json: ArraySlice<UInt8>, fileSize: Int) throws(SafetensorsError) {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: Array(json))
    } catch {
      throw .malformed(reason: "its header is \(error)")
    }
    guard case .object(let members) = document else {
      throw .malformed(reason: "its header is not a JSON object")
    }
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    let dataStart = Self.prefixSize + json.count
    for member in members {
      if member.key == Safetensors.metadataKey {
        metadata = try Self.metadata(member.value)
      } else {
        entries.append(try Self.entry(member, dataStart: dataStart))
      }
    }
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = dataStart
    for entry in entries {
      guard entry.range.lowerBound == end else {
        throw .malformed(reason: "tensor '\(entry.name)' overlaps another or leaves a gap")
      }
      end = entry.range.upperBound
    }
    guard fileSize >= end else { throw .truncated(expectedBytes: end, bytes: fileSize) }
    guard fileSize == end else {
      throw .malformed(reason: "\(fileSize - end) bytes follow its last tensor")
    }
    self.metadata = metadata
    self.entries = entries
  }

  private static func metadata(_ value: JSONValue) throws(SafetensorsError) -> [String: String] {
    guard case .object(let members) = value else {
      throw .malformed(reason: "its metadata is not a JSON object")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .text(let text) = member.value else {
        throw .malformed(reason: "its metadata '\(member.key)' is not a string")
      }
      metadata[member.key] = text
    }
    return metadata
  }

  private static func entry(
    _ member: JSONValue.Member, dataStart: Int
  ) throws(SafetensorsError) -> Entry {
    let name = member.key
    guard case .object(let fields) = member.value, fields.count == 3,
      let dtype = member.value["dtype"]?.text,
      let shape = member.value["shape"]?.elements,
      let offsets = member.value["data_offsets"]?.elements, offsets.count == 2,
      let begin = offsets[0].integer, let end = offsets[1].integer
    else {
      throw .malformed(reason: "tensor '\(name)' lacks dtype, shape or data_offsets")
    }
    guard let type = ElementType(rawValue: dtype) else {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw .malformed(reason: "tensor '\(name)' has element type '\(dtype)'; known: \(known)")
    }
    var sizes: [Int] = []
    var byteCount = type.size
    for element in shape {
      guard let size = element.integer, size >= 0 else {
        throw .malformed(reason: "tensor '\(name)' has a shape that is not a list of sizes")
      }
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: size)
      guard !overflow else { throw .malformed(reason: "tensor '\(name)' is too large") }
      byteCount = product
      sizes.append(size)
    }
    guard begin >= 0, end >= begin, end <= Int.max - dataStart, end - begin == byteCount else {
      throw .malformed(
        reason: "tensor '\(name)' has bytes \(begin) to \(end); its shape needs \(byteCount)")
    }
    return Entry(name: name, type: type, shape: sizes, range: dataStart + begin..<dataStart + end)
  }
}

extension Safetensors {
  /// Reads a whole file's bytes.
  ///
  /// Lengths and offsets are checked against the size of `bytes` before anything of their size
  /// is allocated.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - largestHeader: header bytes accepted.
  /// - Throws: `SafetensorsError`.
  public init(
    parsing bytes: [UInt8], largestHeader: Int = Safetensors.largestHeader
  ) throws(SafetensorsError) {
    let prefix = bytes.prefix(SafetensorsHeader.prefixSize)
    let size = try SafetensorsHeader.size(
      prefix: prefix, fileSize: bytes.count, limit: largestHeader)
    let start = SafetensorsHeader.prefixSize
    let header = try SafetensorsHeader(json: bytes[start..<start + size], fileSize: bytes.count)
    metadata = header.metadata
    tensors = header.entries.map { entry in
      Tensor(
        name: entry.name, shape: entry.shape,
        values: Tensor.Values(entry.type, bytes: bytes[entry.range]))
    }
  }
}
