import DenseMath
import MetaLearning
import Networks

/// Golden values of Loaded DiCE: gradients and Hessian products for several λ, and meta-gradients
/// through it.
struct GoldenDiCECheck<Scalar: DenseScalar> {
  private let file: GoldenValue

  init(_ file: GoldenValue) { self.file = file }

  func run(into table: inout CheckTable) async throws {
    for (index, problem) in try file["problems"].elements.enumerated() {
      let tasks = try GoldenTasks<Scalar>(problem)
      let name = "problem \(index + 1)"
      for loss in try problem["losses"].elements {
        try checkLoss(problem, tasks, loss, name, into: &table)
      }
      for entry in try problem["meta"].elements {
        try await checkMeta(problem, tasks, entry, name, into: &table)
      }
    }
  }

  private func checkLoss(
    _ problem: GoldenValue, _ tasks: GoldenTasks<Scalar>, _ reference: GoldenValue, _ name: String,
    into table: inout CheckTable
  ) throws {
    let batch = LearningBatch<Scalar>(observationSize: tasks.policy.network.inputWidth)
    try tasks.golden.fill(batch, from: try problem["support_batches"].elements[0])
    let damping = try reference["lambda"].number
    let discount = try file["gamma"].number
    var discounted: [Double] = []
    for length in batch.lengths {
      var factor = Double(batch.stepCount) / Double(batch.lengths.count)
      for _ in 0..<length {
        discounted.append(factor * batch.advantages[discounted.count])
        factor *= discount
      }
    }
    for (key, advantages) in [
      ("mean_over_steps", batch.advantages), ("mean_over_episodes", discounted),
    ] {
      let dice = LoadedDiCE(
        damping: damping, lengths: batch.lengths, advantages: advantages, logRatios: nil)
      let label = "\(name), λ \(damping), \(key)"
      let (gradient, product) = derivatives(
        dice, batch, tasks, theta: try tasks.golden.vector(problem["theta"]),
        v: try tasks.golden.vector(problem["v"]))
      let expected = try reference[key]
      table.compare(
        "\(label): value", [dice.value], [try expected["value"].number], smallestScale: 1)
      try tasks.compare("\(label): gradient", gradient, expected["gradient"], &table)
      try tasks.compare("\(label): Hessian product", product, expected["hessian_product"], &table)
    }
  }

  private func derivatives(
    _ dice: LoadedDiCE, _ batch: LearningBatch<Scalar>, _ tasks: GoldenTasks<Scalar>,
    theta: [Double], v: [Double]
  ) -> (gradient: [Double], product: [Double]) {
    let (policy, workspace) = (tasks.policy, tasks.workspace)
    let (parameters, direction) = (policy.makeParameters(), policy.makeParameters())
    parameters.set(rounding: theta)
    direction.set(rounding: v)
    let cache = ActivationCache(network: policy.network)
    func loss(_ form: PolicyGradientLoss.Form) -> PolicyGradientLoss {
      PolicyGradientLoss(
        distribution: policy.distribution, actions: batch.actions,
        advantages: dice.gradientWeights, form: form)
    }
    _ = policy.lossGradient(
      parameters, inputs: batch.inputs, loss: loss(.logLikelihood),
      gradient: workspace.parameterGradient, cache: cache, workspace: workspace)
    let gradient = Scalar.widened(workspace.parameterGradient.values)
    let scores = policy.scoreProducts(
      parameters, direction: direction, inputs: batch.inputs, actions: batch.actions, cache: cache,
      workspace: workspace)
    policy.hessianProduct(
      parameters, direction: direction, inputs: batch.inputs,
      loss: loss(.coupledScores(weights: dice.scoreWeights(scores))), cache: cache,
      product: workspace.parameterGradient, workspace: workspace)
    return (gradient, Scalar.widened(workspace.parameterGradient.values))
  }

  private func checkMeta(
    _ problem: GoldenValue, _ tasks: GoldenTasks<Scalar>, _ entry: GoldenValue, _ name: String,
    into table: inout CheckTable
  ) async throws {
    var configuration = AdaptationConfiguration()
    configuration.steps = try entry["steps"].count(1...1000)
    configuration.innerLearningRate = try file["inner_lr"].number
    configuration.laterStepFactor = 1
    configuration.estimator = .dice
    configuration.diceLambda = try entry["lambda"].number
    let label = "\(name), λ \(configuration.diceLambda), \(configuration.steps) steps"
    let adaptation = try tasks.adapted(
      configuration, Scalar.rounded(try tasks.golden.vector(problem["theta"])), task: problem
    ) { k, _, adaptation in
      guard entry.has("adapted_params") else { return }
      try tasks.compare(
        "\(label): θ′ \(k + 1)", Scalar.widened(adaptation.parameters[k + 1].vector.values),
        entry["adapted_params"].elements[k], &table)
    }
    let found = try await OuterProblem(
      policy: tasks.policy, adaptations: [adaptation], workers: Workers(count: 1)
    ).metaGradient()
    table.compare(
      "\(label): outer loss", [found.surrogateLoss], [try entry["outer_loss"].number])
    try tasks.compare("\(label): meta-gradient", found.gradient, entry["meta_gradient"], &table)
  }
}
