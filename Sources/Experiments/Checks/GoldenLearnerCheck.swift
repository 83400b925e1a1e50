import DenseMath
import MetaLearning
import Networks

/// Compares the learner's mathematics with a golden file: inner steps, meta-gradients, Hessian
/// products, KL divergences through the adaptation, the trust-region direction and step.
///
/// Every case of the file is checked, with as many inner steps as it lists. The one quantity of the
/// format that is left out, and named so, is `kl_at_old_shifted…hvp`: where old and new differ, the
/// Hessian of the KL needs third derivatives, which no algorithm here uses.
struct GoldenLearnerCheck<Scalar: DenseScalar> {
  private let file: GoldenValue
  let golden: GoldenPolicy<Scalar>
  private let workspace: NetworkWorkspace<Scalar>
  let theta: [Scalar]
  private let direction: [Double]

  init(_ file: GoldenValue) throws(GoldenError) {
    self.file = file
    golden = try GoldenPolicy(file)
    workspace = golden.policy.makeWorkspace()
    theta = Scalar.rounded(try golden.vector(file["theta"]))
    direction = try golden.vector(file["v"])
  }

  /// Adds the rows of all cases.
  func run(into table: inout CheckTable) async throws {
    if file.has("num_params") {
      try file["num_params"].require(golden.policy.parameterCount, "parameters of the shapes")
    }
    guard let cases = try file["cases"].node.members else {
      throw try file["cases"].error("is not an object")
    }
    for member in cases {
      try await check(file["cases"][member.key], name: member.key, into: &table)
    }
  }

  /// Inner steps of the cases whose names say how many they have.
  private static var namedSteps: [String: Int] {
    ["one_step": 1, "two_steps": 2, "three_steps": 3, "four_steps": 4, "five_steps": 5]
  }

  /// The file's batches for an adaptation of some steps, not begun.
  func makeAdaptation(steps: Int) throws -> TaskAdaptation<Scalar> {
    // Every step has the numbers of a whole vector in the file: what is announced must be there.
    guard steps <= file.byteCount / golden.policy.parameterCount else {
      throw file.error("has fewer numbers than \(steps) inner steps need")
    }
    var configuration = AdaptationConfiguration()
    configuration.steps = steps
    configuration.estimator = .logLikelihood
    configuration.innerLearningRate = try file["inner_lr"].number
    configuration.laterStepFactor = 1
    let adaptation = TaskAdaptation(policy: golden.policy, configuration: configuration)
    for step in 0..<steps {
      try golden.fill(adaptation.batches[step], from: file["support_batch_\(step + 1)"])
    }
    try golden.fill(adaptation.batches[steps], from: file["query_batch"])
    return adaptation
  }

  private func check(
    _ reference: GoldenValue, name: String, into table: inout CheckTable
  ) async throws {
    let innerSteps = try reference["inner_steps"].elements
    let steps = innerSteps.count
    let adaptation = try makeAdaptation(steps: steps)
    guard steps > 0, steps == Self.namedSteps[name] ?? steps else {
      throw try reference["inner_steps"].error(
        "has \(steps) steps, not \(Self.namedSteps[name].map { "\($0)" } ?? "one or more")")
    }
    adaptation.begin(theta)
    for (step, inner) in innerSteps.enumerated() {
      if inner.has("step") { try inner["step"].require(step + 1, "the place in the list") }
      if inner.has("support_batch") {
        try inner["support_batch"].require(step + 1, "the batch of this step in the format")
      }
      let loss = adaptation.takeStep(step, workspace: workspace).loss
      let label = "\(name): inner step \(step + 1)"
      table.compare(
        "\(label), loss", [loss], [try inner["loss"].number],
        smallestScale: advantageScale(adaptation.batches[step]))
      compare("\(label), gradient", workspace.parameterGradient, try inner["gradient"], &table)
      compare(
        "\(label), adapted", adaptation.parameters[step + 1].vector,
        try inner["adapted_params"], &table)
    }
    try checkLogProbabilities(reference, name: name, adaptation, into: &table)
    try checkHessianProduct(reference, name: name, adaptation, into: &table)
    try await checkOnPolicy(reference, name: name, adaptation, into: &table)
    try checkPerturbed(reference, name: name, adaptation, into: &table)
    try checkDivergences(reference, name: name, adaptation, into: &table)
    try await checkTrustRegion(reference, name: name, adaptation, into: &table)
  }

  /// Mean |Â|: what the sums of a loss round relative to, however small they come out.
  private func advantageScale(_ batch: LearningBatch<Scalar>) -> Double {
    batch.advantages.reduce(0) { $0 + abs($1) } / Double(batch.stepCount)
  }

  private func compare(
    _ quantity: String, _ found: RowMatrix<Scalar>, _ reference: GoldenValue,
    _ table: inout CheckTable, smallestScale: Double = 1e-300
  ) {
    compare(
      quantity, Scalar.widened(found.values), reference, &table, smallestScale: smallestScale)
  }

  func compare(
    _ quantity: String, _ found: [Double], _ reference: GoldenValue,
    _ table: inout CheckTable, smallestScale: Double = 1e-300
  ) {
    let wanted = (try? golden.vector(reference)) ?? []
    table.compare(
      quantity, found, wanted, tensors: golden.tensors, smallestScale: smallestScale)
  }

  private func queryBlock(
    _ adaptation: TaskAdaptation<Scalar>, _ parameters: PreparedParameters<Scalar>
  ) -> OutputBlock {
    let query = adaptation.batches[adaptation.steps]
    return OutputBlock(
      firstRow: 0, rowCount: query.stepCount,
      outputs: golden.policy.outputs(parameters, inputs: query.inputs, workspace: workspace),
      logStandardDeviations: golden.policy.logStandardDeviations(parameters))
  }

  private func checkLogProbabilities(
    _ reference: GoldenValue, name: String, _ adaptation: TaskAdaptation<Scalar>,
    into table: inout CheckTable
  ) throws(GoldenError) {
    let query = adaptation.batches[adaptation.steps]
    for (label, key, parameters) in [
      ("θ′", "query_logp_under_adapted", adaptation.adapted),
      ("θ", "query_logp_under_theta", adaptation.parameters[0]),
    ] {
      table.compare(
        "\(name): log-probabilities under \(label)",
        golden.policy.distribution.logProbabilities(
          queryBlock(adaptation, parameters), actions: query.actions),
        try reference[key].numbers(count: query.stepCount))
    }
  }

  private func checkHessianProduct(
    _ reference: GoldenValue, name: String, _ adaptation: TaskAdaptation<Scalar>,
    into table: inout CheckTable
  ) throws(GoldenError) {
    let batch = adaptation.batches[0]
    let loss = PolicyGradientLoss(
      distribution: golden.policy.distribution, actions: batch.actions,
      advantages: batch.advantages, form: .logLikelihood)
    let cache = ActivationCache(network: golden.policy.network)
    _ = golden.policy.lossGradient(
      adaptation.parameters[0], inputs: batch.inputs, loss: loss,
      gradient: workspace.parameterGradient, cache: cache, workspace: workspace)
    let v = golden.policy.makeParameters()
    v.set(rounding: direction)
    golden.policy.hessianProduct(
      adaptation.parameters[0], direction: v, inputs: batch.inputs, loss: loss, cache: cache,
      product: workspace.parameterGradient, workspace: workspace)
    compare(
      "\(name): inner Hessian product", workspace.parameterGradient,
      try reference["inner_hvp"], &table)
  }

  private func checkOnPolicy(
    _ reference: GoldenValue, name: String, _ adaptation: TaskAdaptation<Scalar>,
    into table: inout CheckTable
  ) async throws {
    let objective = OuterProblem(
      policy: golden.policy, adaptations: [adaptation], workers: Workers(count: 1))
    let found = try await objective.metaGradient()
    let outer = try reference["outer_on_policy"]
    table.compare(
      "\(name): surrogate loss, on policy", [found.surrogateLoss], [try outer["loss"].number],
      smallestScale: advantageScale(adaptation.batches[adaptation.steps]))
    compare(
      "\(name): meta-gradient, on policy", found.gradient, try outer["meta_gradient"], &table)
    compare(
      "\(name): Fisher product through the adaptation",
      try await objective.fisherProduct(direction),
      try reference["kl_at_old_equals_new"]["kl_old_new"]["hvp"], &table)
    let v = golden.policy.makeParameters()
    v.set(rounding: direction)
    adaptation.applyFisher(to: v, workspace: workspace)
    compare(
      "\(name): Fisher product at θ′", v.vector, try reference["fvp_first_order_at_adapted"],
      &table)
  }

  /// The gradient of `loss` at θ′ (left first-order in the result) and through the adaptation.
  private func gradients(
    _ adaptation: TaskAdaptation<Scalar>, loss: some OutputLoss
  ) -> (value: Double, firstOrder: [Double], exact: [Double]) {
    let value = golden.policy.lossGradient(
      adaptation.adapted, inputs: adaptation.batches[adaptation.steps].inputs, loss: loss,
      gradient: workspace.parameterGradient, workspace: workspace)
    let firstOrder = workspace.parameterGradient.values
    let u = golden.policy.makeParameters()
    u.set(firstOrder)
    adaptation.applyTransposedJacobian(to: u, workspace: workspace)
    return (value, Scalar.widened(firstOrder), Scalar.widened(u.vector.values))
  }

  private func checkPerturbed(
    _ reference: GoldenValue, name: String, _ adaptation: TaskAdaptation<Scalar>,
    into table: inout CheckTable
  ) throws(GoldenError) {
    let query = adaptation.batches[adaptation.steps]
    for (key, label) in [
      ("outer_perturbed", "perturbed"), ("outer_on_policy", "ratio form, on policy"),
    ] {
      let outer = try reference[key]
      let loss = PolicyGradientLoss(
        distribution: golden.policy.distribution, actions: query.actions,
        advantages: query.advantages,
        form: .likelihoodRatio(
          oldLogProbabilities: try outer["old_log_probs"].numbers(count: query.stepCount)))
      let found = gradients(adaptation, loss: loss)
      table.compare(
        "\(name): surrogate loss, \(label)", [found.value], [try outer["loss"].number],
        smallestScale: advantageScale(query))
      compare(
        "\(name): meta-gradient, \(label)", found.exact, try outer["meta_gradient"], &table)
      compare(
        "\(name): first-order gradient, \(label)", found.firstOrder,
        try outer["fomaml_gradient"], &table)
    }
  }

  private func checkDivergences(
    _ reference: GoldenValue, name: String, _ adaptation: TaskAdaptation<Scalar>,
    into table: inout CheckTable
  ) throws(GoldenError) {
    let rows = adaptation.batches[adaptation.steps].stepCount
    let width = golden.policy.network.outputWidth
    let shifted = try reference["kl_at_old_shifted"]
    let shiftedOutputs =
      try shifted.has("old_mean_rows")
      ? shifted["old_mean_rows"].numbers(count: rows * width)
      : shifted["old_log_probs_rows"].numbers(count: rows * width)
    let deviations = golden.policy.distribution.logStandardDeviationCount
    let shiftedLogStd =
      deviations > 0 ? try shifted["old_log_std"].numbers(count: deviations) : []
    let now = queryBlock(adaptation, adaptation.adapted)
    for (key, direction) in [
      ("kl_old_new", KLDivergenceLoss.Direction.oldToNew), ("kl_new_old", .newToOld),
    ] {
      let label = direction == .oldToNew ? "KL(old ‖ new)" : "KL(new ‖ old)"
      let moved = KLDivergenceLoss(
        distribution: golden.policy.distribution, oldOutputs: shiftedOutputs,
        oldLogStandardDeviations: shiftedLogStd, direction: direction)
      let found = gradients(adaptation, loss: moved)
      table.compare(
        "\(name): \(label), shifted", [found.value], [try shifted[key]["value"].number])
      compare(
        "\(name): gradient of \(label), shifted", found.exact, try shifted[key]["gradient"],
        &table)

      let equal = try reference["kl_at_old_equals_new"][key]
      let same = KLDivergenceLoss(
        distribution: golden.policy.distribution,
        oldOutputs: Array(now.outputs.prefix(rows * width)),
        oldLogStandardDeviations: now.logStandardDeviations, direction: direction)
      let zero = gradients(adaptation, loss: same)
      table.compare(
        "\(name): \(label), old = new", [zero.value], [try equal["value"].number],
        smallestScale: 1)
      compare(
        "\(name): gradient of \(label), old = new", zero.exact, try equal["gradient"], &table,
        smallestScale: 1)
      compare(
        "\(name): Hessian product of \(label), old = new",
        throughAdaptation(adaptation, curvature: same), try equal["hvp"], &table)
    }
  }

  /// Jᵀ (Gauss–Newton product of the curvature) J v.
  private func throughAdaptation(
    _ adaptation: TaskAdaptation<Scalar>, curvature: some OutputCurvature
  ) -> [Double] {
    let query = adaptation.batches[adaptation.steps]
    let cache = ActivationCache(network: golden.policy.network)
    _ = golden.policy.lossGradient(
      adaptation.adapted, inputs: query.inputs,
      loss: PolicyGradientLoss(
        distribution: golden.policy.distribution, actions: query.actions,
        advantages: query.advantages, form: .logLikelihood),
      gradient: workspace.parameterGradient, cache: cache, retention: .outputs,
      workspace: workspace)
    let v = golden.policy.makeParameters()
    v.set(rounding: direction)
    adaptation.applyJacobian(to: v, workspace: workspace)
    golden.policy.gaussNewtonProduct(
      adaptation.adapted, direction: v, inputs: query.inputs, curvature: curvature,
      cache: cache, product: workspace.parameterGradient, workspace: workspace)
    v.set(workspace.parameterGradient.values)
    adaptation.applyTransposedJacobian(to: v, workspace: workspace)
    return Scalar.widened(v.vector.values)
  }
}
