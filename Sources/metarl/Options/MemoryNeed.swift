import Environments
import Experiments
import Glibc
import MetaLearning

/// A lower bound on the memory that sampling and its derivatives take: what cannot fit the
/// machine is refused before it is started.
struct MemoryNeed {
  /// The bound in bytes; infinite beyond what can be counted.
  let bytes: Double
  /// Parameters of the policy's network, without its σ.
  let weights: Double
  /// Numbers of σ beside them: one an action of a Gaussian policy.
  private let deviations: Int

  /// All parameters of the policy.
  var parameters: Int { Int(weights) + deviations }

  /// Bytes of memory that the machine has.
  static var ofMachine: Double {
    Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// The need of tasks whose batches are held at once.
  ///
  /// A row (one step of one episode) holds observation, action, reward and advantage, and the
  /// hidden activations; a task holds its parameters. Every worker fits one baseline at a time:
  /// F features a row, and the F² numbers of the normal equations and of their factor, with
  /// F = 2O + 4.
  ///
  /// - Parameters:
  ///   - learner: the policy's shape.
  ///   - family: observations, actions and horizon.
  ///   - precision: bytes a number of the networks.
  ///   - tasksAtOnce: tasks held at once.
  ///   - rolloutsPerTask: episodes of a batch.
  ///   - batches: batches held for each task.
  ///   - workers: tasks worked on at once.
  init(
    learner: LearnerConfiguration, family: DefinedTaskFamily, precision: NetworkPrecision,
    tasksAtOnce: Int, rolloutsPerTask: Int, batches: Int, workers: Int
  ) {
    let size = precision == .float ? 4.0 : 8.0
    let hidden = learner.policy.hidden.map(Double.init)
    let (inputs, outputs) = (
      Double(family.observationSize), Double(family.actionSpace.width)
    )
    let widths = [inputs] + hidden + [outputs]
    let parameters = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 + $1.1 }
    let rows = Double(rolloutsPerTask) * Double(family.horizon)
    let row = 8 * (inputs + outputs + 2) + size * hidden.reduce(0, +)
    weights = parameters
    if case .continuous(let size) = family.actionSpace { deviations = size } else { deviations = 0 }
    let features = 2 * inputs + 4
    let baseline = 8 * (rows * features + 2 * features * features)
    bytes =
      Double(tasksAtOnce) * Double(batches) * (rows * row + parameters * size)
      + Double(min(workers, tasksAtOnce)) * baseline
  }

  /// The need of an evaluation, which holds one batch a worker.
  init(of evaluation: PolicyEvaluation, _ request: EvaluationRequest, tasksAtOnce: Int) {
    let checkpoint = evaluation.location.checkpoint
    self.init(
      learner: checkpoint.learner, family: evaluation.family, precision: checkpoint.precision,
      tasksAtOnce: min(tasksAtOnce, request.tasks), rolloutsPerTask: request.rolloutsPerTask,
      batches: 1, workers: tasksAtOnce)
  }

  /// Refuses what is more than the machine's memory.
  ///
  /// - Throws: `CommandFailure` with both numbers and what to make smaller.
  func requireFits() throws(CommandFailure) {
    let memory = Self.ofMachine
    guard bytes > memory else { return }
    throw CommandFailure(
      .usage,
      "this takes at least \(NumberText.bytes(bytes)) of memory and the machine has "
        + "\(NumberText.bytes(memory)). Make observations, hidden layers, rollouts per task, the "
        + "meta-batch size or the number of workers smaller.")
  }
}
