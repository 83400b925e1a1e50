#if MuJoCo
  /// The text of an MJCF file as elements and attributes, found without reading XML.
  ///
  /// A `<`, white space and a letter start an element, and every `name = "value"` is an attribute,
  /// comments included. Whatever a reader of XML takes for an attribute is found here too, with
  /// its element, as long as no value holds a `<`.
  struct ModelText {
    /// A name and a value.
    struct Attribute {
      /// The name after the last `<` before it.
      let element: String
      let name: String
      let value: String
      /// How many equals signs come before its own in the element.
      let place: Int
    }

    private let bytes: [UInt8]
    private var position = 0
    private var place = -1
    private var element: Range<Int> = 0..<0
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
          element = nameRange(after: position + 1)
          if !element.isEmpty { elementCount += 1 }
        case UInt8(ascii: "="):
          place += 1
          if let attribute = attribute(equals: position) { return attribute }
        default: break
        }
      }
      return nil
    }

    /// The name at a place, white space before it left out; empty when there is none.
    private func nameRange(after start: Int) -> Range<Int> {
      var first = start
      while first < bytes.count, Self.isSpace(bytes[first]) { first += 1 }
      var end = first
      while end < bytes.count, Self.isName(bytes[end]) { end += 1 }
      return first..<end
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
      let close = bytes[(open + 1)...].firstIndex(of: bytes[open]) ?? bytes.count
      return Attribute(
        // No element of MuJoCo's has a longer name.
        element: text(element.lowerBound..<min(element.upperBound, element.lowerBound + 100)),
        name: text(start..<end), value: text(open + 1..<close),
        place: place)
    }

    private func text(_ range: Range<Int>) -> String {
      String(decoding: bytes[range], as: UTF8.self)
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
