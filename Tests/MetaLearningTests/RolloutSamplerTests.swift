import DenseMath
import MetaLearning
import Networks
import TestSupport
import Testing

@Suite("Rollouts")
struct RolloutSamplerTests {
  private func configuration(hidden: [Int] = [6]) -> PolicyConfiguration {
    var configuration = PolicyConfiguration()
    configuration.hidden = hidden
    return configuration
  }

  private func sampler(
    _ family: any TaskFamily, theta: [Double]? = nil
  ) -> (sampler: RolloutSampler<Double>, parameters: PreparedParameters<Double>) {
    let policy = Policy<Double>(family: family, configuration: configuration())
    let parameters = policy.makeParameters()
    parameters.set(
      theta ?? policy.initialParameters(seed: 1, initialStandardDeviation: 0.5))
    return (
      RolloutSampler(policy: policy, family: family, workspace: policy.makeWorkspace()),
      parameters
    )
  }

  private func address(
    _ use: RolloutAddress.Use = .training, iteration: Int = 0, batch: Int = 0, task: Int = 0
  ) -> RolloutAddress {
    RolloutAddress(seed: 5, use: use, iteration: iteration, batch: batch, task: task)
  }

  @Test("Episodes that end at different steps are packed without a gap")
  func packing() throws {
    let family = LedgerFamily(horizon: 6)
    let (sampler, parameters) = sampler(family)
    // Ends at the first step, in the middle, at the horizon, and never.
    let lanes = try family.makeLanes(task: LedgerFamily.task(ends: [1, 4, 6, 0]), laneCount: 4)
    let batch = sampler.rollOut(parameters, lanes: lanes, address: address())
    #expect(batch.lengths == [1, 4, 6, 6])
    #expect(batch.terminated == [true, true, true, false])
    #expect(batch.divergedCount == 1)
    let steps = [(0, 1), (1, 4), (2, 6), (3, 6)].flatMap { lane, count in
      (0..<count).map { (lane, $0) }
    }
    #expect(batch.observations == steps.flatMap { [Double($0), Double($1)] })
    #expect(batch.rewards == steps.map { Double(100 * $0 + $1) })
    #expect(batch.stepCount == 17 && batch.actions.count == 17)
    #expect(batch.undiscountedReturns == [0, 406, 1215, 1815])
    #expect(batch.meanReturn == 859)
  }

  @Test("Rollouts stop when every lane has ended, and memory of longer ones does not show")
  func memoryIsReused() throws {
    let family = LedgerFamily(horizon: 6)
    let (used, parameters) = sampler(family)
    let long = try family.makeLanes(task: LedgerFamily.task(ends: [0, 0, 0]), laneCount: 3)
    _ = used.rollOut(parameters, lanes: long, address: address())
    func short(_ sampler: RolloutSampler<Double>) throws -> TrajectoryBatch {
      let lanes = try family.makeLanes(task: LedgerFamily.task(ends: [2, 1]), laneCount: 2)
      return sampler.rollOut(parameters, lanes: lanes, address: address())
    }
    let (found, fresh) = (try short(used), try short(sampler(family).sampler))
    #expect(found.lengths == [2, 1] && found.observations == fresh.observations)
    #expect(found.actions == fresh.actions && found.rewards == fresh.rewards)
  }

  @Test("No two tasks, episodes, steps, batches, iterations or uses share action noise")
  func noiseIsNotShared() throws {
    let family = TargetFamily()
    // All weights 0 and σ = 1: the actions are the noise.
    let count = Policy<Double>(family: family, configuration: configuration()).parameterCount
    let (sampler, parameters) = sampler(family, theta: Array(repeating: 0, count: count))
    var actions: [Double] = []
    for address in [
      address(), address(task: 1), address(batch: 1), address(iteration: 1), address(.evaluation),
      RolloutAddress(seed: 6, use: .training, task: 0),
    ] {
      let lanes = try family.makeLanes(
        task: family.task(split: .train, index: 0, seed: 1), laneCount: 5)
      actions += sampler.rollOut(parameters, lanes: lanes, address: address).actions
    }
    #expect(actions.count == 6 * 5 * 8 * 2)
    #expect(Set(actions).count == actions.count)
  }

  @Test("Discrete families' noise is not shared either, and is uniform on [0, 1)")
  func discreteNoise() {
    var all: [Float] = []
    for task in 0..<3 {
      var noise: [Float] = []
      address(task: task).drawActionNoise(
        into: &noise, actionSpace: .discrete(count: 4), episodes: 20, steps: 30)
      all += noise
    }
    #expect(all.count == 1800)
    #expect(all.allSatisfy { $0 >= 0 && $0 < 1 })
    // 1800 draws of 24 bits collide now and then; two equal streams would halve the count.
    #expect(Set(all).count > 1790)
    let mean = all.reduce(0) { $0 + Double($1) } / 1800
    #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / 1800).squareRoot())
  }

  @Test("An episode is the same whatever the other lanes are", arguments: [false, true])
  func lanesAreIndependent(isDiscrete: Bool) throws {
    let family = TargetFamily(isDiscrete: isDiscrete)
    let (sampler, parameters) = sampler(family)
    let task = family.task(split: .train, index: 3, seed: 1)
    func rollOut(_ lanes: Int) throws -> TrajectoryBatch {
      sampler.rollOut(
        parameters, lanes: try family.makeLanes(task: task, laneCount: lanes),
        address: address())
    }
    let (many, few) = (try rollOut(7), try rollOut(2))
    let width = family.actionSpace.width
    // Products of other sizes may round differently.
    let actions = Closeness(
      Array(many.actions.prefix(2 * 8 * width)), few.actions, absolute: 1e-12)
    #expect(actions.isWithin, "\(actions)")
    let rewards = Closeness(Array(many.rewards.prefix(16)), few.rewards, absolute: 1e-12)
    #expect(rewards.isWithin, "\(rewards)")
  }

  @Test("One address gives the same bits again")
  func reproducible() throws {
    let family = TargetFamily()
    let task = family.task(split: .train, index: 0, seed: 1)
    let batches = try (0..<2).map { _ in
      let (sampler, parameters) = sampler(family)
      return sampler.rollOut(
        parameters, lanes: try family.makeLanes(task: task, laneCount: 4), address: address())
    }
    #expect(batches[0].actions == batches[1].actions)
    #expect(batches[0].observations == batches[1].observations)
  }

  @Test("Deterministic rollouts take the mean action and do not depend on noise")
  func deterministic() throws {
    let family = TargetFamily()
    let (sampler, parameters) = sampler(family)
    let task = family.task(split: .train, index: 0, seed: 1)
    func rollOut(batch: Int, deterministic: Bool) throws -> TrajectoryBatch {
      sampler.rollOut(
        parameters, lanes: try family.makeLanes(task: task, laneCount: 3),
        address: address(.evaluation, batch: batch), deterministic: deterministic)
    }
    let (first, second) = (
      try rollOut(batch: 0, deterministic: true), try rollOut(batch: 0, deterministic: true)
    )
    #expect(first.observations == second.observations && first.actions == second.actions)
    let policy = Policy<Double>(family: family, configuration: configuration())
    let inputs = RowMatrix<Double>(rows: 24, columns: 2)
    inputs.pointer().update(from: first.observations, count: 48)
    let means = policy.outputs(parameters, inputs: inputs, workspace: policy.makeWorkspace())
    #expect(Closeness(first.actions, means, absolute: 1e-12).isWithin)
    #expect(try rollOut(batch: 0, deterministic: false).actions != first.actions)
  }

  @Test("No two batches share start states, in training or in evaluations")
  func startStates() throws {
    let family = TargetFamily()
    let (sampler, parameters) = sampler(family)
    let task = family.task(split: .train, index: 0, seed: 1)
    var starts: [Double] = []
    for use in [RolloutAddress.Use.training, .evaluation] {
      for (iteration, batch) in [(0, 0), (0, 1), (0, 2), (1, 0)] {
        let trajectories = sampler.rollOut(
          parameters, lanes: try family.makeLanes(task: task, laneCount: 3),
          address: address(use, iteration: iteration, batch: batch))
        starts += (0..<3).flatMap { trajectories.observations[($0 * 16)..<($0 * 16 + 2)] }
      }
    }
    #expect(starts.count == 2 * 4 * 3 * 2)
    #expect(Set(starts).count == starts.count)
  }
}
