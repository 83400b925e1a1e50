/// Records of an event file: length, checksum of the length, data, checksum of the data; all
/// little-endian.
///
/// *Source:* TensorFlow's record format, tensorflow.org/tutorials/load_data/tfrecord.
package enum EventRecord {
  private static let headerSize = 12
  private static let footerSize = 4
  /// Longest data that is read; an iteration's events take some kilobytes.
  private static let longestData = 8 << 20

  /// Data as a record.
  package static func bytes(_ data: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(MaskedCRC32C.masked(length)) + data
      + littleEndian(MaskedCRC32C.masked(data))
  }

  /// The first record of some bytes.
  ///
  /// - Returns: its data, and where the next one starts; nil where no whole record with right
  ///   checksums is.
  package static func first(
    of bytes: ArraySlice<UInt8>
  ) -> (data: ArraySlice<UInt8>, next: Int)? {
    guard bytes.count >= headerSize + footerSize else { return nil }
    let start = bytes.startIndex
    let length = bytes[start..<start + 8]
    guard number(bytes[start + 8..<start + headerSize]) == UInt64(MaskedCRC32C.masked(length)),
      number(length) <= UInt64(min(bytes.count - headerSize - footerSize, longestData))
    else { return nil }
    let end = start + headerSize + Int(number(length))
    let data = bytes[start + headerSize..<end]
    guard number(bytes[end..<end + footerSize]) == UInt64(MaskedCRC32C.masked(data)) else {
      return nil
    }
    return (data, end + footerSize)
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
