import DenseMath
import Testing

@Suite("Philox")
struct PhiloxTests {
  /// Known answers for philox4x32-10 that its authors publish with their library Random123.
  static let answers: [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)] = [
    (
      SIMD4(repeating: 0), SIMD2(repeating: 0),
      SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
    ),
    (
      SIMD4(repeating: .max), SIMD2(repeating: .max),
      SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
    ),
    (
      SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
      SIMD2(0xA409_3822, 0x299F_31D0),
      SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
    ),
  ]

  @Test("Words equal the authors' known answers", arguments: 0..<3)
  func knownAnswers(index: Int) {
    let (counter, key, words) = Self.answers[index]
    #expect(Philox.words(counter: counter, key: key) == words)
  }

  @Test("Every counter word and every key word changes all four words")
  func dependsOnEverything() {
    let (counter, key) = (SIMD4<UInt32>(1, 2, 3, 4), SIMD2<UInt32>(5, 6))
    let words = Philox.words(counter: counter, key: key)
    for i in 0..<4 {
      var moved = counter
      moved[i] ^= 1
      let changed = Philox.words(counter: moved, key: key) .== words
      #expect(!any(changed), "counter word \(i)")
    }
    for i in 0..<2 {
      var moved = key
      moved[i] ^= 1
      let changed = Philox.words(counter: counter, key: moved) .== words
      #expect(!any(changed), "key word \(i)")
    }
  }
}
