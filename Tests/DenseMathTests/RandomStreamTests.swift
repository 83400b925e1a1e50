import DenseMath
import TestSupport
import Testing

@Suite("Random streams")
struct RandomStreamTests {
  private func draws(_ count: Int, _ stream: RandomStream) -> [UInt64] {
    var stream = stream
    return (0..<count).map { _ in stream.next() }
  }

  @Test("A stream's numbers do not depend on what other streams drew before")
  func independentOfOrder() {
    let key = RandomKey(seed: 3, purpose: .reset)
    let alone = draws(5, RandomStream(key: key, task: 2, episode: 1))
    var first = RandomStream(key: key, task: 1, episode: 1)
    var second = RandomStream(key: key, task: 2, episode: 1)
    var interleaved: [UInt64] = []
    for _ in 0..<5 {
      _ = first.next()
      interleaved.append(second.next())
      _ = first.next()
    }
    #expect(interleaved == alone)
  }

  @Test("Every part of an address leads to other numbers")
  func addressesDiffer() {
    typealias Address = (seed: UInt64, RandomPurpose, Int, Int, Int, Int, Int)
    let addresses: [Address] = [
      (1, .reset, 0, 0, 0, 0, 0), (2, .reset, 0, 0, 0, 0, 0), (1 << 32, .reset, 0, 0, 0, 0, 0),
      (1, .actionNoise, 0, 0, 0, 0, 0), (1, .reset, 1, 0, 0, 0, 0),
      (1, .reset, 0, 1, 0, 0, 0), (1, .reset, 0, 0, 1, 0, 0), (1, .reset, 0, 0, 0, 1, 0),
      (1, .reset, 0, 0, 0, 0, 1),
    ]
    var seen: Set<UInt64> = []
    for (seed, purpose, iteration, batch, task, episode, step) in addresses {
      let key = RandomKey(seed: seed, purpose: purpose, iteration: iteration, batch: batch)
      let stream = RandomStream(key: key, task: task, episode: episode, step: step)
      for word in draws(64, stream) { #expect(seen.insert(word).inserted) }
    }
  }

  @Test("No two purposes share a number")
  func purposesDiffer() {
    let keys = RandomPurpose.allCases.map { RandomKey(seed: 9, purpose: $0) }
    #expect(Set(keys).count == RandomPurpose.allCases.count)
  }

  @Test("Uniform numbers have the moments of the uniform distribution on [0, 1)")
  func uniformMoments() {
    var stream = RandomStream(key: RandomKey(seed: 4, purpose: .check))
    let count = 200_000
    let numbers = (0..<count).map { _ in stream.uniform() }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
    // Five standard errors: sqrt(1/12 / n) and sqrt(4/45 / n) of the k-th raw moments.
    let n = Double(count)
    let mean = numbers.reduce(0, +) / n
    let square = numbers.reduce(0) { $0 + $1 * $1 } / n
    #expect(abs(mean - 0.5) < 5 * (1 / 12 / n).squareRoot())
    #expect(abs(square - 1 / 3) < 5 * (4 / 45 / n).squareRoot())
  }

  @Test("Normal numbers have the moments and tails of the normal distribution")
  func normalMoments() {
    var stream = RandomStream(key: RandomKey(seed: 5, purpose: .check))
    let numbers = (0..<200_000).map { _ in stream.normal() }
    expectStandardNormal(numbers)
  }

  @Test("Ranges are kept, also where the lower bound is the upper one")
  func ranges() {
    var stream = RandomStream(key: RandomKey(seed: 6, purpose: .check))
    for _ in 0..<1000 { #expect((-2.0...3.0).contains(stream.uniform(in: -2...3))) }
    #expect(stream.uniform(in: 0.25...0.25) == 0.25)
  }
}

/// Moments up to the fourth and tails within five standard errors.
func expectStandardNormal(_ numbers: [Double]) {
  let n = Double(numbers.count)
  var moments = [0.0, 0, 0, 0]
  for x in numbers {
    var power = 1.0
    for i in 0..<4 {
      power *= x
      moments[i] += power / n
    }
  }
  // Variances of x, x², x³, x⁴: 1, 2, 15, 96.
  for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
    let closeness = Closeness(
      moments[power - 1], expected, absolute: 5 * (variance / n).squareRoot())
    #expect(closeness.isWithin, "moment \(power): \(closeness)")
  }
  // P(|x| > 1, 2, 3, 4), of the standard normal distribution.
  for (limit, share) in [(1.0, 0.317311), (2, 0.0455003), (3, 0.00269980), (4, 6.33425e-5)] {
    let found = Double(numbers.count { abs($0) > limit }) / n
    let closeness = Closeness(found, share, absolute: 5 * (share / n).squareRoot())
    #expect(closeness.isWithin, "share beyond \(limit): \(closeness)")
  }
}
