import DenseMath
import Foundation
import Networks

/// Golden values of recurrent policies: outputs, states, losses over trials, gradients through whole
/// trials and in chunks, and the Fisher product.
struct GoldenRecurrentCheck<Scalar: DenseScalar> {
  /// Adds the rows of the file.
  static func run(_ file: GoldenValue, into table: inout CheckTable) throws {
    let loss = ClippedTrialLoss(
      clipRange: try file["clip"].number, valueCoefficient: try file["value_coefficient"].number,
      entropyCoefficient: try file["entropy_coefficient"].number)
    guard loss.clipRange > 0 else { throw try file["clip"].error("is not above 0") }
    for entry in try file["cases"].elements {
      try GoldenRecurrentCase<Scalar>(entry, loss: loss).run(into: &table)
    }
  }
}

/// One case: its policy, and its trials as lanes.
struct GoldenRecurrentCase<Scalar: DenseScalar> {
  private let entry: GoldenValue
  private let name: String
  private let loss: ClippedTrialLoss
  private let policy: RecurrentPolicy<Scalar>
  private let theta: RecurrentParameters<Scalar>
  private let unitNames: [String]
  private let trials: [GoldenTrial]
  private let rows: TrialRows

  init(_ entry: GoldenValue, loss: ClippedTrialLoss) throws(GoldenError) {
    self.entry = entry
    self.loss = loss
    name = try entry["name"].text
    var (before, units, after): ([Int], [Int], [Int]) = ([], [], [])
    var names: [String] = []
    for layer in try entry["architecture"].elements {
      let width = try layer["units"].count(1...1000)
      switch try layer["type"].text {
      case "gru":
        guard after.isEmpty else { throw layer.error("is a gru above a dense layer above a gru") }
        units.append(width)
        names.append(try layer["name"].text)
      case "dense": if units.isEmpty { before.append(width) } else { after.append(width) }
      default: throw try layer["type"].error("is not gru or dense")
      }
      if try layer["type"].text == "dense" { _ = try layer["name"].text }
    }
    unitNames = names
    guard !units.isEmpty else { throw try entry["architecture"].error("has no gru") }
    func shape(_ tensor: String) throws(GoldenError) -> [Double] {
      try entry["param_shapes"][tensor].numbers
    }
    let order = try entry["param_order"].strings
    guard let first = order.first, let input = try shape(first).last,
      let actions = try shape("policy.weight").first, input >= 1, input <= 1000, actions >= 2,
      actions <= 1000, input == input.rounded(), actions == actions.rounded()
    else { throw try entry["param_shapes"].error("lacks the sizes of inputs and actions") }
    let policy = RecurrentPolicy<Scalar>(
      shape: RecurrentShape(
        inputWidth: Int(input), before: before, units: units, after: after),
      distribution: .categorical(actionCount: Int(actions)))
    guard policy.tensors.map(\.name) == order else {
      throw try entry["param_order"].error("is not \(policy.tensors.map(\.name))")
    }
    for tensor in policy.tensors where try shape(tensor.name) != tensor.shape.map(Double.init) {
      throw try entry["param_shapes"][tensor.name].error("is not \(tensor.shape)")
    }
    try entry["num_params"].require(policy.parameterCount, "as the shapes say")
    self.policy = policy
    theta = policy.makeParameters()
    theta.set(Scalar.rounded(try Self.vector(entry["theta"], of: policy)))
    trials = try Self.trials(entry, inputWidth: Int(input), actions: Int(actions))
    let steps = trials.map(\.length).max() ?? 1
    var rows = TrialRows(steps: steps, lanes: trials.count, actionWidth: 1)
    rows.lengths = trials.map(\.length)
    for (lane, trial) in trials.enumerated() {
      for step in 0..<trial.length {
        let row = step * trials.count + lane
        rows.actions[row] = trial.actions[step]
        rows.advantages[row] = trial.advantages[step]
        rows.valueTargets[row] = trial.valueTargets[step]
      }
    }
    self.rows = rows
  }

  private static func trials(
    _ entry: GoldenValue, inputWidth: Int, actions: Int
  ) throws(GoldenError) -> [GoldenTrial] {
    var trials: [GoldenTrial] = []
    for element in try entry["trials"].elements {
      trials.append(try GoldenTrial(element, inputWidth: inputWidth, actions: actions))
    }
    guard !trials.isEmpty else { throw try entry["trials"].error("is empty") }
    return trials
  }

  private static func vector(
    _ value: GoldenValue, of policy: RecurrentPolicy<Scalar>
  ) throws(GoldenError) -> [Double] {
    var flat: [Double] = []
    for tensor in policy.tensors {
      flat += try value[tensor.name].numbers(count: tensor.range.count)
    }
    return flat
  }

  private var stepCount: Int { rows.lengths.reduce(0, +) }

  func run(into table: inout CheckTable) throws {
    for (index, trial) in trials.enumerated() {
      table.compare(
        "\(name): inputs of trial \(index + 1)", trial.composed, trial.inputs, smallestScale: 1)
    }
    let memory = SequenceMemory(policy)
    place(memory, steps: 0..<rows.steps)
    policy.forward(theta, memory)
    try compareOutputs(memory, into: &table)
    var onPolicy = rows
    onPolicy.oldLogProbabilities =
      policy.stepFigures(theta, rows, memory).logProbabilities
    try compare("ppo_on_policy", onPolicy, memory, into: &table)
    var perturbed = rows
    let old = try entry["ppo_perturbed"]["old_log_probs"].elements
    for (lane, values) in try lanes(old).enumerated() {
      for (step, value) in values.enumerated() {
        perturbed.oldLogProbabilities[step * rows.lanes + lane] = value
      }
    }
    try compare("ppo_perturbed", perturbed, memory, into: &table)
    try comparePieces(perturbed, memory, into: &table)
    try compareChunks(perturbed, memory, into: &table)
    try compareFisherProduct(memory, into: &table)
  }

  /// Lists of numbers, one a trial.
  private func lanes(_ values: [GoldenValue]) throws -> [[Double]] {
    guard values.count == trials.count else {
      throw entry.error("has \(values.count) lists where one a trial is expected")
    }
    return try zip(values, trials).map { try $0.numbers(count: $1.length) }
  }

  /// Puts the inputs of some steps into the memory, from zero states.
  private func place(_ memory: SequenceMemory<Scalar>, steps: Range<Int>) {
    memory.resize(steps: steps.count, lanes: trials.count)
    memory.inputs.clear()
    for start in memory.starts { start.clear() }
    let width = policy.shape.inputWidth
    for (lane, trial) in trials.enumerated() {
      for step in steps where step < trial.length {
        let row = memory.inputs.pointer(row: (step - steps.lowerBound) * trials.count + lane)
        for k in 0..<width { row[k] = Scalar(trial.inputs[step * width + k]) }
      }
    }
  }

  private func compareOutputs(
    _ memory: SequenceMemory<Scalar>, into table: inout CheckTable
  ) throws {
    let figures = policy.stepFigures(theta, rows, memory)
    for (lane, expected) in try entry["outputs"].elements.enumerated() where lane < trials.count {
      let length = trials[lane].length
      func ours(_ values: [Double]) -> [Double] {
        (0..<length).map { values[$0 * rows.lanes + lane] }
      }
      let place = "\(name), trial \(lane + 1)"
      let logits = (0..<length).flatMap { step -> [Double] in
        let row = memory.output(step: step, lane: lane)
        return (0..<policy.outputWidth).map { Double(row[$0]) }
      }
      table.compare("\(place): logits", logits, try expected["logits"].numbers)
      table.compare("\(place): values", ours(figures.values), try expected["values"].numbers)
      table.compare(
        "\(place): log π", ours(figures.logProbabilities), try expected["log_probs"].numbers)
      table.compare(
        "\(place): entropies", ours(figures.entropies), try expected["entropies"].numbers)
      for (unit, name) in unitNames.enumerated() {
        let width = policy.shape.units[unit]
        let states = (0..<length).flatMap { step -> [Double] in
          let row = memory.state(unit, after: step) + lane * width
          return (0..<width).map { Double(row[$0]) }
        }
        table.compare("\(place): states of \(name)", states, try expected["hidden"][name].numbers)
      }
    }
  }

  /// Sums and gradient of a loss through whole trials.
  private func gradient(
    _ loss: ClippedTrialLoss, _ rows: TrialRows, _ memory: SequenceMemory<Scalar>,
    adding previous: RowMatrix<Scalar>? = nil
  ) -> (ClippedTrialLoss.Sums, [Double]) {
    let gradient = previous ?? RowMatrix<Scalar>(rows: 1, columns: policy.parameterCount)
    if previous == nil { gradient.clear() }
    var deviations: [Double] = []
    let sums = policy.lossGradient(
      loss, theta, rows, batchSteps: stepCount, memory, deviationGradient: &deviations)
    policy.reverse(theta, memory, gradient: gradient.pointer())
    return (sums, Scalar.widened(gradient.values))
  }

  private func compareGradient(
    _ quantity: String, _ found: [Double], _ value: GoldenValue, into table: inout CheckTable
  ) throws {
    table.compare(
      "\(name): \(quantity)", found, try Self.vector(value, of: policy),
      tensors: policy.tensors.map(\.range), smallestScale: 1e-12)
  }

  private func compare(
    _ key: String, _ rows: TrialRows, _ memory: SequenceMemory<Scalar>,
    into table: inout CheckTable
  ) throws {
    let expected = try entry[key]
    let (sums, found) = gradient(loss, rows, memory)
    let count = Double(sums.count)
    let kind = key == "ppo_on_policy" ? "on policy" : "perturbed"
    for (quantity, value, field) in [
      ("policy loss", sums.policy / count, "policy_loss"),
      ("value loss", sums.value / count, "value_loss"),
      ("entropy", sums.entropy / count, "entropy"), ("loss", loss.loss(sums), "loss"),
    ] {
      table.compare("\(name): \(quantity), \(kind)", [value], [try expected[field].number])
    }
    try compareGradient("gradient, \(kind)", found, try expected["gradient"], into: &table)
    guard expected.has("clipped_rows") else { return }
    let clipped = try lanes(expected["clipped_rows"].elements).joined().reduce(0, +)
    table.compare("\(name): clipped steps", [Double(sums.clipped)], [clipped], smallestScale: 1)
    let logProbabilities = policy.stepFigures(theta, rows, memory).logProbabilities
    for (lane, ratios) in try lanes(expected["ratios"].elements).enumerated() {
      let ours = ratios.indices.map { step in
        let row = step * rows.lanes + lane
        return exp(logProbabilities[row] - rows.oldLogProbabilities[row])
      }
      table.compare("\(name): ratios of trial \(lane + 1)", ours, ratios)
    }
  }

  /// Gradients of the parts of the loss, not weighted.
  private func comparePieces(
    _ rows: TrialRows, _ memory: SequenceMemory<Scalar>, into table: inout CheckTable
  ) throws {
    for (field, policyPart, value, entropy) in [
      ("policy_loss_gradient", 1.0, 0.0, 0.0), ("value_loss_gradient", 0, 1, 0),
      ("entropy_gradient", 0, 0, -1),
    ] {
      let part = ClippedTrialLoss(
        clipRange: loss.clipRange, valueCoefficient: value, entropyCoefficient: entropy,
        policyCoefficient: policyPart)
      let (_, found) = gradient(part, rows, memory)
      try compareGradient(
        field.replacing("_", with: " "), found, try entry["ppo_perturbed"][field], into: &table)
    }
  }

  /// The gradient in chunks that start from the states of the whole pass.
  private func compareChunks(
    _ rows: TrialRows, _ memory: SequenceMemory<Scalar>, into table: inout CheckTable
  ) throws {
    let expected = try entry["ppo_perturbed"]
    let length = try expected["chunk_length"].count(1...1_000_000)
    let sum = RowMatrix<Scalar>(rows: 1, columns: policy.parameterCount)
    sum.clear()
    var found: [Double] = []
    let chunk = SequenceMemory(policy)
    for first in stride(from: 0, to: rows.steps, by: length) {
      let steps = first..<min(first + length, rows.steps)
      place(chunk, steps: steps)
      if first > 0 {
        for (unit, start) in chunk.starts.enumerated() {
          let state = memory.state(unit, after: first - 1)
          for k in 0..<(rows.lanes * start.columns) { start.pointer()[k] = state[k] }
        }
      }
      policy.forward(theta, chunk)
      (_, found) = gradient(loss, rows.part(steps), chunk, adding: sum)
    }
    try compareGradient(
      "gradient in chunks of \(length)", found, try expected["chunked_gradient"], into: &table)
  }

  private func compareFisherProduct(
    _ memory: SequenceMemory<Scalar>, into table: inout CheckTable
  ) throws {
    let direction = policy.makeParameters()
    direction.set(Scalar.rounded(try Self.vector(entry["v"], of: policy)))
    let product = RowMatrix<Scalar>(rows: 1, columns: policy.parameterCount)
    product.clear()
    policy.addFisherProduct(
      theta, along: direction, lengths: rows.lengths, batchSteps: stepCount, memory,
      product: product.pointer())
    try compareGradient(
      "Fisher product", Scalar.widened(product.values), try entry["fisher_product"],
      into: &table)
  }
}
