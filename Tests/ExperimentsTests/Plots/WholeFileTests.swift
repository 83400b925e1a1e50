import Testing

@testable import Drawing
@testable import Experiments

/// A picture or film that a full disk has cut is told from a whole one.
@Suite struct WholeFileTests {
  private static let svg = Array("<svg></svg>\n\n".utf8)
  private static let pdf = Array("%PDF-1.5\n…\n%%EOF\n".utf8)
  private static let png: [UInt8] =
    [0x89, 0x50, 0x4E, 0x47, 1, 2, 3] + [
      0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]
  private static let gif = Array("GIF89a".utf8) + [1, 2, 0x3B]
  private static let mp4 = box("ftyp", 4) + box("moov", 3) + box("mdat", 9)

  private static func box(_ type: String, _ count: Int) -> [UInt8] {
    [0, 0, 0, UInt8(8 + count)] + Array(type.utf8) + Array(repeating: 7, count: count)
  }

  @Test func `a whole picture or film is taken`() {
    #expect(WholeFile.isWhole(Self.svg, PlotFormat.svg))
    #expect(WholeFile.isWhole(Self.pdf, PlotFormat.pdf))
    #expect(WholeFile.isWhole(Self.png, PlotFormat.png))
    #expect(WholeFile.isWhole(Self.gif, FilmFormat.gif))
    #expect(WholeFile.isWhole(Self.mp4, FilmFormat.mp4))
    let long: [UInt8] =
      [0, 0, 0, 1] + Array("mdat".utf8) + [0, 0, 0, 0, 0, 0, 0, 18] + [7, 7]
    #expect(WholeFile.isWhole(Self.box("moov", 1) + long, FilmFormat.mp4))
  }

  @Test func `one that is cut anywhere is not`() {
    // White space at the end may go.
    for count in 0..<Self.svg.count - 2 {
      #expect(!WholeFile.isWhole(Array(Self.svg.prefix(count)), PlotFormat.svg), "\(count)")
    }
    for count in 0..<Self.pdf.count - 1 {
      #expect(!WholeFile.isWhole(Array(Self.pdf.prefix(count)), PlotFormat.pdf), "\(count)")
    }
    for count in 0..<Self.png.count {
      #expect(!WholeFile.isWhole(Array(Self.png.prefix(count)), PlotFormat.png), "\(count)")
    }
    for count in 0..<Self.gif.count {
      #expect(!WholeFile.isWhole(Array(Self.gif.prefix(count)), FilmFormat.gif), "\(count)")
    }
    for count in 0..<Self.mp4.count {
      #expect(!WholeFile.isWhole(Array(Self.mp4.prefix(count)), FilmFormat.mp4), "\(count)")
    }
    #expect(!WholeFile.isWhole(Self.mp4 + [0, 0, 0, 0, 1, 1, 1, 1], FilmFormat.mp4))
  }
}
