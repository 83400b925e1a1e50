import Foundation
import Networks
import TestSupport
import Testing

@Suite("Losses of examples")
struct ExampleLossTests {
  private func evaluate(
    _ loss: some OutputLoss, _ outputs: [Double], width: Int, firstRow: Int = 0
  ) -> (value: Double, gradient: [Double]) {
    var gradient = OutputGradient(outputCount: outputs.count, logStandardDeviationCount: 0)
    let value = loss.addGradient(
      OutputBlock(
        firstRow: firstRow, rowCount: outputs.count / width, outputs: outputs,
        logStandardDeviations: []), into: &gradient)
    return (value, gradient.outputs)
  }

  @Test("The squared error is a mean over rows, and padding counts nothing")
  func squaredError() {
    let loss = SquaredErrorLoss(targets: [1, 0, 3, 2], width: 2)
    let (value, gradient) = evaluate(loss, [2, 0, 3, 4, 9, 9], width: 2)
    #expect(value == 2.5)
    #expect(gradient == [1, 0, 0, 2, 0, 0])
    // The second row alone, as a block of its own.
    #expect(evaluate(loss, [3, 4], width: 2, firstRow: 1).value == 2)
  }

  @Test("The cross-entropy is minus the mean log-softmax of the labels")
  func crossEntropy() {
    let loss = CrossEntropyLoss(labels: [0, 1], classCount: 2)
    let (value, gradient) = evaluate(loss, [0, 0, 0, log(3), 5, 5], width: 2)
    #expect(abs(value - (log(2) + log(4.0 / 3)) / 2) < 1e-15)
    for (found, expected) in zip(gradient, [-0.25, 0.25, 0.125, -0.125, 0, 0]) {
      #expect(abs(found - expected) < 1e-15)
    }
    // Logits beyond the range of exp.
    #expect(evaluate(loss, [-1000, 1000, 0, 0], width: 2).value > 1000)
  }

  @Test("Gradients and products pass against differences")
  func derivatives() {
    var generator = SeededGenerator(seed: 4)
    func small(_ deviations: [DerivativeDeviation]) {
      for deviation in deviations { #expect(deviation.relativeError < 1e-7, "\(deviation)") }
    }
    let rows = ActionDistribution.prediction(size: 3)
    small(
      LossCheck(
        distribution: rows, outputs: generator.numbers(33),
        logStandardDeviations: [0, 0, 0]
      ).deviations(of: SquaredErrorLoss(targets: generator.numbers(33), width: 3)))
    let labels = (0..<11).map { Double($0 % 4) }
    let classes = ActionDistribution.categorical(actionCount: 4)
    let check = LossCheck(
      distribution: classes, outputs: generator.numbers(44), logStandardDeviations: [])
    let loss = CrossEntropyLoss(labels: labels, classCount: 4)
    small(check.deviations(of: loss))
    small(
      check.deviations(
        ofCurvature: FisherMetric(distribution: classes, rowCount: 11), hessianOf: loss))
  }

  @Test("A prediction has no parameters of its own, and its KL is half the squared difference")
  func prediction() {
    let network = Network<Double>(inputWidth: 1, hidden: [3], outputWidth: 1, activation: .tanh)
    let policy = Policy(network: network, distribution: .prediction(size: 1))
    #expect(policy.parameterCount == network.parameterCount)
    #expect(!policy.tensors.contains { $0.role == .deviation })
    let divergence = KLDivergenceLoss(
      distribution: .prediction(size: 1), oldOutputs: [1], oldLogStandardDeviations: [0],
      direction: .oldToNew)
    var gradient = OutputGradient(outputCount: 1, logStandardDeviationCount: 1)
    let value = divergence.addGradient(
      OutputBlock(firstRow: 0, rowCount: 1, outputs: [4], logStandardDeviations: [0]),
      into: &gradient)
    #expect(value == 4.5)
  }

  @Test("The loss of prototypes passes against differences, in one block alone")
  func prototypes() {
    var generator = SeededGenerator(seed: 9)
    let outputs = generator.numbers(3 * 11)
    let loss = PrototypeLoss(
      supportLabels: [1, 0, 1, 2, 0], queryLabels: [2, 0, 1, 1], classCount: 3, width: 3)
    #expect(loss.couplesRows && !SquaredErrorLoss(targets: [1], width: 1).couplesRows)
    func evaluate(_ outputs: [Double]) -> (value: Double, gradient: [Double]) {
      var gradient = OutputGradient(outputCount: 33, logStandardDeviationCount: 0)
      let value = loss.addGradient(
        OutputBlock(firstRow: 0, rowCount: 11, outputs: outputs, logStandardDeviations: []),
        into: &gradient)
      return (value, gradient.outputs)
    }
    let (_, gradient) = evaluate(outputs)
    let differences = CentralDifference(gradientAt: outputs) { evaluate($0).value }
    #expect(DerivativeDeviation.relativeError(gradient, differences.values) < 1e-8)
    // The two rows of padding have no part in it.
    #expect(gradient[27...].allSatisfy { $0 == 0 })
    let direction = generator.numbers(33)
    var product = OutputGradient(outputCount: 33, logStandardDeviationCount: 0)
    loss.addProduct(
      OutputBlock(firstRow: 0, rowCount: 11, outputs: outputs, logStandardDeviations: []),
      tangent: OutputTangent(outputs: direction, logStandardDeviations: []), into: &product)
    let along = CentralDifference(at: outputs, along: direction) { evaluate($0).gradient }
    #expect(DerivativeDeviation.relativeError(product.outputs, along.values) < 1e-8)
  }
}
