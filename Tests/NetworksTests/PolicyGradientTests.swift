import DenseMath
import Foundation
import Networks
import TestSupport
import Testing

@Suite("Policy gradients and products")
struct PolicyGradientTests {
  @Test(
    "At the old parameters the ratio is exactly 1 and both KLs exactly 0", arguments: distributions)
  func onPolicy(distribution: ActionDistribution) {
    for rows in [1, 45, 300] {
      let fixture = PolicyFixture<Float>(distribution, rows: rows)
      let block = fixture.block(0..<rows, fixture.theta)
      let now = distribution.logProbabilities(block, actions: fixture.actions)
      let ratio = fixture.loss(0..<rows, .likelihoodRatio(oldLogProbabilities: now))
      // With every ratio exactly 1 the loss is −Σ Â/N, to the bit.
      let weights = fixture.advantages.map { $0 * (1 / Double(rows)) }
      var unused = OutputGradient(
        outputCount: block.outputs.count,
        logStandardDeviationCount: distribution.logStandardDeviationCount)
      #expect(ratio.addGradient(block, into: &unused) == weights.reduce(0, -))
      for direction in KLDivergenceLoss.Direction.allCases {
        let divergence = KLDivergenceLoss(
          distribution: distribution,
          oldOutputs: Array(block.outputs.prefix(rows * distribution.outputWidth)),
          oldLogStandardDeviations: block.logStandardDeviations, direction: direction)
        let (value, gradient) = fixture.gradient(0..<rows, divergence)
        #expect(value == 0)
        let zero = Closeness(gradient, gradient.map { _ in 0 }, absolute: 1e-7)
        #expect(zero.isWithin, "\(zero)")
      }
    }
  }

  @Test(
    "Ratio and low-variance gradients at the old parameters are the score's",
    arguments: distributions)
  func gradientsAgree(distribution: ActionDistribution) {
    let fixture = PolicyFixture<Double>(distribution, rows: 45)
    let block = fixture.block(0..<45, fixture.theta)
    let now = distribution.logProbabilities(block, actions: fixture.actions)
    let plain = fixture.gradient(0..<45, fixture.loss(0..<45, .logLikelihood)).gradient
    for form in [
      PolicyGradientLoss.Form.lowVarianceCurvature, .likelihoodRatio(oldLogProbabilities: now),
    ] {
      let other = fixture.gradient(0..<45, fixture.loss(0..<45, form)).gradient
      let closeness = Closeness(other, plain, absolute: 1e-14)
      #expect(closeness.isWithin, "\(closeness)")
    }
  }

  @Test("Padding rows count nothing, whatever stands in them", arguments: distributions)
  func padding(distribution: ActionDistribution) {
    let rows = 45
    let fixture = PolicyFixture<Double>(distribution, rows: rows)
    let loss = fixture.loss(0..<rows, .lowVarianceCurvature)
    let metric = FisherMetric(distribution: distribution, rowCount: rows)
    var generator = SeededGenerator(seed: 9)
    let v = generator.numbers(fixture.policy.parameterCount)
    let (value, gradient) = fixture.gradient(0..<rows, loss)
    let hessian = fixture.hessianProduct(0..<rows, loss, v)
    let fisher = fixture.gaussNewtonProduct(0..<rows, metric, v)
    for padding in [1.0, -50] {
      let other = fixture.gradient(0..<rows, loss, padding: padding)
      #expect(other.value == value && other.gradient == gradient)
      #expect(fixture.hessianProduct(0..<rows, loss, v, padding: padding) == hessian)
      #expect(fixture.gaussNewtonProduct(0..<rows, metric, v, padding: padding) == fisher)
    }
    let old = fixture.block(0..<rows, fixture.theta.map { $0 + 0.1 })
    let divergence = KLDivergenceLoss(
      distribution: distribution,
      oldOutputs: Array(old.outputs.prefix(rows * distribution.outputWidth)),
      oldLogStandardDeviations: old.logStandardDeviations, direction: .oldToNew)
    #expect(
      fixture.gradient(0..<rows, divergence).gradient
        == fixture.gradient(0..<rows, divergence, padding: 3).gradient)
  }

  @Test(
    "A batch of 300 rows is the mean of its three hundreds", arguments: distributions,
    [ActivationKind.tanh, .relu])
  func blocks(distribution: ActionDistribution, activation: ActivationKind) {
    let fixture = PolicyFixture<Double>(distribution, rows: 300, activation: activation)
    var generator = SeededGenerator(seed: 10)
    let v = generator.numbers(fixture.policy.parameterCount)
    func mean(_ part: (Range<Int>) -> [Double]) -> [Double] {
      let parts = [0..<100, 100..<200, 200..<300].map(part)
      return v.indices.map { (parts[0][$0] + parts[1][$0] + parts[2][$0]) / 3 }
    }
    func expectClose(_ found: [Double], _ expected: [Double], _ label: String) {
      let closeness = Closeness(found, expected, absolute: 1e-13, relative: 1e-12)
      #expect(closeness.isWithin, "\(label): \(closeness)")
    }
    let whole = fixture.loss(0..<300, .logLikelihood)
    expectClose(
      fixture.gradient(0..<300, whole).gradient,
      mean { fixture.gradient($0, fixture.loss($0, .logLikelihood)).gradient }, "gradient")
    expectClose(
      fixture.hessianProduct(0..<300, whole, v),
      mean { fixture.hessianProduct($0, fixture.loss($0, .logLikelihood), v) }, "Hessian")
    expectClose(
      fixture.gaussNewtonProduct(
        0..<300, FisherMetric(distribution: distribution, rowCount: 300), v),
      mean {
        fixture.gaussNewtonProduct(
          $0, FisherMetric(distribution: distribution, rowCount: 100), v)
      }, "Fisher")
  }

  @Test(
    "Curvature products are linear and symmetric; the Fisher one is not negative",
    arguments: distributions)
  func linearAlgebra(distribution: ActionDistribution) {
    let fixture = PolicyFixture<Double>(distribution, rows: 45)
    let loss = fixture.loss(0..<45, .lowVarianceCurvature)
    let metric = FisherMetric(distribution: distribution, rowCount: 45)
    var generator = SeededGenerator(seed: 12)
    let count = fixture.policy.parameterCount
    let (u, v) = (generator.numbers(count), generator.numbers(count))
    for product in [
      { fixture.hessianProduct(0..<45, loss, $0) },
      { fixture.gaussNewtonProduct(0..<45, metric, $0) },
    ] {
      let (pu, pv) = (product(u), product(v))
      let combined = product(zip(u, v).map { 2 * $0 - $1 })
      let linear = Closeness(combined, zip(pu, pv).map { 2 * $0 - $1 }, absolute: 1e-12)
      #expect(linear.isWithin, "\(linear)")
      #expect(Closeness(dot(v, pu), dot(u, pv), absolute: 1e-12).isWithin)
    }
    #expect(dot(u, fixture.gaussNewtonProduct(0..<45, metric, u)) > 0)
  }

  @Test(
    "Single precision agrees with double to 2e-4", arguments: distributions,
    [ActivationKind.tanh, .relu])
  func precisions(distribution: ActionDistribution, activation: ActivationKind) {
    let single = PolicyFixture<Float>(
      distribution, rows: 140, activation: activation, hidden: [40, 30])
    let double = PolicyFixture<Double>(
      distribution, rows: 140, activation: activation, hidden: [40, 30])
    var generator = SeededGenerator(seed: 13)
    let v = generator.numbers(double.policy.parameterCount)
    let rows = 0..<140
    let loss = double.loss(rows, .lowVarianceCurvature)
    let metric = FisherMetric(distribution: distribution, rowCount: 140)
    for (label, found, expected) in [
      ("gradient", single.gradient(rows, loss).gradient, double.gradient(rows, loss).gradient),
      ("Hessian", single.hessianProduct(rows, loss, v), double.hessianProduct(rows, loss, v)),
      (
        "Fisher", single.gaussNewtonProduct(rows, metric, v),
        double.gaussNewtonProduct(rows, metric, v)
      ),
    ] {
      let error = DerivativeDeviation.relativeError(
        found, expected, tensors: double.policy.tensors.map(\.range))
      #expect(error < 2e-4, "\(label): \(error)")
    }
  }
}
