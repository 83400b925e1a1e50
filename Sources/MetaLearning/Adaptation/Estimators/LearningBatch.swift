import DenseMath
import Networks

/// One task's trajectories as the learner reads them: padded observation rows in the network's
/// precision, actions and advantages.
///
/// Memory is reused from iteration to iteration.
public final class LearningBatch<Scalar: DenseScalar> {
  /// Observation rows, padded with zero rows to a multiple of `Network.rowMultiple`, [B, O].
  public let inputs: RowMatrix<Scalar>
  /// Actions as sampled, [N, A].
  public private(set) var actions: [Double] = []
  /// Normalized advantages, [N].
  public private(set) var advantages: [Double] = []
  /// Steps of each episode, Σ = N.
  public private(set) var lengths: [Int] = []
  /// Mean undiscounted return of the episodes; not a number where no rewards were given.
  public private(set) var meanReturn = Double.nan

  /// The loss of the batch's examples; nil where it holds trajectories.
  public private(set) var loss: (any OutputLoss)?

  /// N, steps without the padding.
  public var stepCount: Int { advantages.count }

  /// Whether any action was better than another.
  var hasAdvantages: Bool { advantages.contains { $0 != 0 } }

  /// Whether rows are padded to a multiple.
  private let padsRows: Bool

  /// An empty batch for observations of the given size; rows that a network couples have no
  /// padding.
  public init(observationSize: Int, padsRows: Bool = true) {
    self.padsRows = padsRows
    inputs = RowMatrix(columns: observationSize)
  }

  /// Overwrites the batch.
  ///
  /// - Parameters:
  ///   - observations: [N, O].
  ///   - actions: [N, A].
  ///   - advantages: [N].
  ///   - lengths: steps of each episode, Σ = N; nil takes all rows as one.
  ///   - meanReturn: mean undiscounted return of the episodes, where it is known.
  public func set(
    observations: [Double], actions: [Double], advantages: [Double], lengths: [Int]? = nil,
    meanReturn: Double = .nan
  ) {
    precondition(
      observations.count == advantages.count * inputs.columns,
      "observations: \(observations.count) numbers, N = \(advantages.count)")
    let padded =
      padsRows ? Policy<Scalar>.paddedRows(advantages.count) : advantages.count
    inputs.resize(rows: padded)
    Scalar.narrow(inputs.pointer(), observations, count: observations.count)
    inputs.clear(fromRow: advantages.count)
    loss = nil
    self.actions = actions
    self.advantages = advantages
    self.lengths = lengths ?? [advantages.count]
    self.meanReturn = meanReturn
  }

  /// Overwrites the batch with examples: their targets are its actions, all of one worth.
  ///
  /// - Parameters:
  ///   - examples: N of them, at least one.
  ///   - target: what they ask for.
  public func set(_ examples: ExampleSet, target: ExampleTarget) {
    set(examples, loss: target.loss(examples.targets))
  }

  /// Overwrites the batch with examples under a loss of their own.
  public func set(_ examples: ExampleSet, loss: any OutputLoss) {
    set(
      observations: examples.inputs, actions: examples.targets,
      advantages: Array(repeating: 1, count: examples.count))
    self.loss = loss
  }

  /// Overwrites the batch with trajectories and their estimated advantages.
  public func set(_ trajectories: TrajectoryBatch, advantages: [Double]) {
    set(
      observations: trajectories.observations, actions: trajectories.actions,
      advantages: advantages, lengths: trajectories.lengths, meanReturn: trajectories.meanReturn)
  }
}
