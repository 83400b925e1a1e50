/// Numbers uniform on [0, 1) as NumPy's `RandomState(seed).random_sample` draws them.
///
/// What published programs drew with NumPy can so be drawn again: `uniform(low, high)` there is
/// low + (high − low) · u. Each number takes two words a, b of the Mersenne twister:
/// u = (⌊a/2⁵⌋ · 2²⁶ + ⌊b/2⁶⌋) / 2⁵³.
/// Source: Matsumoto and Nishimura 1998, doi:10.1145/272991.272995, `genrand_res53`.
///
/// - Parameters:
///   - seed: as given to NumPy, 1 … 2³² − 1.
///   - count: how many, ≥ 0.
/// - Returns: the numbers, [count].
public func numPyUniforms(seed: UInt32, count: Int) -> [Double] {
  precondition(seed > 0, "seed: 0, which GSL takes for its default")
  var generator = ResamplingGenerator(seed: UInt64(seed))
  return (0..<count).map { _ in
    let high = generator.word() >> 5
    let low = generator.word() >> 6
    return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
  }
}
