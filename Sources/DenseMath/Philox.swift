/// The Philox4x32-10 counter-based generator: a keyed bijection of 128-bit counters.
///
/// Equal key and counter give equal words, whatever was drawn before and on whichever thread.
/// Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
/// doi:10.1145/2063384.2063405, table 2 for the constants.
public enum Philox {
  /// Ten rounds of the bijection.
  ///
  /// - Parameters:
  ///   - counter: four 32-bit words, the address.
  ///   - key: two 32-bit words.
  /// - Returns: four words, each uniform over 0 ..< 2³².
  public static func words(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let first = UInt64(c.x) &* 0xD251_1F53
      let second = UInt64(c.z) &* 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: first))
      k = SIMD2(k.x &+ 0x9E37_79B9, k.y &+ 0xBB67_AE85)
    }
    return c
  }
}
