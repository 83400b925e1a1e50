import DenseMath
import Environments
import Foundation
import MetaLearning
import Networks

/// A policy of a run, ready to be evaluated on a family's tasks.
public struct PolicyEvaluation: Sendable {
  /// Whose parameters are evaluated.
  public enum Parameters: String, Sendable, CaseIterable {
    /// Those of the checkpoint.
    case trained
    /// Those that the run started from: untrained, of the same shape.
    case random
  }

  /// The checkpoint, for the parameters and for what the learner was configured with.
  public let location: CheckpointLocation
  /// The tasks.
  public let family: DefinedTaskFamily
  /// Whose parameters are evaluated.
  public let parameters: Parameters

  /// An evaluation of a checkpoint.
  ///
  /// - Throws: `CheckpointError.wrongFamily` when it was trained on another family.
  public init(
    _ location: CheckpointLocation, on family: DefinedTaskFamily,
    parameters: Parameters = .trained
  ) throws(CheckpointError) {
    try location.checkpoint.require(family: family.qualifiedName, path: location.path)
    self.location = location
    self.family = family
    self.parameters = parameters
  }

  /// The row of choices that the policy acts under; an untrained policy is not shown the task.
  public var algorithm: Algorithm {
    parameters == .random ? .maml : location.checkpoint.learner.algorithm
  }

  private var seenFamily: any TaskFamily {
    algorithm.seesTask ? OracleTaskFamily(family) : family
  }

  /// Mean σ of the evaluated parameters after the floor; nil for policies without one.
  public var standardDeviation: Double? {
    let policy = location.checkpoint.learner.policy
    guard parameters == .trained else { return policy.initialStandardDeviation }
    guard
      let logs = location.checkpoint.parameters.first(where: { $0.name == "log_std" })?.doubles,
      !logs.isEmpty
    else { return nil }
    let deviations = logs.map { max(exp($0), policy.minimumStandardDeviation) }
    return deviations.reduce(0, +) / Double(deviations.count)
  }

  /// Adapts the policy to every requested task by itself.
  ///
  /// - Parameters:
  ///   - request: tasks, episodes, steps.
  ///   - workers: tasks at a time; no effect on the numbers.
  ///   - progress: called after every finished task.
  /// - Returns: the adaptation curve.
  /// - Throws: `CheckpointError` when the parameters do not fit the policy; what making
  ///   environments and fitting baselines throws.
  public func curve(
    _ request: EvaluationRequest, workers: Workers, progress: (@Sendable () -> Void)? = nil
  ) async throws -> AdaptationCurve {
    switch location.checkpoint.precision {
    case .float: try await curve(Float.self, request, workers, progress)
    case .double: try await curve(Double.self, request, workers, progress)
    }
  }

  /// The evaluation as a report.
  ///
  /// - Parameters: as `curve`'s; `name` is what the report calls the policy.
  public func report(
    named name: String, _ request: EvaluationRequest, workers: Workers,
    progress: (@Sendable () -> Void)? = nil
  ) async throws -> EvaluationReport {
    var report = EvaluationReport(
      family: family, policy: name,
      policyKind: parameters == .random || !algorithm.isTrained
        ? .random : .trained(algorithm), request: request,
      estimator: location.checkpoint.learner.adaptation.estimator,
      curve: try await curve(request, workers: workers, progress: progress))
    report.physics = family.physics?.rawValue
    let network = location.checkpoint.learner.policy
    report.batchNorm = network.filters.isEmpty ? nil : network.batchNorm.rawValue
    return report
  }

  private func curve<Scalar: DenseScalar>(
    _ scalar: Scalar.Type, _ request: EvaluationRequest, _ workers: Workers,
    _ progress: (@Sendable () -> Void)?
  ) async throws -> AdaptationCurve {
    let checkpoint = location.checkpoint
    let family = seenFamily
    let policy = Policy<Scalar>(family: family, configuration: checkpoint.learner.policy)
    let theta: [Scalar] =
      switch parameters {
      case .trained:
        try LearnerState<Scalar>(checkpoint, policy: policy, path: location.path).parameters
      case .random:
        MetaLayout(policy: policy, configuration: checkpoint.learner.inTraining.adaptation)
          .initial(
            seed: checkpoint.seed,
            initialStandardDeviation: checkpoint.learner.policy.initialStandardDeviation)
      }
    return try await AdaptationCurve(
      theta: theta, policy: policy, family: family, learner: checkpoint.learner,
      request: request, workers: workers, progress: progress)
  }
}
