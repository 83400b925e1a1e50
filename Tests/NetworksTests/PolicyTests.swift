import DenseMath
import Foundation
import Networks
import TestSupport
import Testing

@Suite("Policies")
struct PolicyTests {
  @Test("The flat vector holds weight and bias of each layer in order, then log σ")
  func tensors() {
    let fixture = PolicyFixture<Float>(.gaussian(actionSize: 2), rows: 1)
    let tensors = fixture.policy.tensors
    #expect(
      tensors.map(\.name) == [
        "layer1.weight", "layer1.bias", "layer2.weight", "layer2.bias", "layer3.weight",
        "layer3.bias", "log_std",
      ])
    #expect(tensors.map(\.shape) == [[12, 3], [12], [7, 12], [7], [2, 7], [2], [2]])
    #expect(tensors.last?.range.upperBound == fixture.policy.parameterCount)
    for (earlier, later) in zip(tensors, tensors.dropFirst()) {
      #expect(earlier.range.upperBound == later.range.lowerBound)
    }
  }

  @Test("Weights start uniform within ±√(6 / (in + out)), biases at 0, log σ as asked")
  func initialParameters() {
    let policy = PolicyFixture<Double>(
      .gaussian(actionSize: 2), rows: 1, hidden: [50, 40]
    ).policy
    let theta = policy.initialParameters(seed: 1, initialStandardDeviation: 0.5)
    for tensor in policy.network.tensors {
      let values = theta[tensor.range]
      guard tensor.shape.count == 2 else {
        #expect(values.allSatisfy { $0 == 0 })
        continue
      }
      let limit = (6 / Double(tensor.shape[0] + tensor.shape[1])).squareRoot()
      #expect(values.allSatisfy { abs($0) <= limit })
      let n = Double(values.count)
      let variance = values.reduce(0) { $0 + $1 * $1 } / n
      // Var(x²) of the uniform distribution is 4/45 limit⁴.
      let allowed = 5 * (4 / 45 / n).squareRoot() * limit * limit
      #expect(abs(variance - limit * limit / 3) < allowed, "\(tensor.name)")
    }
    #expect(theta.suffix(2).allSatisfy { $0 == log(0.5) })
    #expect(theta == policy.initialParameters(seed: 1, initialStandardDeviation: 0.5))
    #expect(theta != policy.initialParameters(seed: 2, initialStandardDeviation: 0.5))
  }

  @Test("An MLP is its formula, row by row", arguments: [ActivationKind.tanh, .relu])
  func forwardFormula(activation: ActivationKind) {
    let fixture = PolicyFixture<Double>(
      .categorical(actionCount: 5), rows: 40, activation: activation)
    let found = fixture.block(0..<40, fixture.theta).outputs
    var expected: [Double] = []
    for row in 0..<40 {
      var x = Array(fixture.observations[(row * 3)..<(row * 3 + 3)])
      let tensors = fixture.policy.network.tensors
      for layer in 0..<3 {
        let (w, b) = (
          fixture.theta[tensors[2 * layer].range], fixture.theta[tensors[2 * layer + 1].range]
        )
        x = b.indices.map { out in
          let z = x.indices.reduce(b[out]) {
            $0 + w[w.startIndex + (out - b.startIndex) * x.count + $1] * x[$1]
          }
          return layer == 2 ? z : activation == .tanh ? tanh(z) : max(0, z)
        }
      }
      expected += x
    }
    let closeness = Closeness(Array(found.prefix(200)), expected, absolute: 1e-13)
    #expect(closeness.isWithin, "\(closeness)")
  }

  @Test("σ never falls below its floor, and has no gradient there")
  func floor() {
    let fixture = PolicyFixture<Double>(
      .gaussian(actionSize: 2), rows: 45, logStandardDeviationFloor: -1)
    var theta = fixture.theta
    let start = fixture.policy.network.parameterCount
    (theta[start], theta[start + 1]) = (-7, -0.5)
    let parameters = fixture.parameters(theta)
    #expect(fixture.policy.logStandardDeviations(parameters) == [-1, -0.5])
    _ = fixture.policy.lossGradient(
      parameters, inputs: fixture.inputs(0..<45), loss: fixture.loss(0..<45, .logLikelihood),
      gradient: fixture.workspace.parameterGradient, workspace: fixture.workspace)
    let gradient = fixture.workspace.parameterGradient.values
    #expect(gradient[start] == 0 && gradient[start + 1] != 0)
  }

  @Test("Sizes that do not fit are refused")
  func refusals() async {
    await #expect(processExitsWith: .failure) {
      _ = Policy<Float>(
        network: Network(inputWidth: 2, hidden: [], outputWidth: 3, activation: .tanh),
        distribution: .gaussian(actionSize: 2))
    }
    await #expect(processExitsWith: .failure) {
      _ = Network<Float>(layers: [
        DenseLayer(inputWidth: 2, outputWidth: 3, activation: .tanh),
        DenseLayer(inputWidth: 4, outputWidth: 1, activation: .identity),
      ])
    }
  }
}

@Suite("Policy actors")
struct PolicyActorTests {
  private func act<Scalar>(
    _ fixture: PolicyFixture<Scalar>, rows: Int, noise: [Float]?, noiseStart: Int = 0
  ) -> [Double] {
    let parameters = fixture.parameters(fixture.theta)
    let deviations = fixture.policy.logStandardDeviations(parameters).map { exp($0) }
    var actions = [Double](
      repeating: .nan, count: rows * fixture.policy.distribution.actionWidth)
    PolicyActor(policy: fixture.policy, workspace: fixture.workspace).act(
      parameters, standardDeviations: deviations,
      observations: Array(fixture.observations.prefix(rows * 3)), rows: rows, noise: noise,
      noiseStart: noiseStart, actions: &actions)
    return actions
  }

  @Test("Gaussian actions are μ + σ · noise, and μ without noise", arguments: [1, 5, 130])
  func gaussian(rows: Int) {
    let fixture = PolicyFixture<Double>(.gaussian(actionSize: 2), rows: rows)
    let block = fixture.block(0..<rows, fixture.theta)
    let sigma = block.logStandardDeviations.map { exp($0) }
    var generator = SeededGenerator(seed: 14)
    let noise = generator.numbers(rows * 2 + 3, limit: 3).map { Float($0) }
    let mean = Array(block.outputs.prefix(rows * 2))
    #expect(Closeness(act(fixture, rows: rows, noise: nil), mean, absolute: 1e-13).isWithin)
    let expected = mean.indices.map { mean[$0] + sigma[$0 % 2] * Double(noise[3 + $0]) }
    let found = act(fixture, rows: rows, noise: noise, noiseStart: 3)
    #expect(Closeness(found, expected, absolute: 1e-13).isWithin)
  }

  @Test("A row's action does not depend on the rows beside it")
  func rowsAreIndependent() {
    let fixture = PolicyFixture<Float>(.gaussian(actionSize: 2), rows: 40)
    let noise = [Float](repeating: 0.5, count: 80)
    let all = act(fixture, rows: 40, noise: noise)
    let closeness = Closeness(
      Array(all.prefix(6)), act(fixture, rows: 3, noise: noise), absolute: 1e-6)
    #expect(closeness.isWithin, "\(closeness)")
  }

  @Test("Categorical actions occur as often as their probability says")
  func categoricalFrequencies() {
    let fixture = PolicyFixture<Double>(.categorical(actionCount: 5), rows: 1)
    let block = fixture.block(0..<1, fixture.theta)
    var generator = SeededGenerator(seed: 15)
    let count = 5_000
    var seen = [Double](repeating: 0, count: 5)
    for _ in 0..<count {
      let noise = Float(generator.next() >> 40) * 0x1p-24
      seen[Int(act(fixture, rows: 1, noise: [noise])[0])] += 1
    }
    for action in 0..<5 {
      let p = exp(
        fixture.policy.distribution.logProbabilities(block, actions: [Double(action)])[0])
      let allowed = 5 * (p * (1 - p) / Double(count)).squareRoot()
      #expect(Closeness(seen[action] / Double(count), p, absolute: allowed).isWithin)
    }
  }

  @Test(
    "The worst noise there can be gives the first and the last possible action",
    arguments: [(ConstantGenerator.zeros, 0.0), (.ones, 4.0)])
  func extremes(generator: ConstantGenerator, expected: Double) {
    let fixture = PolicyFixture<Float>(.categorical(actionCount: 5), rows: 9)
    let noise = (0..<9).map { _ in Float(generator.next() >> 40) * 0x1p-24 }
    #expect(act(fixture, rows: 9, noise: noise) == Array(repeating: expected, count: 9))
  }

  @Test("Without noise the most probable action is taken")
  func mostProbable() {
    let fixture = PolicyFixture<Double>(.categorical(actionCount: 5), rows: 20)
    let outputs = fixture.block(0..<20, fixture.theta).outputs
    let expected = (0..<20).map { row in
      let logits = outputs[(row * 5)..<(row * 5 + 5)]
      return Double((logits.indices.max { logits[$0] < logits[$1] } ?? 0) - row * 5)
    }
    #expect(act(fixture, rows: 20, noise: nil) == expected)
  }
}
