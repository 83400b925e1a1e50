import DenseMath
import Files
import MetaLearning
import Networks

/// Names of counters in checkpoints.
private enum CounterName {
  static let preAdaptation = "steps_pre_adaptation"
  static let duringAdaptation = "steps_during_adaptation"
  static let postAdaptation = "steps_post_adaptation"
  static let validation = "steps_validation"
  static let rejections = "consecutive_rejections"
  /// Before the counts of the outer step.
  static let outer = "outer."
}

extension NetworkPrecision {
  /// The precision of a real type.
  init<Scalar: DenseScalar>(_ type: Scalar.Type) {
    self = type == Float.self ? .float : .double
  }
}

extension Tensor {
  /// A slice of a flat parameter vector.
  package init<Scalar: DenseScalar>(_ tensor: ParameterTensor, of flat: [Scalar]) {
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
    var counters = [
      CounterName.preAdaptation: environmentSteps.preAdaptation,
      CounterName.duringAdaptation: environmentSteps.duringAdaptation,
      CounterName.postAdaptation: environmentSteps.postAdaptation,
      CounterName.validation: environmentSteps.validation,
      CounterName.rejections: consecutiveRejections,
    ]
    for (name, count) in outer.counts { counters[CounterName.outer + name] = count }
    let layout = MetaLayout(policy: policy, configuration: learner.inTraining.adaptation)
    return Checkpoint(
      family: family, definitionDigest: definitionDigest, iteration: iteration, seed: seed,
      precision: NetworkPrecision(Scalar.self), learner: learner,
      architecture: policy.architecture,
      parameters: layout.tensors.map { Tensor($0, of: parameters) },
      optimizer: outer.vectors.sorted { $0.key < $1.key }.map { name, values in
        Tensor(name: name, shape: [values.count], values: .double(values))
      }, counters: counters, best: best)
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
    let layout = MetaLayout(
      policy: policy, configuration: checkpoint.learner.inTraining.adaptation)
    try checkpoint.require(
      parameters: layout.tensors.map { (name: $0.name, shape: $0.shape) }, path: path)
    var outer = OuterState()
    for tensor in checkpoint.optimizer { outer.vectors[tensor.name] = tensor.doubles ?? [] }
    for (name, count) in checkpoint.counters where name.hasPrefix(CounterName.outer) {
      outer.counts[String(name.dropFirst(CounterName.outer.count))] = count
    }
    let expected = checkpoint.learner.outer.makeStep().initialState(count: layout.count)
    for (name, values) in expected.vectors where outer.vectors[name]?.count != values.count {
      throw .wrongShape(
        path: path, reason: "'\(name)' of the outer step is missing or of another size")
    }
    var steps = EnvironmentSteps()
    steps.preAdaptation = checkpoint.counters[CounterName.preAdaptation] ?? 0
    steps.duringAdaptation = checkpoint.counters[CounterName.duringAdaptation] ?? 0
    steps.postAdaptation = checkpoint.counters[CounterName.postAdaptation] ?? 0
    steps.validation = checkpoint.counters[CounterName.validation] ?? 0
    self.init(
      parameters: Scalar.rounded(checkpoint.parameterVector), outer: outer,
      iteration: checkpoint.iteration, seed: checkpoint.seed, environmentSteps: steps,
      consecutiveRejections: checkpoint.counters[CounterName.rejections] ?? 0)
  }
}
