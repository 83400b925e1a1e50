import Foundation
import Networks
import TestSupport
import Testing

@Suite("Loss check")
struct LossCheckTests {
  private func fixture(
    _ distribution: ActionDistribution
  ) -> (fixture: PolicyFixture<Double>, block: OutputBlock, check: LossCheck) {
    let fixture = PolicyFixture<Double>(distribution, rows: 11)
    let block = fixture.block(0..<11, fixture.theta)
    let check = LossCheck(
      distribution: distribution,
      outputs: Array(block.outputs.prefix(11 * distribution.outputWidth)),
      logStandardDeviations: block.logStandardDeviations)
    return (fixture, block, check)
  }

  private func expectSmall(_ deviations: [DerivativeDeviation]) {
    for deviation in deviations {
      #expect(deviation.relativeError < 1e-7, "\(deviation)")
    }
  }

  @Test("The policy-gradient losses pass", arguments: distributions)
  func policyGradients(distribution: ActionDistribution) {
    let (fixture, block, check) = fixture(distribution)
    let now = distribution.logProbabilities(block, actions: fixture.actions)
    let old = now.enumerated().map { $1 + 0.1 * Double($0) - 0.5 }
    let frozen = fixture.loss(0..<11, .likelihoodRatio(oldLogProbabilities: now))
    expectSmall(check.deviations(of: fixture.loss(0..<11, .logLikelihood)))
    expectSmall(
      check.deviations(
        of: fixture.loss(0..<11, .likelihoodRatio(oldLogProbabilities: old))))
    expectSmall(
      check.deviations(of: fixture.loss(0..<11, .lowVarianceCurvature), frozen: frozen))
  }

  @Test(
    "Both KL divergences pass, with the old distributions elsewhere", arguments: distributions,
    KLDivergenceLoss.Direction.allCases)
  func divergences(
    distribution: ActionDistribution, direction: KLDivergenceLoss.Direction
  ) {
    var generator = SeededGenerator(seed: 8)
    let loss = KLDivergenceLoss(
      distribution: distribution,
      oldOutputs: generator.numbers(11 * distribution.outputWidth),
      oldLogStandardDeviations: generator.numbers(distribution.logStandardDeviationCount),
      direction: direction)
    expectSmall(fixture(distribution).check.deviations(of: loss))
  }

  @Test(
    "The Fisher metric is the Hessian of both KL divergences where old equals new",
    arguments: distributions, KLDivergenceLoss.Direction.allCases)
  func fisherMetric(
    distribution: ActionDistribution, direction: KLDivergenceLoss.Direction
  ) {
    let (_, block, check) = fixture(distribution)
    let loss = KLDivergenceLoss(
      distribution: distribution,
      oldOutputs: Array(block.outputs.prefix(11 * distribution.outputWidth)),
      oldLogStandardDeviations: block.logStandardDeviations, direction: direction)
    let metric = FisherMetric(distribution: distribution, rowCount: 11)
    expectSmall(check.deviations(ofCurvature: metric, hessianOf: loss))
  }

  @Test("The two estimators' Hessians differ, as their gradients do not", arguments: distributions)
  func estimatorsDiffer(distribution: ActionDistribution) {
    let (fixture, _, check) = fixture(distribution)
    let (plain, curved) = (
      fixture.loss(0..<11, .logLikelihood), fixture.loss(0..<11, .lowVarianceCurvature)
    )
    let mixed = check.deviations(of: curved, frozen: plain)
    #expect(mixed.first { $0.quantity == "gradient" }.map { $0.relativeError < 1e-7 } == true)
    #expect(
      mixed.first { $0.quantity == "Hessian product" }.map { $0.relativeError > 1e-2 } == true)
  }

  @Test("Every fault in a loss of one's own is found, and named", arguments: QuarticFault.allCases)
  func faults(fault: QuarticFault) {
    let (_, _, check) = fixture(.gaussian(actionSize: 2))
    expectSmall(check.deviations(of: QuarticLoss(fault: nil)))
    let failed = check.deviations(of: QuarticLoss(fault: fault))
      .filter { !($0.relativeError < 1e-3) }.map(\.quantity)
    #expect(failed.contains(fault.quantity), "\(failed)")
  }
}

/// What a wrong loss does.
enum QuarticFault: CaseIterable {
  case wrongGradient, wrongProduct, asymmetricProduct, addsRows, overwritesShared

  /// A row that must fail.
  var quantity: String {
    switch self {
    case .wrongGradient: "gradient"
    case .wrongProduct, .addsRows: "Hessian product"
    case .asymmetricProduct: "symmetry of the Hessian"
    case .overwritesShared: "gradient in two blocks"
    }
  }
}

/// Σ (y⁴ + y² s²) over all entries y of rows of two, s their column's log σ; right unless a fault
/// is asked for.
struct QuarticLoss: OutputLoss {
  let fault: QuarticFault?

  func addGradient(_ block: OutputBlock, into gradient: inout OutputGradient) -> Double {
    var value = 0.0
    var shared = [0.0, 0.0]
    for i in 0..<(block.rowCount * 2) {
      let (y, s) = (block.outputs[i], block.logStandardDeviations[i % 2])
      value += y * y * y * y + y * y * s * s
      gradient.outputs[i] =
        (fault == .wrongGradient ? 3 : 4) * y * y * y + 2 * y * s * s
      shared[i % 2] += 2 * y * y * s
    }
    for d in 0..<2 {
      if fault == .overwritesShared { gradient.logStandardDeviations[d] = 1 }
      gradient.logStandardDeviations[d] += shared[d]
    }
    return value
  }

  func addProduct(
    _ block: OutputBlock, tangent: OutputTangent, into product: inout OutputGradient
  ) {
    for i in 0..<(block.rowCount * 2) {
      let (y, s) = (block.outputs[i], block.logStandardDeviations[i % 2])
      let (yDot, sDot) = (tangent.outputs[i], tangent.logStandardDeviations[i % 2])
      var row = (12 * y * y + 2 * s * s) * yDot
      if fault != .asymmetricProduct { row += 4 * y * s * sDot }
      if fault == .wrongProduct { row *= 1.1 }
      product.outputs[i] = fault == .addsRows ? product.outputs[i] + row : row
      product.logStandardDeviations[i % 2] += 4 * y * s * yDot + 2 * y * y * sDot
    }
  }
}
