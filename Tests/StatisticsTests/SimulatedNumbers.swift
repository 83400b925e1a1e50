import Foundation

/// Numbers for simulated experiments, from a fixed sequence (splitmix64).
struct SimulatedNumbers {
  private var state: UInt64

  init(seed: UInt64 = 42) { state = seed }

  mutating func uniform() -> Double { Double(word() >> 11) * 0x1p-53 }

  /// An index uniform on 0 ..< count, up to 2⁻⁵³ · count.
  mutating func index(below count: Int) -> Int { Int(uniform() * Double(count)) }

  /// Normal numbers by Box and Muller.
  mutating func values(_ count: Int, mean: Double, deviation: Double) -> [Double] {
    (0..<count).map { _ in
      let radius = (-2 * log(1 - uniform())).squareRoot()
      return mean + deviation * radius * cos(2 * .pi * uniform())
    }
  }

  /// χ²/f with f degrees of freedom: twice a Gamma number of shape f/2 over f.
  ///
  /// Source: Marsaglia and Tsang 2000, doi:10.1145/358407.358414; shapes below 1 by U^(1/shape).
  mutating func meanSquare(_ degreesOfFreedom: Int) -> Double {
    let shape = Double(degreesOfFreedom) / 2
    let boost = shape < 1 ? pow(1 - uniform(), 1 / shape) : 1
    let d = max(shape, shape < 1 ? shape + 1 : shape) - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let normal = values(1, mean: 0, deviation: 1)[0]
      let cube = pow(1 + c * normal, 3)
      guard cube > 0 else { continue }
      if log(1 - uniform()) < 0.5 * normal * normal + d * (1 - cube + log(cube)) {
        return boost * d * cube / shape
      }
    }
  }

  private mutating func word() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
