import DenseMath
import MetaLearning
import Networks

/// Compares the learner's mathematics with a golden file: inner steps, meta-gradients, Hessian
/// products, KL divergences through the adaptation, the trust-region direction and step.
///
/// The one quantity of the format that is left out is `kl_at_old_shifted…hvp`: where old and new
/// differ, the Hessian of the KL needs third derivatives, which no algorithm here uses.
struct GoldenLearnerCheck<Scalar: DenseScalar> {
  private let file: GoldenValue
  private let golden: GoldenPolicy<Scalar>
  private let workspace: NetworkWorkspace<Scalar>
  private let theta: [Scalar]
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
    for (name, steps) in [("one_step", 1), ("two_steps", 2)] where try file["cases"].has(name) {
      try await check(file["cases"][name], name: name, steps: steps, into: &table)
    }
  }

  private func check(
    _ reference: GoldenValue, name: String, steps: Int, into table: inout CheckTable
  ) async throws {
    var configuration = AdaptationConfiguration()
    configuration.steps = steps
    configuration.estimator = .logLikelihood
    configuration.innerLearningRate = try file["inner_lr"].number
    let adaptation = TaskAdaptation(policy: golden.policy, configuration: configuration)
    for step in 0..<steps {
      try golden.fill(adaptation.batches[step], from: file["support_batch_\(step + 1)"])
    }
    try golden.fill(adaptation.batches[steps], from: file["query_batch"])

    adaptation.begin(theta)
    let innerSteps = try reference["inner_steps"].elements
    guard innerSteps.count == steps else {
      throw try reference["inner_steps"].error("has \(innerSteps.count) steps, not \(steps)")
    }
    for (step, inner) in innerSteps.enumerated() {
      let loss = adaptation.takeStep(step, workspace: workspace).loss
      let label = "\(name): inner step \(step + 1)"
      table.compare("\(label), loss", [loss], [try inner["loss"].number])
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

  private func compare(
    _ quantity: String, _ found: RowMatrix<Scalar>, _ reference: GoldenValue,
    _ table: inout CheckTable, smallestScale: Double = 1e-300
  ) {
    compare(
      quantity, Scalar.widened(found.values), reference, &table, smallestScale: smallestScale)
  }

  private func compare(
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
    let objective = MetaObjective(
      policy: golden.policy, adaptations: [adaptation], workers: Workers(count: 1))
    let found = try await objective.metaGradient()
    let outer = try reference["outer_on_policy"]
    table.compare(
      "\(name): surrogate loss, on policy", [found.surrogateLoss], [try outer["loss"].number])
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
        "\(name): surrogate loss, \(label)", [found.value], [try outer["loss"].number])
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

  /// The trust-region quantities, in two ways.
  ///
  /// At the reference direction s: ½ sᵀAs, the residual ‖g − As‖², the multiplier and the step
  /// are well conditioned and are held to the table's tolerance in every precision. The direction
  /// of ten conjugate-gradient iterations is not: it amplifies the rounding of its products by
  /// 10⁶ to 10⁹ here, so that in single precision it is noise (and left out), and in double no
  /// two implementations agree to more than about 1e-8. Its rows allow four times what relative
  /// noise of 2⁻⁵¹ on the products does to it, where that is more than the table's tolerance.
  private func checkTrustRegion(
    _ reference: GoldenValue, name: String, _ adaptation: TaskAdaptation<Scalar>,
    into table: inout CheckTable
  ) async throws {
    var outer = OuterConfiguration()
    outer.damping = 0.01
    outer.maximumKL = 0.01
    outer.conjugateGradientIterations = 10
    let objective = MetaObjective(
      policy: golden.policy, adaptations: [adaptation], workers: Workers(count: 1))
    let gradient = try await objective.metaGradient().gradient
    let trpo = try reference["trpo"]
    let wanted = try golden.vector(trpo["stepdir"])
    var product = try await objective.fisherProduct(wanted)
    addScaled(&product, outer.damping, wanted)
    let half = 0.5 * dot(wanted, product)
    let multiplier = (half / outer.maximumKL).squareRoot()
    var residual = gradient
    addScaled(&residual, -1, product)
    let residuals = try trpo["residual_squared_norm_per_iter"].numbers
    table.compare("\(name): TRPO ½ sᵀAs", [half], [try trpo["half_sAs"].number])
    table.compare(
      "\(name): TRPO residual", [dot(residual, residual)], [residuals.last ?? .nan],
      smallestScale: dot(gradient, gradient))
    table.compare(
      "\(name): TRPO multiplier", [multiplier], [try trpo["lagrange_multiplier"].number])
    compare(
      "\(name): TRPO step", wanted.map { $0 / multiplier }, try trpo["full_step"], &table)
    guard Scalar.self == Double.self else { return }

    let step = TrustRegionStep(configuration: outer)
    let (solution, scale) = try await step.direction(objective, gradient: gradient)
    let noisy = try await noisyDirection(objective, gradient: gradient, outer: outer)
    func relative(_ a: [Double], _ b: [Double]) -> Double {
      let difference = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
      return difference / (b.map { abs($0) }.max() ?? 1)
    }
    let allowed = max(
      table.tolerance, 4 * relative(noisy.solution, solution.solution))
    table.add(
      "\(name): TRPO direction after 10 iterations",
      relativeError: relative(solution.solution, wanted), tolerance: allowed)
    table.add(
      "\(name): TRPO step along it",
      relativeError: relative(
        solution.solution.map { $0 * scale }, try golden.vector(trpo["full_step"])),
      tolerance: allowed)
    table.compare(
      "\(name): TRPO squared residuals", solution.squaredResiduals, residuals)
  }

  /// The direction with relative noise of a few units in the last place on every product.
  private func noisyDirection(
    _ objective: MetaObjective<Scalar>, gradient: [Double], outer: OuterConfiguration
  ) async throws -> ConjugateGradientSolution {
    var stream = RandomStream(key: RandomKey(seed: 0, purpose: .check))
    return try await conjugateGradient(
      rightHandSide: gradient, iterations: outer.conjugateGradientIterations
    ) { v in
      var product = try await objective.fisherProduct(v)
      addScaled(&product, outer.damping, v)
      for i in product.indices { product[i] *= 1 + 0x1p-51 * stream.normal() }
      return product
    }
  }
}
