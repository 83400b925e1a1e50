/// Whether what a program drew is whole: on a full disk some stop in the middle and say nothing.
package enum WholeFile {
  /// Whether bytes end as a picture of the format does.
  package static func isWhole(_ bytes: [UInt8], _ format: PlotFormat) -> Bool {
    switch format {
    case .svg: ends(bytes, with: "</svg>")
    // Source: Portable Network Graphics (Third Edition), 11.2.6: the chunk IEND is the last.
    case .png: bytes.suffix(12).starts(with: [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44])
    // Source: ISO 32000-1, 7.5.5.
    case .pdf: ends(bytes, with: "%%EOF")
    case .tex: ends(bytes, with: "\\end{tikzpicture}\n%% gnuplot variables")
    }
  }

  /// Whether bytes are a film of the format from its first to its last byte.
  package static func isWhole(_ bytes: [UInt8], _ format: FilmFormat) -> Bool {
    switch format {
    // Source: GIF89a specification, section 27: the trailer.
    case .gif: bytes.starts(with: Array("GIF8".utf8)) && bytes.last == 0x3B
    case .mp4: boxes(bytes).map { $0.contains("moov") && $0.contains("mdat") } ?? false
    }
  }

  /// The types of an MP4's boxes, or nil when they do not fill it exactly.
  ///
  /// Source: ISO/IEC 14496-12, 4.2: size (32 bits), type, and for size 1 a size of 64 bits.
  private static func boxes(_ bytes: [UInt8]) -> [String]? {
    func number(_ place: Int, _ count: Int) -> Int? {
      guard place + count <= bytes.count else { return nil }
      return bytes[place..<place + count].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        .clampedToInt
    }
    var (place, types): (Int, [String]) = (0, [])
    while place < bytes.count {
      guard place + 8 <= bytes.count, var size = number(place, 4) else { return nil }
      types.append(String(decoding: bytes[place + 4..<place + 8], as: UTF8.self))
      if size == 1 {
        guard let long = number(place + 8, 8) else { return nil }
        size = long
      }
      guard size >= 8, size <= bytes.count - place else { return nil }
      place += size
    }
    return types
  }

  private static func ends(_ bytes: [UInt8], with text: String) -> Bool {
    let isSpace: (UInt8) -> Bool = { [0x20, 0x0A, 0x0D].contains($0) }
    let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? 0
    return bytes[..<end].suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}

extension UInt64 {
  fileprivate var clampedToInt: Int { Int(clamping: self) }
}
