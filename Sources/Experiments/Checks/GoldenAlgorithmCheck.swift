import DenseMath
import MetaLearning
import Networks

/// Compares an algorithm's mathematics with a golden file that names it as its `topic`.
struct GoldenAlgorithmCheck<Scalar: DenseScalar> {
  private let file: GoldenValue

  init(_ file: GoldenValue) { self.file = file }

  /// Adds the rows of all cases.
  func run(into table: inout CheckTable) async throws {
    switch try file["topic"].text {
    case "meta_sgd": try await GoldenInnerUpdateCheck<Scalar>(file, .metaSGD).run(into: &table)
    case "anil": try await GoldenInnerUpdateCheck<Scalar>(file, .anil).run(into: &table)
    case "cavia": try await GoldenInnerUpdateCheck<Scalar>(file, .cavia).run(into: &table)
    case "reptile": try GoldenReptileCheck<Scalar>(file).run(into: &table)
    case "promp": try await GoldenProMPCheck<Scalar>(file).run(into: &table)
    case "emaml": try await GoldenEMAMLCheck<Scalar>(file).run(into: &table)
    case "dice": try await GoldenDiCECheck<Scalar>(file).run(into: &table)
    case "conv": try await GoldenConvolutionCheck<Scalar>.run(file, into: &table)
    case "protonet": try GoldenPrototypeCheck<Scalar>.run(file, into: &table)
    case "sinusoid": try await GoldenSinusoidCheck<Scalar>.run(file, into: &table)
    case "gru": try GoldenRecurrentCheck<Scalar>.run(file, into: &table)
    case let topic:
      throw try file["topic"].error(
        "is '\(topic)'; meta_sgd, anil, cavia, reptile, promp, emaml, dice, sinusoid, conv, protonet"
          + " and gru are known")
    }
  }
}

/// The tasks of such a file, and what its checks share.
struct GoldenTasks<Scalar: DenseScalar> {
  let file: GoldenValue
  let golden: GoldenPolicy<Scalar>
  let workspace: NetworkWorkspace<Scalar>

  init(_ file: GoldenValue) throws(GoldenError) {
    self.file = file
    golden = try GoldenPolicy(file)
    workspace = golden.policy.makeWorkspace()
  }

  var policy: Policy<Scalar> { golden.policy }

  /// The inner loop of a case: its number of steps and its estimator.
  func configuration(_ entry: GoldenValue) throws(GoldenError) -> AdaptationConfiguration {
    var configuration = AdaptationConfiguration()
    configuration.steps = try entry["steps"].count(1...1000)
    if entry.has("estimator") {
      guard let estimator = InnerEstimator(rawValue: try entry["estimator"].text) else {
        throw try entry["estimator"].error("is not one of log-likelihood, lvc, dice")
      }
      configuration.estimator = estimator
    }
    configuration.innerLearningRate = try file.has("inner_lr") ? file["inner_lr"].number : 1
    configuration.laterStepFactor = 1
    return configuration
  }

  /// An adaptation whose batches are filled and whose inner steps are taken from `meta`.
  ///
  /// - Parameters:
  ///   - configuration: the inner loop.
  ///   - meta: θ and the learned rates, [P + R].
  ///   - task: the file's.
  ///   - meanReturn: of the query's episodes, where it is known.
  ///   - visit: called with k and the step's figures after each inner step, with the gradient in
  ///     the workspace.
  /// - Returns: the adaptation.
  /// - Throws: `GoldenError` where the file does not fit; what `visit` throws.
  func adapted(
    _ configuration: AdaptationConfiguration, _ meta: [Scalar], task: GoldenValue,
    meanReturn: Double = .nan, visit: (Int, InnerStep, TaskAdaptation<Scalar>) throws -> Void
  ) throws -> TaskAdaptation<Scalar> {
    let adaptation = TaskAdaptation(policy: policy, configuration: configuration)
    let support = try task["support_batches"].elements
    guard support.count >= configuration.steps else {
      throw try task["support_batches"].error("has fewer batches than the case has steps")
    }
    for step in 0..<configuration.steps {
      try golden.fill(adaptation.batches[step], from: support[step])
    }
    let query = task.has("query_batch") ? try task["query_batch"] : support[0]
    try golden.fill(adaptation.batches[configuration.steps], from: query, meanReturn: meanReturn)
    adaptation.begin(meta)
    for step in 0..<configuration.steps {
      try visit(step, adaptation.takeStep(step, workspace: workspace), adaptation)
    }
    return adaptation
  }

  /// Compares vectors of θ, tensor by tensor.
  func compare(
    _ quantity: String, _ found: [Double], _ reference: GoldenValue, _ table: inout CheckTable,
    smallestScale: Double = 1e-12
  ) throws {
    table.compare(
      quantity, Array(found[..<policy.parameterCount]), try golden.vector(reference),
      tensors: policy.tensors.map(\.range), smallestScale: smallestScale)
  }

  /// Mean over tasks of the gradient of query losses through the adaptation, [P + R], and the
  /// losses.
  func gradient(
    _ tasks: [TaskAdaptation<Scalar>], _ losses: [some OutputLoss]
  ) -> (losses: [Double], gradient: [Double]) {
    let layout = tasks[0].layout
    let memory = WorkerMemory(layout, workspace: workspace)
    let direction = MetaDirection(layout)
    var mean = [Double](repeating: 0, count: layout.count)
    var values: [Double] = []
    for (task, loss) in zip(tasks, losses) {
      values.append(task.queryGradient(loss, workspace: workspace))
      direction.theta.set(workspace.parameterGradient.values)
      task.applyTransposedJacobian(to: direction, memory: memory)
      addScaled(&mean, 1 / Double(tasks.count), Scalar.widened(direction.values))
    }
    for range in layout.frozenRanges { for i in range { mean[i] = 0 } }
    return (values, mean)
  }

  /// log π of the query's actions under θ′, [N].
  func queryLogProbabilities(_ task: TaskAdaptation<Scalar>) -> [Double] {
    let query = task.batches[task.steps]
    return policy.logProbabilities(
      outputs: policy.outputs(task.adapted, inputs: query.inputs, workspace: workspace),
      task.adapted, actions: query.actions)
  }

  /// −mean[π/π_old Â] of the query with given log π_old, [N].
  func ratioLoss(
    _ task: TaskAdaptation<Scalar>, old: [Double]
  ) -> PolicyGradientLoss {
    let query = task.batches[task.steps]
    return PolicyGradientLoss(
      distribution: policy.distribution, actions: query.actions, advantages: query.advantages,
      form: .likelihoodRatio(oldLogProbabilities: old))
  }
}

extension GoldenValue {
  /// A whole number in a range.
  func count(_ range: ClosedRange<Int>) throws(GoldenError) -> Int {
    guard let count = Int(exactly: try number), range.contains(count) else {
      throw error("is not a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }
}
