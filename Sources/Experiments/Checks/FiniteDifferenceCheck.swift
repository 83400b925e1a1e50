import DenseMath
import MetaLearning
import Networks

/// Compares every layer, loss, meta-gradient and curvature product with central differences, in
/// double precision.
public enum FiniteDifferenceCheck {
  /// Relative error allowed.
  ///
  /// The differences are good to about 1e-12 where gradients are of order 1, and to 1e-9 for
  /// tensors with small gradients; a missing or wrong term shows as 1e-3 or more. 1e-6 lies
  /// between the two.
  public static let tolerance = 1e-6

  /// All tables.
  ///
  /// - Returns: layers; losses; then the learner, one table a distribution and activation.
  /// - Throws: nothing that is expected.
  /// - Complexity: a few seconds.
  public static func run() async throws -> [CheckTable] {
    var tables = [layers(), losses()]
    for distribution in [
      ActionDistribution.gaussian(actionSize: 2), .categorical(actionCount: 4),
    ] {
      for activation in [ActivationKind.tanh, .relu] {
        tables.append(try await learner(distribution, activation))
      }
    }
    tables += try await examples()
    return tables
  }

  /// Every layer: dense, on both sides of the width below which its products run otherwise.
  static func layers() -> CheckTable {
    var table = CheckTable(title: "layers against finite differences", tolerance: tolerance)
    for (inputs, outputs) in [(3, 17), (13, 5), (9, 11)] {
      for activation in ActivationKind.allCases {
        let layer = DenseLayer<Double>(
          inputWidth: inputs, outputWidth: outputs, activation: activation)
        table.add(
          LayerCheck.deviations(of: layer), of: "dense \(inputs) → \(outputs), \(activation)")
      }
    }
    addImageLayers(into: &table)
    return table
  }

  /// Every loss and metric over both distributions.
  static func losses() -> CheckTable {
    var table = CheckTable(title: "losses against finite differences", tolerance: tolerance)
    for (name, distribution) in [
      ("Gaussian", ActionDistribution.gaussian(actionSize: 3)),
      ("categorical", .categorical(actionCount: 4)),
    ] {
      addLosses(name, LossFixture(distribution), into: &table)
    }
    addExampleLosses(into: &table)
    return table
  }

  private static func addLosses(
    _ name: String, _ fixture: LossFixture, into table: inout CheckTable
  ) {
    let check = fixture.check
    table.add(
      check.deviations(of: fixture.policyGradient(.logLikelihood)),
      of: "\(name), log-likelihood")
    table.add(
      check.deviations(
        of: fixture.policyGradient(.lowVarianceCurvature),
        frozen: fixture.policyGradient(
          .likelihoodRatio(oldLogProbabilities: fixture.logProbabilities))),
      of: "\(name), low-variance curvature")
    table.add(
      check.deviations(
        of: fixture.policyGradient(
          .likelihoodRatio(oldLogProbabilities: fixture.oldLogProbabilities))),
      of: "\(name), likelihood ratio")
    table.add(
      check.deviations(
        of: fixture.policyGradient(
          .clippedRatio(oldLogProbabilities: fixture.oldLogProbabilities, range: 0.2))),
      of: "\(name), clipped ratio")
    for direction in KLDivergenceLoss.Direction.allCases {
      let label = direction == .oldToNew ? "KL(old ‖ new)" : "KL(new ‖ old)"
      table.add(
        check.deviations(of: fixture.divergence(direction, isOld: true)),
        of: "\(name), \(label)")
      table.add(
        check.deviations(
          ofCurvature: FisherMetric(
            distribution: fixture.distribution, rowCount: fixture.rows),
          hessianOf: fixture.divergence(direction, isOld: false)),
        of: "\(name), Fisher metric as Hessian of \(label)")
    }
  }

  /// Meta-gradients and curvature products of one policy shape.
  private static func learner(
    _ distribution: ActionDistribution, _ activation: ActivationKind
  ) async throws -> CheckTable {
    let isGaussian = distribution.logStandardDeviationCount > 0
    var table = CheckTable(
      title: "adaptation of a \(isGaussian ? "Gaussian" : "categorical") \(activation) policy "
        + "against finite differences",
      tolerance: tolerance)
    func add(
      _ label: String, _ configuration: AdaptationConfiguration,
      objective: any OuterObjective = SurrogateObjective(), context: Int = 0, floor: Double = -13,
      logStandardDeviations: [Double]? = nil
    ) async throws {
      let policy = Policy<Double>(
        network: Network(
          inputWidth: 3, hidden: [5, 4], outputWidth: distribution.outputWidth,
          activation: activation),
        distribution: distribution, logStandardDeviationFloor: floor, contextSize: context)
      let check = AdaptationCheck(
        policy: policy, configuration: configuration, objective: objective)
      table.add(
        try await check.deviations(logStandardDeviations: logStandardDeviations), of: label)
    }
    var configuration = AdaptationConfiguration()
    configuration.innerLearningRate = 0.2
    configuration.steps = 0
    try await add("no inner step", configuration)
    for steps in 1...3 {
      configuration.steps = steps
      for estimator in InnerEstimator.allCases {
        configuration.estimator = estimator
        try await add(
          "\(steps) inner \(steps == 1 ? "step" : "steps"), \(estimator.rawValue)",
          configuration)
      }
    }
    for algorithm in Algorithm.allCases where algorithm.isTrained && algorithm.adaptsInTraining {
      var learner = algorithm.configuration
      learner.adaptation.steps = 2
      learner.adaptation.innerLearningRate = 0.2
      try await add(
        algorithm.name, learner.adaptation, objective: learner.outer.makeObjective(),
        context: learner.policy.context)
    }
    // Rates about zero have both signs; the penalty and the credit weigh as much as the loss.
    for rates in [LearnedRates.elementwise, .tensorwise] {
      var learned = configuration
      learned.learnedRates = rates
      learned.innerLearningRate = 0
      learned.part = .headAndDeviation
      try await add(
        "\(rates.rawValue) rates, stage losses", learned,
        objective: CreditedObjective(
          ClippedObjective(range: 0.05, innerKLPenalty: 0.3), credit: 0.7))
    }
    configuration.estimator = .logLikelihood
    configuration.steps = 2
    configuration.order = .first
    try await add("2 inner steps, first order", configuration)
    guard isGaussian else { return table }
    configuration.order = .exact
    try await add(
      "2 inner steps, one σ at its floor", configuration, floor: -1,
      logStandardDeviations: [-1.5, -0.2])
    return table
  }
}

extension CheckTable {
  /// Adds one row a deviation, named after what was checked.
  mutating func add(_ deviations: [DerivativeDeviation], of subject: String) {
    for deviation in deviations {
      add("\(subject): \(deviation.quantity)", relativeError: deviation.relativeError)
    }
  }
}
