import Statistics
import Testing

@Suite struct NumPyUniformsTests {
  /// `numpy.random.seed(1); numpy.random.uniform(size=80)`, and of seed 2.
  @Test func `numbers are NumPy's to the last bit`() {
    let first = numPyUniforms(seed: 1, count: 80)
    #expect(first[..<3] == [0.417022004702574, 0.7203244934421581, 0.00011437481734488664])
    #expect(first[79] == 0.7259979853504515)
    #expect(numPyUniforms(seed: 2, count: 2) == [0.43599490214200376, 0.025926231827891333])
  }
}
