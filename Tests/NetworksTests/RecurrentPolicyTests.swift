import DenseMath
import Foundation
import Networks
import Testing

/// Trials of random numbers for a recurrent policy in double precision.
private struct Fixture {
  let policy: RecurrentPolicy<Double>
  let theta: [Double]
  var rows: TrialRows
  let inputs: [Double]
  let loss: ClippedTrialLoss

  init(
    layerNorm: Bool = false, gaussian: Bool = false, lengths: [Int] = [5, 3, 6], clip: Double = 0.2
  ) {
    policy = RecurrentPolicy(
      shape: RecurrentShape(
        inputWidth: 4, before: [5], units: [3, 4], after: [9], layerNorm: layerNorm),
      distribution: gaussian ? .gaussian(actionSize: 2) : .categorical(actionCount: 3))
    var stream = RandomStream(key: RandomKey(seed: 3, purpose: .check))
    theta = policy.initialParameters(seed: 1, initialStandardDeviation: 0.7).map {
      $0 + 0.3 * stream.normal()
    }
    let steps = lengths.max() ?? 1
    rows = TrialRows(
      steps: steps, lanes: lengths.count, actionWidth: policy.distribution.actionWidth)
    rows.lengths = lengths
    for index in rows.actions.indices {
      rows.actions[index] = gaussian ? stream.normal() : Double(stream.next() % 3)
    }
    for row in rows.advantages.indices {
      rows.advantages[row] = stream.normal()
      rows.valueTargets[row] = stream.normal()
      rows.oldLogProbabilities[row] = -1.1 + 0.2 * stream.normal()
    }
    inputs = (0..<(steps * lengths.count * 4)).map { _ in stream.normal() }
    loss = ClippedTrialLoss(clipRange: clip, valueCoefficient: 0.5, entropyCoefficient: 0.02)
  }

  func forward(_ values: [Double]) -> (RecurrentParameters<Double>, SequenceMemory<Double>) {
    let parameters = policy.makeParameters()
    parameters.set(values)
    let memory = SequenceMemory(policy)
    memory.resize(steps: rows.steps, lanes: rows.lanes)
    memory.inputs.copy(from: inputs)
    for start in memory.starts { start.clear() }
    policy.forward(parameters, memory)
    return (parameters, memory)
  }

  func gradient(
    _ values: [Double], _ loss: ClippedTrialLoss? = nil
  ) -> (sums: ClippedTrialLoss.Sums, gradient: [Double]) {
    let (parameters, memory) = forward(values)
    var deviations = [Double](repeating: 0, count: policy.deviations.count)
    let sums = policy.lossGradient(
      loss ?? self.loss, parameters, rows, batchSteps: rows.lengths.reduce(0, +), memory,
      deviationGradient: &deviations)
    let gradient = RowMatrix<Double>(rows: 1, columns: policy.parameterCount)
    gradient.clear()
    policy.reverse(parameters, memory, gradient: gradient.pointer())
    var flat = gradient.values
    for (place, value) in zip(policy.deviations, deviations) { flat[place] += value }
    return (sums, flat)
  }

  func value(_ values: [Double]) -> Double { loss.loss(gradient(values).sums) }
}

@Suite("Recurrent policies") struct RecurrentPolicyTests {
  @Test(
    "The gradient through whole trials is the central difference of the loss",
    arguments: [false, true], [false, true])
  func gradient(layerNorm: Bool, gaussian: Bool) {
    let fixture = Fixture(layerNorm: layerNorm, gaussian: gaussian)
    let found = fixture.gradient(fixture.theta).gradient
    let h = 1e-5
    for index in found.indices {
      var (up, down) = (fixture.theta, fixture.theta)
      up[index] += h
      down[index] -= h
      let difference = (fixture.value(up) - fixture.value(down)) / (2 * h)
      #expect(abs(found[index] - difference) < 2e-8, "parameter \(index)")
    }
  }

  @Test("vᵀ F v is how far the outputs of all steps move along v", arguments: [false, true])
  func fisher(layerNorm: Bool) {
    let fixture = Fixture(layerNorm: layerNorm, gaussian: true)
    let (parameters, memory) = fixture.forward(fixture.theta)
    var stream = RandomStream(key: RandomKey(seed: 9, purpose: .check))
    let v = fixture.theta.map { _ in stream.normal() }
    let direction = fixture.policy.makeParameters()
    direction.set(v)
    let product = RowMatrix<Double>(rows: 1, columns: fixture.policy.parameterCount)
    product.clear()
    let count = fixture.rows.lengths.reduce(0, +)
    fixture.policy.addFisherProduct(
      parameters, along: direction, lengths: fixture.rows.lengths, batchSteps: count, memory,
      product: product.pointer())
    // vᵀ F v = mean Σ_d (μ̇_d / σ_d)² + 2 log σ̇_d², with μ̇ by central differences.
    let h = 1e-5
    let (_, up) = fixture.forward(zip(fixture.theta, v).map { $0 + h * $1 })
    let (_, down) = fixture.forward(zip(fixture.theta, v).map { $0 - h * $1 })
    let logs = fixture.policy.logStandardDeviations(parameters)
    var expected = 0.0
    for (lane, length) in fixture.rows.lengths.enumerated() {
      for step in 0..<length {
        for d in 0..<2 {
          let moved =
            (up.output(step: step, lane: lane)[d] - down.output(step: step, lane: lane)[d])
            / (2 * h)
          let logMoved = v[fixture.policy.deviations.lowerBound + d]
          expected += moved * moved * exp(-2 * logs[d]) + 2 * logMoved * logMoved
        }
      }
    }
    expected /= Double(count)
    let found = zip(v, product.values).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(found - expected) < 1e-7 * expected)
  }

  @Test("Padding behind a trial's end changes neither loss nor gradient")
  func padding() {
    let fixture = Fixture()
    var other = fixture
    for lane in 0..<3 {
      for step in other.rows.lengths[lane]..<other.rows.steps {
        let row = step * 3 + lane
        other.rows.advantages[row] = 1e3
        other.rows.valueTargets[row] = -1e3
        other.rows.oldLogProbabilities[row] = 50
      }
    }
    let (sums, gradient) = fixture.gradient(fixture.theta)
    #expect(sums.count == 14)
    #expect(other.gradient(fixture.theta).sums == sums)
    #expect(other.gradient(fixture.theta).gradient == gradient)
  }

  @Test("A lane alone has the outputs that it has among others")
  func lanes() {
    let fixture = Fixture()
    let (parameters, memory) = fixture.forward(fixture.theta)
    let single = SequenceMemory(fixture.policy)
    single.resize(steps: fixture.rows.steps, lanes: 1)
    for start in single.starts { start.clear() }
    for step in 0..<fixture.rows.steps {
      for k in 0..<4 {
        single.inputs.pointer(row: step)[k] = fixture.inputs[(step * 3 + 1) * 4 + k]
      }
    }
    fixture.policy.forward(parameters, single)
    for step in 0..<fixture.rows.steps {
      for a in 0..<3 {
        let (one, among) = (
          single.output(step: step, lane: 0)[a], memory.output(step: step, lane: 1)[a]
        )
        #expect(abs(one - among) < 1e-13)
      }
    }
  }

  @Test("A chunk from a stored state goes on where the whole pass was, with ratio 1")
  func chunks() {
    var fixture = Fixture()
    let (parameters, memory) = fixture.forward(fixture.theta)
    fixture.rows.oldLogProbabilities =
      fixture.policy.stepFigures(parameters, fixture.rows, memory).logProbabilities
    let chunk = SequenceMemory(fixture.policy)
    chunk.resize(steps: 4, lanes: 3)
    for (unit, start) in chunk.starts.enumerated() {
      for k in 0..<(3 * start.columns) {
        start.pointer()[k] = memory.state(unit, after: 1)[k]
      }
    }
    for k in 0..<(4 * 3 * 4) { chunk.inputs.pointer()[k] = fixture.inputs[2 * 3 * 4 + k] }
    fixture.policy.forward(parameters, chunk)
    var deviations: [Double] = []
    let sums = fixture.policy.lossGradient(
      fixture.loss, parameters, fixture.rows.part(2..<6), batchSteps: 8, chunk,
      deviationGradient: &deviations)
    #expect(sums.count == 8)
    #expect(sums.largestRatioChange < 1e-13)
    // From zero states in their place it would not be.
    for start in chunk.starts { start.clear() }
    fixture.policy.forward(parameters, chunk)
    let fresh = fixture.policy.lossGradient(
      fixture.loss, parameters, fixture.rows.part(2..<6), batchSteps: 8, chunk,
      deviationGradient: &deviations)
    #expect(fresh.largestRatioChange > 1e-3)
  }

  @Test("Policies begin with nearly equal actions, and names follow the layers")
  func start() {
    let policy = RecurrentPolicy<Float>(
      shape: RecurrentShape(
        inputWidth: 7, before: [6], units: [8, 5], after: [4], layerNorm: true),
      distribution: .gaussian(actionSize: 2))
    #expect(
      policy.tensors.map(\.name).filter { $0.hasSuffix("weight") || !$0.contains("bias") } == [
        "before1.weight", "gru1.weight_ih", "gru1.weight_hh", "gru1_norm.gamma", "gru1_norm.beta",
        "gru2.weight_ih", "gru2.weight_hh", "gru2_norm.gamma", "gru2_norm.beta", "after1.weight",
        "policy.weight", "value.weight", "log_std",
      ])
    let theta = policy.initialParameters(seed: 2, initialStandardDeviation: 0.5)
    #expect(theta.count == policy.parameterCount)
    #expect(theta.suffix(2).allSatisfy { $0 == Float(log(0.5)) })
    for tensor in policy.tensors where tensor.name == "policy.weight" {
      #expect(theta[tensor.range].allSatisfy { abs($0) <= 0.01 && $0 != 0 })
    }
  }
}
