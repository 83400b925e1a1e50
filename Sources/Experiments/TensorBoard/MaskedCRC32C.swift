/// The checksum of TensorFlow's record files.
///
/// *Source:* RFC 3720, appendix B.4 (CRC-32C: polynomial 0x1EDC6F41, reflected 0x82F63B78), and
/// TensorFlow's record format, which rotates it by 15 bits and adds 0xA282EAD8 so that a
/// checksum of checksums is none of its own.
enum MaskedCRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }

  /// CRC-32C of bytes, without the mask.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      ~bytes.reduce(~UInt32(0)) { crc, byte in
        crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)]
      }
    }
  }

  /// The checksum as record files hold it.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}
