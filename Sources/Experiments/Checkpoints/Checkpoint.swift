import Files
import MetaLearning

/// Everything needed to go on with a meta-training run, after a whole number of iterations.
public struct Checkpoint: Sendable, Equatable {
  /// Newest layout that this build reads, and the one it writes.
  public static let formatVersion = 2

  /// The best trial on validation tasks so far.
  public struct Best: Sendable, Equatable {
    /// Meta-iterations completed when it was made.
    public var iteration: Int
    /// Mean return after adaptation.
    public var score: Double

    /// A trial.
    public init(iteration: Int, score: Double) {
      self.iteration = iteration
      self.score = score
    }
  }

  /// The family's name as on the command line, `NAME` or `NAME@PRESET`.
  public var family: String
  /// SHA-256 of the resolved task family definition.
  public var definitionDigest: String
  /// What stepped the robot's model, `mujoco` or `lanes`; nil where there was no choice.
  public var physics: String?
  /// Meta-iterations completed; the next one has this index.
  public var iteration: Int
  /// The run's seed.
  public var seed: UInt64
  /// The arithmetic of the networks.
  public var precision: NetworkPrecision
  /// What the learner does, the policy's shape included.
  public var learner: LearnerConfiguration
  /// Layers, widths, activations and distribution, enough to rebuild the network without knowing
  /// any default; nil in files of format 1.
  public var architecture: JSONValue?
  /// θ: `layer1.weight` [out, in], `layer1.bias`, …, `log_std`, in the order of the policy; then
  /// learned rates.
  ///
  /// In the file their names begin with `meta.`.
  public var parameters: [Tensor]
  /// What the outer step remembers, by name.
  ///
  /// In the file the names begin with `outer.`.
  public var optimizer: [Tensor]
  /// Environment steps of every kind, rejected steps in a row, and whatever else is counted.
  public var counters: [String: Int]
  /// The best trial on validation tasks, or nil before the first.
  public var best: Best?

  /// A checkpoint from its parts.
  public init(
    family: String, definitionDigest: String, iteration: Int, seed: UInt64,
    precision: NetworkPrecision, learner: LearnerConfiguration, architecture: JSONValue? = nil,
    parameters: [Tensor], optimizer: [Tensor] = [], counters: [String: Int] = [:], best: Best? = nil
  ) {
    self.family = family
    self.definitionDigest = definitionDigest
    self.iteration = iteration
    self.seed = seed
    self.precision = precision
    self.learner = learner
    self.architecture = architecture
    self.parameters = parameters
    self.optimizer = optimizer
    self.counters = counters
    self.best = best
  }

  /// SHA-256 of the parameters' names, shapes and bits: equal for equal policies.
  public var parameterDigest: String {
    SHA256.hexDigest(of: Safetensors(tensors: parameters).encoded())
  }

  /// θ as one vector, tensor after tensor in the policy's order.
  public var parameterVector: [Double] { parameters.flatMap { $0.doubles ?? [] } }

  /// Refuses a checkpoint of another family.
  ///
  /// - Throws: `CheckpointError.wrongFamily`.
  public func require(family expected: String, path: String) throws(CheckpointError) {
    guard family == expected else {
      throw .wrongFamily(path: path, family: family, expected: expected)
    }
  }

  /// Refuses a checkpoint whose θ has not the given tensors in the given order.
  ///
  /// - Throws: `CheckpointError.wrongShape` naming the first difference.
  public func require(
    parameters expected: [(name: String, shape: [Int])], path: String
  ) throws(CheckpointError) {
    guard parameters.count == expected.count else {
      throw .wrongShape(
        path: path, reason: "\(parameters.count) parameter tensors, \(expected.count) expected")
    }
    for (tensor, wanted) in zip(parameters, expected) {
      guard tensor.name == wanted.name, tensor.shape == wanted.shape else {
        throw .wrongShape(
          path: path,
          reason: "tensor '\(tensor.name)' \(tensor.shape) where '\(wanted.name)' "
            + "\(wanted.shape) is expected")
      }
      guard tensor.values.elementType == precision.elementType else {
        throw .wrongShape(
          path: path, reason: "tensor '\(tensor.name)' does not hold \(precision.rawValue)s")
      }
    }
  }
}

extension NetworkPrecision {
  var elementType: ElementType {
    switch self {
    case .float: .float
    case .double: .double
    }
  }
}
