import DenseMath
import Networks
import Statistics

/// One task's trajectories as the learner reads them: padded observation rows in the network's
/// precision, actions and advantages.
///
/// Memory is reused from iteration to iteration.
public final class LearningBatch<Scalar: DenseScalar>: @unchecked Sendable {
  /// Observation rows, padded with zero rows to a multiple of `Network.rowMultiple`, [B, O].
  public let inputs: RowMatrix<Scalar>
  /// Actions as sampled, [N, A].
  public private(set) var actions: [Double] = []
  /// Normalized advantages, [N].
  public private(set) var advantages: [Double] = []

  /// N, steps without the padding.
  public var stepCount: Int { advantages.count }

  /// Whether any action was better than another.
  var hasAdvantages: Bool { advantages.contains { $0 != 0 } }

  /// An empty batch for observations of the given size.
  public init(observationSize: Int) {
    inputs = RowMatrix(columns: observationSize)
  }

  /// Overwrites the batch.
  ///
  /// - Parameters:
  ///   - observations: [N, O].
  ///   - actions: [N, A].
  ///   - advantages: [N].
  public func set(observations: [Double], actions: [Double], advantages: [Double]) {
    precondition(
      observations.count == advantages.count * inputs.columns,
      "observations: \(observations.count) numbers, N = \(advantages.count)")
    let padded = Policy<Scalar>.paddedRows(advantages.count)
    inputs.resize(rows: padded)
    Scalar.narrow(inputs.pointer(), observations, count: observations.count)
    inputs.clear(fromRow: advantages.count)
    self.actions = actions
    self.advantages = advantages
  }

  /// Overwrites the batch with trajectories and their estimated advantages.
  public func set(_ trajectories: TrajectoryBatch, advantages: [Double]) {
    set(
      observations: trajectories.observations, actions: trajectories.actions,
      advantages: advantages)
  }
}

extension InnerEstimator {
  /// The form of the policy-gradient loss that this estimator differentiates.
  var lossForm: PolicyGradientLoss.Form {
    switch self {
    case .logLikelihood: .logLikelihood
    case .lowVarianceCurvature: .lowVarianceCurvature
    }
  }
}

extension Policy {
  /// The inner loss of a batch.
  func innerLoss(_ batch: LearningBatch<Scalar>, estimator: InnerEstimator) -> PolicyGradientLoss {
    PolicyGradientLoss(
      distribution: distribution, actions: batch.actions, advantages: batch.advantages,
      form: estimator.lossForm)
  }
}
