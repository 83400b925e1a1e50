import DenseMath
import Foundation
import Networks
import TestSupport
import Testing

/// A policy's sizes, on all sides of the conditions for a head, a bottom and a coupling.
struct NetworkShape: Sendable, CustomTestStringConvertible {
  let inputs: Int
  let hidden: [Int]
  let outputs: Int

  var testDescription: String { "\(inputs)-\(hidden)-\(outputs)" }

  static let all = [
    NetworkShape(inputs: 2, hidden: [20, 17], outputs: 2),
    NetworkShape(inputs: 8, hidden: [33, 16], outputs: 8),
    NetworkShape(inputs: 3, hidden: [20, 17, 18], outputs: 1),
    NetworkShape(inputs: 10, hidden: [20, 17], outputs: 6),
    NetworkShape(inputs: 9, hidden: [20, 17, 18], outputs: 3),
    NetworkShape(inputs: 3, hidden: [20, 6], outputs: 2),
    NetworkShape(inputs: 3, hidden: [6, 20], outputs: 2),
    NetworkShape(inputs: 3, hidden: [20, 17], outputs: 9),
    NetworkShape(inputs: 3, hidden: [20], outputs: 2),
    NetworkShape(inputs: 3, hidden: [], outputs: 2),
  ]
}

@Suite("Shapes of networks")
struct NetworkShapeTests {
  @Test(
    "Gradients and products are central differences in every shape", arguments: NetworkShape.all)
  func derivatives(shape: NetworkShape) {
    let rows = 0..<150
    let fixture = PolicyFixture<Double>(
      .gaussian(actionSize: shape.outputs), rows: rows.count, inputWidth: shape.inputs,
      hidden: shape.hidden)
    let loss = fixture.loss(rows, .lowVarianceCurvature)
    var generator = SeededGenerator(seed: 41)
    let v = generator.numbers(fixture.policy.parameterCount)
    let step = 1e-5
    func moved(_ sign: Double) -> [Double] { zip(fixture.theta, v).map { $0 + sign * step * $1 } }
    func slope(_ f: ([Double]) -> [Double]) -> [Double] {
      zip(f(moved(1)), f(moved(-1))).map { ($0 - $1) / (2 * step) }
    }
    func expectClose(_ label: String, _ found: [Double], _ expected: [Double]) {
      let scale = expected.map(abs).max() ?? 0
      let closeness = Closeness(found, expected, absolute: 1e-7 * max(scale, 1))
      #expect(closeness.isWithin, "\(label): \(closeness)")
    }
    // The ratio with fixed old probabilities has the same derivatives at θ, and is a function.
    let block = fixture.block(rows, fixture.theta)
    let old = fixture.policy.distribution.logProbabilities(block, actions: fixture.actions)
    let ratio = fixture.loss(rows, .likelihoodRatio(oldLogProbabilities: old))
    let gradient = fixture.gradient(rows, loss).gradient
    expectClose(
      "gradient", [dot(gradient, v)], slope { [fixture.gradient(rows, ratio, at: $0).value] })
    expectClose(
      "Hessian product", fixture.hessianProduct(rows, loss, v),
      slope { fixture.gradient(rows, ratio, at: $0).gradient })
    let divergence = KLDivergenceLoss(
      distribution: fixture.policy.distribution,
      oldOutputs: Array(block.outputs.prefix(rows.count * shape.outputs)),
      oldLogStandardDeviations: block.logStandardDeviations, direction: .oldToNew)
    expectClose(
      "Fisher product",
      fixture.gaussNewtonProduct(
        rows, FisherMetric(distribution: fixture.policy.distribution, rowCount: rows.count), v),
      slope { fixture.gradient(rows, divergence, at: $0).gradient })
  }
}
