import DenseMath
import MetaLearning
import Networks

/// Names of counters in checkpoints.
private enum CounterName {
  static let preAdaptation = "steps_pre_adaptation"
  static let duringAdaptation = "steps_during_adaptation"
  static let postAdaptation = "steps_post_adaptation"
  static let validation = "steps_validation"
  static let rejections = "consecutive_rejections"
  static let adamStep = "adam_step"
}

extension NetworkPrecision {
  /// The precision of a real type.
  init<Scalar: DenseScalar>(_ type: Scalar.Type) {
    self = type == Float.self ? .float : .double
  }
}

extension Tensor {
  /// A slice of a flat parameter vector.
  init<Scalar: DenseScalar>(_ tensor: ParameterTensor, of flat: [Scalar]) {
    let values: Tensor.Values =
      if let floats = flat as? [Float] {
        .float(Array(floats[tensor.range]))
      } else {
        .double(Scalar.widened(Array(flat[tensor.range])))
      }
    self.init(name: tensor.name, shape: tensor.shape, values: values)
  }
}

extension LearnerState where Scalar: DenseScalar {
  /// The state as a checkpoint.
  func checkpoint(
    family: String, definitionDigest: String, policy: Policy<Scalar>,
    learner: LearnerConfiguration, best: Checkpoint.Best?
  ) -> Checkpoint {
    var optimizer: [Tensor] = []
    var counters = [
      CounterName.preAdaptation: environmentSteps.preAdaptation,
      CounterName.duringAdaptation: environmentSteps.duringAdaptation,
      CounterName.postAdaptation: environmentSteps.postAdaptation,
      CounterName.validation: environmentSteps.validation,
      CounterName.rejections: consecutiveRejections,
    ]
    if let adam {
      let shape = [adam.firstMoment.count]
      optimizer = [
        Tensor(name: "adam.first_moment", shape: shape, values: .double(adam.firstMoment)),
        Tensor(name: "adam.second_moment", shape: shape, values: .double(adam.secondMoment)),
      ]
      counters[CounterName.adamStep] = adam.step
    }
    return Checkpoint(
      family: family, definitionDigest: definitionDigest, iteration: iteration, seed: seed,
      precision: NetworkPrecision(Scalar.self), learner: learner,
      parameters: policy.tensors.map { Tensor($0, of: parameters) }, optimizer: optimizer,
      counters: counters, best: best)
  }

  /// The state that a checkpoint holds.
  ///
  /// - Parameters:
  ///   - checkpoint: of this precision.
  ///   - policy: the shape that its parameters must have.
  ///   - path: for errors.
  /// - Throws: `CheckpointError` naming the first tensor that does not fit.
  package init(
    _ checkpoint: Checkpoint, policy: Policy<Scalar>, path: String
  ) throws(CheckpointError) {
    try checkpoint.require(
      parameters: policy.tensors.map { (name: $0.name, shape: $0.shape) }, path: path)
    var adam: AdamState?
    if checkpoint.learner.outer.step == .adam {
      let moments = checkpoint.optimizer.compactMap(\.doubles)
      guard moments.count == 2, moments.allSatisfy({ $0.count == policy.parameterCount }) else {
        throw .wrongShape(path: path, reason: "the moments of Adam are missing")
      }
      adam = AdamState(
        firstMoment: moments[0], secondMoment: moments[1],
        step: checkpoint.counters[CounterName.adamStep] ?? 0)
    }
    var steps = EnvironmentSteps()
    steps.preAdaptation = checkpoint.counters[CounterName.preAdaptation] ?? 0
    steps.duringAdaptation = checkpoint.counters[CounterName.duringAdaptation] ?? 0
    steps.postAdaptation = checkpoint.counters[CounterName.postAdaptation] ?? 0
    steps.validation = checkpoint.counters[CounterName.validation] ?? 0
    self.init(
      parameters: Scalar.rounded(checkpoint.parameterVector), adam: adam,
      iteration: checkpoint.iteration, seed: checkpoint.seed, environmentSteps: steps,
      consecutiveRejections: checkpoint.counters[CounterName.rejections] ?? 0)
  }
}
