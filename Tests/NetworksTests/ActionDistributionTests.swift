import Foundation
import Networks
import TestSupport
import Testing

@Suite("Action distributions")
struct ActionDistributionTests {
  @Test("The Gaussian log-probability is the sum over action dimensions, not their mean")
  func gaussianSums() {
    let distribution = ActionDistribution.gaussian(actionSize: 3)
    let (mean, logStd, action) = ([0.1, -0.2, 0.3], [-0.5, 0.0, 0.4], [1.0, 0.5, -0.25])
    let found = distribution.logProbabilities(
      OutputBlock(firstRow: 0, rowCount: 1, outputs: mean, logStandardDeviations: logStd),
      actions: action)
    let sum = (0..<3).reduce(0.0) { total, d in
      let sigma = exp(logStd[d])
      let density =
        exp(-pow(action[d] - mean[d], 2) / (2 * sigma * sigma))
        / (sigma * (2 * Double.pi).squareRoot())
      return total + log(density)
    }
    #expect(Closeness(found, [sum], absolute: 1e-12).isWithin)
  }

  @Test("Repeating an action dimension doubles the log-probability")
  func doubledDimension() {
    func logProbability(_ size: Int) -> Double {
      ActionDistribution.gaussian(actionSize: size).logProbabilities(
        OutputBlock(
          firstRow: 0, rowCount: 1, outputs: Array(repeating: 0.3, count: size),
          logStandardDeviations: Array(repeating: -0.2, count: size)),
        actions: Array(repeating: 1.1, count: size))[0]
    }
    #expect(Closeness(logProbability(2), 2 * logProbability(1), relative: 1e-14).isWithin)
  }

  @Test("Categorical probabilities add up to 1, also for logits beyond the range of exp")
  func categoricalSums() {
    let distribution = ActionDistribution.categorical(actionCount: 4)
    for shift in [0.0, 1000, -1000] {
      let logits = [0.5, -1, 2, 0.1].map { $0 + shift }
      let total = (0..<4).reduce(0.0) { sum, action in
        sum
          + exp(
            distribution.logProbabilities(
              OutputBlock(
                firstRow: 0, rowCount: 1, outputs: logits, logStandardDeviations: []),
              actions: [Double(action)])[0])
      }
      #expect(Closeness(total, 1, absolute: 1e-12).isWithin)
    }
  }

  @Test("Rows of a later block read the actions of their own rows")
  func laterBlocks() {
    let distribution = ActionDistribution.gaussian(actionSize: 1)
    let found = distribution.logProbabilities(
      OutputBlock(firstRow: 2, rowCount: 1, outputs: [0], logStandardDeviations: [0]),
      actions: [5, 6, 0])
    #expect(Closeness(found, [-0.5 * log(2 * Double.pi)], absolute: 1e-15).isWithin)
  }

  @Test("Entropy is minus the mean log-probability")
  func entropy() {
    let categorical = ActionDistribution.categorical(actionCount: 3)
    let block = OutputBlock(
      firstRow: 0, rowCount: 1, outputs: [0.2, -0.4, 1.5], logStandardDeviations: [])
    let expected = (0..<3).reduce(0.0) { sum, action in
      let logProbability = categorical.logProbabilities(block, actions: [Double(action)])[0]
      return sum - exp(logProbability) * logProbability
    }
    #expect(Closeness(categorical.meanEntropy(block), expected, absolute: 1e-14).isWithin)
    // ½ log(2πe σ²), summed over dimensions.
    let gaussian = ActionDistribution.gaussian(actionSize: 2).meanEntropy(
      OutputBlock(
        firstRow: 0, rowCount: 1, outputs: [7, 8], logStandardDeviations: [log(0.5), log(3.0)]))
    let closed = 0.5 * log(2 * Double.pi * M_E * 0.25) + 0.5 * log(2 * Double.pi * M_E * 9)
    #expect(Closeness(gaussian, closed, absolute: 1e-14).isWithin)
  }
}
