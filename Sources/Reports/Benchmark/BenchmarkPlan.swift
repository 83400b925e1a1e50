import Experiments
import MetaLearning

/// A policy of the benchmark's table.
public enum BenchmarkMethod: String, Sendable, CaseIterable {
  /// Trained through the adaptation.
  case maml
  /// Trained without it on as many episodes.
  case pretrained
  /// Not trained.
  case random
  /// Trained and evaluated with the task shown to it.
  case oracle

  /// What trains it; nil for the untrained one.
  public var algorithm: Algorithm? {
    switch self {
    case .maml: .maml
    case .pretrained: .multiTask
    case .oracle: .oracle
    case .random: nil
    }
  }
}

/// How long the benchmark trains.
public enum BenchmarkBudget: String, Sendable, CaseIterable {
  /// Enough to see adaptation: minutes for navigation.
  case quick
  /// As long as the paper: its checkpoints lie between iterations 100 and 575.
  case full

  /// Meta-iterations.
  public var iterations: Int {
    switch self {
    case .quick: 50
    case .full: 500
    }
  }
}

/// The MAML paper's settings for one family: how policies are trained, selected and evaluated.
///
/// Source: Finn et al. 2017, arXiv:1703.03400, section 5.3 and appendix A.2, with the numbers of
/// the published code (github.com/cbfinn/maml_rl) where the text has none.
public struct BenchmarkPlan: Sendable {
  /// The preset of every family.
  static let preset = "finn2017"

  /// The family without its preset.
  public let family: String
  /// Episodes a task in training.
  let trainingRollouts: Int
  /// Episodes a task and step in evaluation.
  let evaluationRollouts: Int
  /// α in training, and of MAML's first step in evaluation.
  let innerLearningRate: Double
  /// α of the first step in evaluation that the paper chose for the pretrained policy.
  let pretrainedInnerLearningRate: Double
  /// The same for the untrained policy.
  let randomInnerLearningRate: Double
  /// What α is multiplied by after the first step of an evaluation.
  var laterStepFactor = 0.5
  /// δ.
  let maximumKL: Double
  /// Where a training differs from the paper's: `key.path=value`, as of the configuration.
  public var settings: [String] = []

  /// One plan a family, in the order of the paper.
  public static let all = [
    BenchmarkPlan(
      family: "navigation-2d", trainingRollouts: 20, evaluationRollouts: 40,
      innerLearningRate: 0.5, pretrainedInnerLearningRate: 0.5, randomInnerLearningRate: 0.5,
      maximumKL: 0.01),
    BenchmarkPlan(
      family: "half-cheetah-velocity", trainingRollouts: 10, evaluationRollouts: 20,
      innerLearningRate: 0.1, pretrainedInnerLearningRate: 0.02, randomInnerLearningRate: 0.1,
      maximumKL: 0.01),
    BenchmarkPlan(
      family: "half-cheetah-direction", trainingRollouts: 20, evaluationRollouts: 20,
      innerLearningRate: 0.1, pretrainedInnerLearningRate: 0.2, randomInnerLearningRate: 0.5,
      maximumKL: 0.02),
    BenchmarkPlan(
      family: "ant-velocity", trainingRollouts: 20, evaluationRollouts: 20,
      innerLearningRate: 0.1, pretrainedInnerLearningRate: 0.2, randomInnerLearningRate: 1,
      maximumKL: 0.01),
    BenchmarkPlan(
      family: "ant-direction", trainingRollouts: 40, evaluationRollouts: 40,
      innerLearningRate: 0.1, pretrainedInnerLearningRate: 0.2, randomInnerLearningRate: 1,
      laterStepFactor: 0.01, maximumKL: 0.01),
  ]

  /// The family with its preset, as a catalog finds it.
  public var reference: String { "\(family)@\(Self.preset)" }

  /// Keys that the benchmark itself gives their values.
  private static let ownKeys = ["family", "seed", "iterations", "workers", "algorithm"]

  /// The configuration of a training run.
  ///
  /// - Throws: `ConfigurationError` for settings with unknown keys, values that a key does not
  ///   take, or keys that the benchmark gives their values.
  public func configuration(
    algorithm: Algorithm, seed: UInt64, iterations: Int, workers: Int
  ) throws(ConfigurationError) -> RunConfiguration {
    var run = paperConfiguration
    for setting in settings {
      if let key = Self.ownKeys.first(where: { setting.hasPrefix("\($0)=") }) {
        throw .assignment(text: setting, reason: "the benchmark itself chooses \(key)")
      }
      try run.set(setting)
    }
    run.family = reference
    run.seed = seed
    run.iterations = iterations
    run.workers = workers
    run.learner.algorithm = algorithm
    try run.validate()
    return run
  }

  /// The paper's settings, stated whole, whatever the defaults are.
  private var paperConfiguration: RunConfiguration {
    var run = RunConfiguration()
    run.keep = 2
    run.validation.every = 10
    run.validation.tasks = 40
    run.validation.rolloutsPerTask = trainingRollouts
    run.learner.policy.hidden = [100, 100]
    run.learner.policy.activation = .relu
    run.learner.policy.initialStandardDeviation = 1
    run.learner.policy.minimumStandardDeviation = 1e-6
    run.learner.sampling.metaBatchSize = 40
    run.learner.sampling.rolloutsPerTask = trainingRollouts
    run.learner.advantages.discount = 0.99
    run.learner.advantages.gaeLambda = 1
    run.learner.advantages.baselineRidge = 1e-5
    run.learner.adaptation.steps = 1
    run.learner.adaptation.innerLearningRate = innerLearningRate
    run.learner.adaptation.estimator = .logLikelihood
    run.learner.adaptation.order = .exact
    run.learner.outer.step = .trpo
    run.learner.outer.maximumKL = maximumKL
    run.learner.outer.conjugateGradientIterations = 10
    run.learner.outer.damping = 1e-5
    run.learner.outer.backtrackRatio = 0.8
    run.learner.outer.maximumBacktracks = 15
    return run
  }

  /// The evaluation: three steps on the paper's own 40 held-out tasks.
  ///
  /// - Throws: what `configuration` throws.
  public func request(
    _ method: BenchmarkMethod, seed: UInt64
  ) throws(ConfigurationError) -> EvaluationRequest {
    let trained = try configuration(algorithm: .maml, seed: seed, iterations: 1, workers: 0)
    let rates: [Double] =
      switch method {
      case .maml: schedule(trained.learner.adaptation.innerLearningRate)
      case .pretrained: schedule(pretrainedInnerLearningRate)
      case .random: schedule(randomInnerLearningRate)
      case .oracle: []
      }
    var request = EvaluationRequest(innerLearningRates: rates, seed: seed)
    request.listedTasks = PaperTasks.tasks(of: family)
    request.rolloutsPerTask = evaluationRollouts
    return request
  }

  private func schedule(_ first: Double) -> [Double] {
    var adaptation = AdaptationConfiguration()
    adaptation.laterStepFactor = laterStepFactor
    return adaptation.innerLearningRates(steps: 3, from: first)
  }
}
