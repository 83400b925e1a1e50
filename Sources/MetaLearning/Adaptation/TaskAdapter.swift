import DenseMath
import Networks

/// Adapts a fixed θ to one task by itself, as evaluations and replays do: no meta-gradient.
public final class TaskAdapter<Scalar: DenseScalar> {
  let layout: MetaLayout<Scalar>
  let family: any TaskFamily
  private let advantages: AdvantageConfiguration
  /// How many examples a task has, where tasks are of examples.
  let amounts: ExampleConfiguration
  let update: InnerUpdate<Scalar>
  let workspace: NetworkWorkspace<Scalar>
  private let sampler: RolloutSampler<Scalar>
  let batch: LearningBatch<Scalar>
  let current: PreparedParameters<Scalar>

  /// An adapter for one worker; its memory is reused from task to task.
  ///
  /// - Parameters:
  ///   - policy: whose parameters adapt.
  ///   - family: where tasks come from.
  ///   - learner: what adapts, by which estimator, and how advantages are made.
  public init(policy: Policy<Scalar>, family: any TaskFamily, learner: LearnerConfiguration) {
    layout = MetaLayout(policy: policy, configuration: learner.inTraining.adaptation)
    self.family = family
    advantages = learner.advantages
    amounts = learner.examples
    update = InnerUpdate(layout)
    workspace = policy.makeWorkspace()
    sampler = RolloutSampler(policy: policy, family: family, workspace: workspace)
    batch = LearningBatch(
      observationSize: family.observationSize, padsRows: !policy.network.couplesRows)
    current = policy.makeParameters()
  }

  /// Rolls out and takes an inner step in turn, once for each inner learning rate.
  ///
  /// - Parameters:
  ///   - meta: θ and the learned rates, [P + R].
  ///   - task: the task.
  ///   - innerLearningRates: one α a step, [K]; empty adapts nothing. Learned rates are scaled by
  ///     its share in the α that they started from.
  ///   - rolloutsPerTask: episodes with each policy; query examples of each class where tasks
  ///     are of examples.
  ///   - address: of the first rollouts; those of the policy after k steps are k batches on, so
  ///     that no step is judged on randomness that an earlier one has adapted to.
  ///   - lastRollouts: whether the fully adapted policy is rolled out too.
  /// - Returns: the trajectories after 0 … K steps ([K + 1], or [K] without the last), and θ′.
  /// - Throws: what making the environment or fitting the baseline throws.
  public func adapt(
    _ meta: [Scalar], to task: TaskParameters, innerLearningRates: [Double],
    rolloutsPerTask: Int, address: RolloutAddress, lastRollouts: Bool = true
  ) throws -> (trajectories: [TrajectoryBatch], parameters: [Scalar]) {
    if let source = family.examples {
      return adapt(
        meta, to: task, examplesFrom: source, innerLearningRates: innerLearningRates,
        queries: rolloutsPerTask, address: address, lastScore: lastRollouts)
    }
    let lanes = try family.makeLanes(task: task, laneCount: rolloutsPerTask)
    var divergence = DivergenceCost(horizon: family.horizon)
    current.set(part(0..<layout.parameterCount, of: meta))
    var all: [TrajectoryBatch] = []
    for step in 0...innerLearningRates.count {
      if step == innerLearningRates.count && !lastRollouts { break }
      var place = address
      place.batch += step
      let trajectories = divergence.charged(
        sampler.rollOut(current, lanes: lanes, address: place))
      all.append(trajectories)
      guard step < innerLearningRates.count else { break }
      try takeStep(
        on: trajectories,
        sizes: layout.sizes(step: step, of: meta, rate: innerLearningRates[step]))
    }
    return (all, current.vector.values)
  }

  /// One episode of a policy on a task, with what the simulator's state is at its end.
  ///
  /// - Parameters:
  ///   - parameters: θ or θ′, [P].
  ///   - task: the task.
  ///   - address: where the randomness lives; the episode is its first.
  ///   - deterministic: take the mean (or most probable) action in place of a sampled one.
  /// - Returns: the trajectory of one episode, and the state after its last step.
  /// - Throws: what making the environment throws.
  public func episode(
    _ parameters: [Scalar], on task: TaskParameters, address: RolloutAddress, deterministic: Bool
  ) throws -> (trajectory: TrajectoryBatch, end: LaneState) {
    let lanes = try family.makeLanes(task: task, laneCount: 1)
    current.set(parameters)
    let trajectory = sampler.rollOut(
      current, lanes: lanes, address: address, deterministic: deterministic)
    return (trajectory, lanes.state(ofLane: 0))
  }

  /// Takes one inner step on trajectories that were sampled elsewhere, under θ: the step that
  /// `adapt` takes on its own.
  ///
  /// - Parameters:
  ///   - meta: θ and the learned rates, [P + R].
  ///   - trajectories: episodes of one task under θ.
  ///   - innerLearningRate: α.
  /// - Returns: θ′, [P].
  /// - Throws: what fitting the baseline throws.
  public func step(
    _ meta: [Scalar], on trajectories: TrajectoryBatch, innerLearningRate: Double
  ) throws -> [Scalar] {
    current.set(part(0..<layout.parameterCount, of: meta))
    try takeStep(
      on: trajectories, sizes: layout.sizes(step: 0, of: meta, rate: innerLearningRate))
    return current.vector.values
  }

  /// θ′ ← θ′ − a ⊙ ∇L(θ′; D).
  private func takeStep(on trajectories: TrajectoryBatch, sizes: StepSizes<Scalar>) throws {
    precondition(family.examples == nil, "a step on episodes in a family of examples")
    let estimate = try AdvantageEstimate(
      batch: trajectories, observationSize: family.observationSize, configuration: advantages)
    batch.set(trajectories, advantages: estimate.advantages)
    _ = InnerLoss(layout.configuration, batch, policy: layout.policy).gradient(
      current, batch, policy: layout.policy, gradient: workspace.parameterGradient, cache: nil,
      workspace: workspace)
    update.step(current, gradient: workspace.parameterGradient, sizes: sizes)
  }
}
