import TestSupport

/// Changes valid inputs in a few places: bytes, lines, words and numbers, and pieces of others.
struct Mutator {
  private let seeds: [[UInt8]]
  private let words: [[UInt8]]
  private var generator = SeededGenerator(seed: 0)

  /// Pieces that are known to hurt readers of text.
  private static let pieces = [
    "[", "{", "\"", "]", "}", ":", ",", "-", "\n", "  ", "null", "[[[[[[[[", "\\ud800", "\u{0}",
    "0", "é", "# ", "- ", "&a ", "*a", "!!int ", "<<: ", "? ", "| ", "> ", "--- ", "... ", "%YAML ",
    "../", "/", "iteration", "\t", "\r", "\u{FEFF}", "\u{2028}", "<", ">", "&lt;", "<!--",
  ].map { Array($0.utf8) }

  /// Numbers at the edges of their types.
  private static let numbers = [
    "0", "-0", "-1", "1", "1e999", "-1e999", "1e308", "-1e308", "1e-320", "nan", "inf", "-inf",
    ".nan", ".inf", "0x10", "1_000", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808", "18446744073709551615", "18446744073709551616", "4294967295",
    "4294967296", "2147483648", "1000000000", "1000000", "100000", "1.5", "007", "1.", ".5", "+1",
  ].map { Array($0.utf8) }

  /// A mutator of valid inputs; `seeds` is not empty.
  init(seeds: [[UInt8]]) {
    precondition(!seeds.isEmpty, "seeds: 0, at least 1 expected")
    self.seeds = seeds
    words = seeds.flatMap { seed in Self.words(of: seed[...]).map { Array(seed[$0]) } }
  }

  /// The input of an index: a seed with one to four changes, in one of eight up to sixteen.
  mutating func input(_ index: Int, seed: UInt64) -> [UInt8] {
    generator = SeededGenerator(seed: seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
    var bytes = seeds[index % seeds.count]
    for _ in 0...(next(8) == 0 ? next(16) : next(4)) {
      switch next(10) {
      case 0...3: changeBytes(&bytes)
      case 4...5: changeLine(&bytes)
      case 6...8: changeWord(&bytes)
      default: splice(&bytes)
      }
    }
    return bytes
  }

  private mutating func next(_ bound: Int) -> Int {
    Int(generator.next() % UInt64(max(bound, 1)))
  }

  private mutating func changeBytes(_ bytes: inout [UInt8]) {
    let place = next(bytes.count)
    let end = min(bytes.count, place + 1 + next(12))
    switch next(6) {
    case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(next(8))
    case 1 where !bytes.isEmpty: bytes[place] = UInt8(next(256))
    case 2 where !bytes.isEmpty: bytes.removeSubrange(place..<end)
    case 3 where !bytes.isEmpty: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 4: bytes.insert(contentsOf: Self.pieces[next(Self.pieces.count)], at: place)
    default: bytes.removeLast(min(bytes.count, next(40)))
    }
  }

  /// Leaves a line out, doubles it, puts it elsewhere or indents it.
  private mutating func changeLine(_ bytes: inout [UInt8]) {
    let feed = UInt8(ascii: "\n")
    guard !bytes.isEmpty else { return }
    let place = next(bytes.count)
    let start = bytes[..<place].lastIndex(of: feed).map { $0 + 1 } ?? 0
    let end = bytes[place...].firstIndex(of: feed).map { $0 + 1 } ?? bytes.count
    let line = Array(bytes[start..<end])
    switch next(4) {
    case 0: bytes.removeSubrange(start..<end)
    case 1: bytes.insert(contentsOf: line, at: start)
    case 2:
      bytes.removeSubrange(start..<end)
      let other = next(bytes.count)
      let target = bytes[..<other].lastIndex(of: feed).map { $0 + 1 } ?? 0
      bytes.insert(contentsOf: line, at: target)
    default:
      if next(2) == 0 {
        bytes.insert(contentsOf: [0x20, 0x20], at: start)
      } else if line.starts(with: [0x20, 0x20]) {
        bytes.removeSubrange(start..<start + 2)
      }
    }
  }

  /// Puts another word or number in a word's place.
  private mutating func changeWord(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    // Words near a place, since long inputs are not split whole for one change.
    let start = max(0, next(bytes.count) - 100)
    let near = Self.words(of: bytes[start..<min(bytes.count, start + 200)])
    guard !near.isEmpty else { return }
    let word = near[next(near.count)]
    let isNumber = bytes[word].contains { (0x30...0x39).contains($0) }
    let replacement =
      next(4) != 0 && isNumber || words.isEmpty
      ? Self.numbers[next(Self.numbers.count)] : words[next(words.count)]
    bytes.replaceSubrange(word, with: replacement)
  }

  /// Puts a piece of a seed somewhere.
  private mutating func splice(_ bytes: inout [UInt8]) {
    let other = seeds[next(seeds.count)]
    let start = next(other.count)
    let piece = other[start..<min(other.count, start + 1 + next(120))]
    bytes.insert(contentsOf: piece, at: next(bytes.count + 1))
  }

  /// The ranges of letters, digits, points, minus signs and underscores in a row.
  private static func words(of bytes: ArraySlice<UInt8>) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start: Int?
    for place in bytes.indices {
      let isWord =
        switch bytes[place] {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      if isWord, start == nil { start = place }
      if !isWord, let begun = start {
        ranges.append(begun..<place)
        start = nil
      }
    }
    if let begun = start { ranges.append(begun..<bytes.endIndex) }
    return ranges
  }
}
