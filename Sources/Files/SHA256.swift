import CCrypto

/// SHA-256 digests in lower-case hexadecimal.
///
/// Source: FIPS 180-4, by OpenSSL's libcrypto.
public enum SHA256 {
  /// Hexadecimal digits of a digest.
  public static let hexCount = 64

  /// The digest of the parts one after the other, 64 hexadecimal digits.
  ///
  /// - Complexity: O(bytes); the parts are not joined in memory.
  public static func hexDigest(of parts: ArraySlice<UInt8>...) -> String {
    hexDigest(ofSlices: parts)
  }

  /// The digest of the parts one after the other, 64 hexadecimal digits.
  ///
  /// - Complexity: O(bytes); the parts are not joined in memory.
  public static func hexDigest(of parts: [[UInt8]]) -> String {
    hexDigest(ofSlices: parts.map { $0[...] })
  }

  private static func hexDigest(ofSlices parts: [ArraySlice<UInt8>]) -> String {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "SHA-256 is not available")
    for part in parts {
      let updated = part.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
      precondition(updated == 1, "SHA-256 of \(part.count) bytes failed")
    }
    var digest = [UInt8](repeating: 0, count: hexCount / 2)
    precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1, "SHA-256 could not be finished")
    return hexadecimal(digest)
  }

  /// The digest of all bytes, 64 hexadecimal digits.
  public static func hexDigest(of bytes: [UInt8]) -> String { hexDigest(of: bytes[...]) }

  /// The digest of a text's UTF-8 bytes, 64 hexadecimal digits.
  public static func hexDigest(of text: String) -> String { hexDigest(of: Array(text.utf8)) }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
