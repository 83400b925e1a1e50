import Environments
import MetaLearning
import Testing

/// Draws of the goal with a distribution put into the test definition.
private func draws(_ distribution: String, count: Int = 3000) throws -> [[Double]] {
  let text = validDefinition.replacing(
    "{uniform: {low: [-1, -1], high: [1, 1]}}", with: distribution)
  precondition(text != validDefinition, "nothing was replaced")
  let family = try family(text)
  return (0..<count).map { family.task(split: .train, index: $0, seed: 8).vector }
}

@Suite struct TaskDistributionTests {
  @Test func `a bare number stands for every axis`() throws {
    let points = try draws("{uniform: {low: 2, high: 3}}")
    #expect(points.allSatisfy { $0.count == 2 && $0.allSatisfy { (2...3).contains($0) } })
  }

  @Test func `a circle has one radius and every direction`() throws {
    let points = try draws("{circle: {center: [1, 2], radius: 0.5}}")
    let offsets = points.map { [$0[0] - 1, $0[1] - 2] }
    #expect(
      offsets.allSatisfy { abs(($0[0] * $0[0] + $0[1] * $0[1]).squareRoot() - 0.5) < 1e-12 })
    for axis in 0..<2 {
      #expect(abs(offsets.map { $0[axis] }.reduce(0, +) / 3000) < 0.03)
    }
  }

  @Test func `a fixed list goes round by index, whatever the seed`() throws {
    let points = try draws("{fixed_list: {values: [[1, 2], [3, 4], [5, 6]]}}", count: 5)
    #expect(points == [[1, 2], [3, 4], [5, 6], [1, 2], [3, 4]])
  }

  @Test func `a constant is constant`() throws {
    #expect(try Set(draws("{constant: [7, 8]}")) == [[7, 8]])
  }

  @Test func `a power takes its exponent from another distribution`() throws {
    let points = try draws("{power: {base: 1.5, exponent: {signed: {low: 1, high: 2}}}}")
    for value in points.flatMap(\.self) {
      let inside = (1.5...2.25).contains(value) || (1 / 2.25...1 / 1.5).contains(value)
      #expect(inside, "\(value)")
    }
    #expect(points.contains { $0[0] > 1 } && points.contains { $0[0] < 1 })
  }

  @Test func `the bounds hold every draw and are reached`() throws {
    for text in [
      "{uniform: {low: [-3, 0], high: [-1, 4]}}", "{log_uniform: {low: 0.1, high: 10}}",
      "{signed: {low: 1, high: 2}}", "{choice: {values: [[0, 1], [5, -5]]}}",
      "{disc: {center: [3, 3], radius: 2}}",
      "{box_outside: {low: -1, high: 1, inner_low: 0, inner_high: 1}}",
    ] {
      let definition = try family(
        validDefinition.replacing("{uniform: {low: [-1, -1], high: [1, 1]}}", with: text)
      ).definition
      let bounds = try #require(definition.parameters[0].distributions[.train]).bounds
      let points = try draws(text)
      for axis in 0..<2 {
        let values = points.map { $0[axis] }.sorted()
        let width = bounds.high[axis] - bounds.low[axis]
        #expect(values[0] >= bounds.low[axis] && values[2999] <= bounds.high[axis], "\(text)")
        #expect(values[0] < bounds.low[axis] + 0.05 * width, "\(text)")
        #expect(values[2999] > bounds.high[axis] - 0.05 * width, "\(text)")
      }
    }
  }
}
