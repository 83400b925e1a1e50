/// A repeatable generator for test data (SplitMix64), independent of the project's own.
///
/// Source: Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195, figure 17.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// The generator of a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// `count` numbers uniform on ±`limit`.
  public mutating func numbers(_ count: Int, limit: Double = 1) -> [Double] {
    (0..<count).map { _ in Double.random(in: -limit...limit, using: &self) }
  }
}

/// A generator whose bits are all 0 or all 1: the worst luck there can be.
public struct ConstantGenerator: RandomNumberGenerator, Sendable {
  private let word: UInt64

  /// All bits 0.
  public static let zeros = ConstantGenerator(word: 0)
  /// All bits 1.
  public static let ones = ConstantGenerator(word: .max)

  private init(word: UInt64) {
    self.word = word
  }

  /// Always the same 64 bits.
  public func next() -> UInt64 { word }
}
