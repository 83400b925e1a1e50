import TestSupport

/// Inputs of hostile size: patterns repeated, and valid inputs with a piece repeated.
struct LargeInputs {
  /// Sizes in bytes: what a short loop over a quadratic reader would show, and past most limits.
  static let sizes = [1 << 16, 1 << 18, 1 << 19, 1 << 20, 2_000_000, 8_000_000, 20_000_000]

  /// One large input.
  struct Input {
    /// The pattern and size, for messages.
    let name: String
    let bytes: [UInt8]
  }

  private let syntax: FuzzedParser.Syntax
  private let seeds: [[UInt8]]

  init(syntax: FuzzedParser.Syntax, seeds: [[UInt8]]) {
    (self.syntax, self.seeds) = (syntax, seeds)
  }

  /// Start, repeated piece and end of a pattern; `#` in the piece counts up.
  private var patterns: [(start: String, piece: String, end: String)] {
    switch syntax {
    case .yaml:
      [
        ("", "[", ""), ("", "- ", ""), ("", "{a: ", ""), ("a: [", "1,", "]"), ("", "- 1\n", ""),
        ("", "k#: 1\n", ""), ("a: {", "k#: 1, ", "}"), ("a: \"", "x", "\""),
        ("a: \"", "\\x41", "\""),
        ("a: |\n", "  text\n", ""), ("", " ", "a: 1"), ("", "#", ""), ("", "\n", ""),
        ("a: '", "''", "'"),
        ("", "? ", ""), ("a: ", "1", ""), ("", "é", ": 1"), ("", "&a ", ""), ("", "x", ": 1"),
        ("[", "[],", "]"), ("[", "{},", "]"), ("", "\u{2028}", ""), ("", "---\n", ""),
        ("", "\t", ""),
        ("[", "\"aaaaaaaaaaaaaaaa\",", "]"), ("", "- a: 1\n", ""), ("", "- [1]\n", ""),
        ("[", "{a: 1},", "]"), ("a:\n", " - 1\n", ""), ("a:\n", "  - {b: [1, 2], c: 3}\n", ""),
      ]
    case .json:
      [
        ("", "[", ""), ("", "{\"a\":", ""), ("[", "0,", "0]"), ("[", "1.5,", "0]"),
        ("[", "[],", "0]"),
        ("[", "{},", "0]"), ("{", "\"k#\":0,", "\"\":0}"), ("\"", "x", "\""),
        ("\"", "\\u00e9", "\""),
        ("[", "\"\",", "0]"), ("[", "\"aaaaaaaaaaaaaaaa\",", "0]"), ("", "1", ""), ("", " ", "1"),
        ("1.", "0", "1"), ("[", "{\"a\":1},", "0]"), ("", "\n", ""), ("", "{}\n", ""),
        ("", "0\n", ""),
      ]
    case .xml:
      [
        ("", "<a>", ""), ("<mujoco>", "<a/>", "</mujoco>"), ("<mujoco ", "a#=\"1\" ", "/>"),
        ("<!--", "x", "-->"), ("<mujoco a=\"", "x", "\"/>"), ("", " ", ""),
        ("<mujoco><worldbody>", "<geom size=\"1\"/>", "</worldbody></mujoco>"),
        ("<mujoco><worldbody>", "<body>", ""),
        ("<mujoco><default>", "<default class=\"c#\"/>", "</default></mujoco>"),
      ]
    case .text:
      [
        ("", "1,", "1"), ("", "1\n", ""), ("", "x", ""), ("", "1", ""), ("", "\n", ""),
        ("", " ", ""), ("", ",", ""),
      ]
    case .bytes:
      [("", "\u{0}", ""), ("", "x", ""), ("\u{8}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", "{", "")]
    }
  }

  /// Every pattern at every size, then `count` seeds with a piece repeated to a size.
  func forEach(
    repeated count: Int, seed: UInt64, _ body: (Input) async throws -> Void
  ) async rethrows {
    for (start, piece, end) in patterns {
      for size in Self.sizes {
        try await body(
          Input(
            name: "\(Self.shown(start + piece + piece + "…" + end)), \(size) bytes",
            bytes: Self.repeated(piece, size: size, start: start, end: end)))
      }
    }
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<count {
      let size = Self.sizes[Int(generator.next() % 6)]
      let valid = seeds[Int(generator.next() % UInt64(seeds.count))]
      guard !valid.isEmpty else { continue }
      let first = Int(generator.next() % UInt64(valid.count))
      let last = min(valid.count, first + 1 + Int(generator.next() % 60))
      let piece = valid[first..<last]
      var bytes = Array(valid[..<first])
      bytes.reserveCapacity(size + valid.count)
      while bytes.count < size { bytes += piece }
      bytes += valid[last...]
      let text = String(decoding: piece, as: UTF8.self)
      try await body(
        Input(name: "a valid file with \(Self.shown(text)) repeated, \(size) bytes", bytes: bytes))
    }
  }

  private static func repeated(_ piece: String, size: Int, start: String, end: String) -> [UInt8] {
    var bytes = Array(start.utf8)
    bytes.reserveCapacity(size + 64)
    let parts = piece.split(separator: "#", omittingEmptySubsequences: false).map { Array($0.utf8) }
    // A comment sign alone is itself a pattern.
    let counts = parts.count == 2 && piece.utf8.count > 1
    let whole = Array(piece.utf8)
    var number = 0
    while bytes.count < size {
      if counts {
        bytes += parts[0]
        bytes += "\(number)".utf8
        bytes += parts[1]
        number += 1
      } else {
        bytes += whole
      }
    }
    bytes += end.utf8
    return bytes
  }

  private static func shown(_ text: String) -> String {
    text.unicodeScalars.map { $0.value < 0x20 || $0 == "|" ? "·" : String($0) }.joined()
  }
}
