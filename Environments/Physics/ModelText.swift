#if MuJoCo
  import Foundation

  /// The text of an MJCF file as elements and attributes, found without reading XML.
  ///
  /// Every letter after a `<` starts an element, and every `name = "value"` is an attribute.
  struct ModelText {
    /// A name and a value.
    struct Attribute {
      let name: String
      let value: String
      /// How many equals signs come before its own in the element.
      let place: Int
    }

    private let bytes: [UInt8]
    private var position = 0
    private var place = -1
    /// Elements so far.
    private(set) var elementCount = 0

    /// A file's text.
    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    /// The next attribute, or nil at the end.
    mutating func nextAttribute() -> Attribute? {
      while position < bytes.count {
        defer { position += 1 }
        switch bytes[position] {
        case UInt8(ascii: "<"):
          place = -1
          if position + 1 < bytes.count, Self.isName(bytes[position + 1]) { elementCount += 1 }
        case UInt8(ascii: "="):
          place += 1
          if let attribute = attribute(equals: position) { return attribute }
        default: break
        }
      }
      return nil
    }

    /// The attribute around an equals sign, or nil when there is none.
    private func attribute(equals: Int) -> Attribute? {
      var end = equals
      while end > 0, Self.isSpace(bytes[end - 1]) { end -= 1 }
      var start = end
      while start > 0, Self.isName(bytes[start - 1]) { start -= 1 }
      var open = equals + 1
      while open < bytes.count, Self.isSpace(bytes[open]) { open += 1 }
      guard start < end, open < bytes.count,
        bytes[open] == UInt8(ascii: "\"") || bytes[open] == UInt8(ascii: "'")
      else { return nil }
      let name = String(decoding: bytes[start..<end], as: UTF8.self)
      // No value that matters is longer; what is longer is cut and then refused.
      let limit = min(bytes.count, open + 2000)
      let close = bytes[(open + 1)..<limit].firstIndex(of: bytes[open]) ?? limit
      return Attribute(
        name: name, value: String(decoding: bytes[(open + 1)..<close], as: UTF8.self),
        place: place)
    }

    /// Whether a file starts as XML does: white space or a byte order mark, then `<`.
    static func isMarkup(_ path: String) -> Bool {
      guard let file = FileHandle(forReadingAtPath: path) else { return false }
      defer { try? file.close() }
      var isRegular = stat()
      guard fstat(file.fileDescriptor, &isRegular) == 0, isRegular.st_mode & S_IFMT == S_IFREG
      else { return false }
      while let chunk = try? file.read(upToCount: 4096), !chunk.isEmpty {
        for byte in chunk where !isSpace(byte) && ![0xEF, 0xBB, 0xBF].contains(byte) {
          return byte == UInt8(ascii: "<")
        }
      }
      return false
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
      byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func isName(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5F, 0x80...0xFF: true
      default: false
      }
    }
  }
#endif
