import DenseMath
import Foundation
import Networks

/// Rolls out a policy in the lanes of one task; one sampler a worker, its memory reused.
public final class RolloutSampler<Scalar: DenseScalar> {
  private let policy: Policy<Scalar>
  private let family: any TaskFamily
  private let actor: PolicyActor<Scalar>
  private var noise: [Float] = []
  // Staged time by time, [T, L, ·], and packed by episode at the end.
  private var observations: [Double] = []
  private var actions: [Double] = []
  private var rewards: [Double] = []

  /// A sampler for one worker.
  ///
  /// - Precondition: the policy fits the family's spaces.
  public init(
    policy: Policy<Scalar>, family: any TaskFamily, workspace: NetworkWorkspace<Scalar>
  ) {
    precondition(
      policy.network.inputWidth == family.observationSize
        && policy.distribution.actionWidth == family.actionSpace.width,
      "policy: \(policy.network.inputWidth) inputs; observations: \(family.observationSize)")
    self.policy = policy
    self.family = family
    actor = PolicyActor(policy: policy, workspace: workspace)
  }

  /// Episodes of one task under one policy.
  ///
  /// All lanes step together until each has terminated or the horizon is reached.
  ///
  /// - Parameters:
  ///   - parameters: the policy's.
  ///   - lanes: a simulator of the task with one lane an episode.
  ///   - address: where the randomness lives; episode e of it drives lane e.
  ///   - deterministic: take the mean (or most probable) action.
  /// - Returns: the packed trajectories.
  /// - Complexity: O(T) forward passes of L rows.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func rollOut(
    _ parameters: PreparedParameters<Scalar>, lanes: any EnvironmentLanes,
    address: RolloutAddress, deterministic: Bool = false
  ) -> TrajectoryBatch {
    let (count, horizon) = (lanes.laneCount, family.horizon)
    let (observationSize, actionWidth) = (family.observationSize, family.actionSpace.width)
    var batch = LaneBatch(family: family, laneCount: count)
    var streams = (0..<count).map {
      RandomStream(key: address.resetKey, task: address.task, episode: $0)
    }
    lanes.reset(&batch, streams: &streams)
    if !deterministic {
      address.drawActionNoise(
        into: &noise, actionSpace: family.actionSpace, episodes: count, steps: horizon)
    }
    reserve(steps: horizon, lanes: count)
    let deviations = policy.logStandardDeviations(parameters).map { exp($0) }
    var lengths = [Int](repeating: 0, count: count)
    var terminated = [Bool](repeating: false, count: count)
    var diverged = terminated
    let successTerms = family.successTerms
    var succeeded = successTerms.isEmpty ? [] : terminated
    var activeCount = count
    var step = 0
    while step < horizon && activeCount > 0 {
      actor.act(
        parameters, standardDeviations: deviations, observations: batch.observations,
        rows: count, noise: deterministic ? nil : noise, noiseStart: step * count * actionWidth,
        actions: &batch.actions)
      stage(batch.observations, into: &observations, at: step * count * observationSize)
      stage(batch.actions, into: &actions, at: step * count * actionWidth)
      lanes.step(&batch)
      stage(batch.rewards, into: &rewards, at: step * count)
      step += 1
      for lane in 0..<count where batch.active[lane] {
        lengths[lane] = step
        let terms = lane * batch.rewardTermCount
        for term in successTerms where batch.rewardTerms[terms + term] != 0 {
          succeeded[lane] = true
        }
        guard batch.terminated[lane] else { continue }
        terminated[lane] = true
        diverged[lane] = batch.diverged[lane]
        batch.active[lane] = false
        activeCount -= 1
      }
    }
    return pack(
      lengths: lengths, terminated: terminated, diverged: diverged, succeeded: succeeded)
  }

  private func reserve(steps: Int, lanes: Int) {
    func grow(_ array: inout [Double], _ width: Int) {
      let wanted = steps * lanes * width
      if array.count < wanted { array = Array(repeating: 0, count: wanted) }
    }
    grow(&observations, family.observationSize)
    grow(&actions, family.actionSpace.width)
    grow(&rewards, 1)
  }

  private func stage(_ values: [Double], into array: inout [Double], at start: Int) {
    array.replaceSubrange(start..<(start + values.count), with: values)
  }

  private func pack(
    lengths: [Int], terminated: [Bool], diverged: [Bool], succeeded: [Bool]
  ) -> TrajectoryBatch {
    let total = lengths.reduce(0, +)
    func packed(_ staged: [Double], _ width: Int) -> [Double] {
      [Double](unsafeUninitializedCapacity: total * width) { target, initialized in
        var out = 0
        for (lane, length) in lengths.enumerated() {
          for step in 0..<length {
            let start = (step * lengths.count + lane) * width
            for i in 0..<width {
              target[out] = staged[start + i]
              out += 1
            }
          }
        }
        initialized = out
      }
    }
    return TrajectoryBatch(
      lengths: lengths, observations: packed(observations, family.observationSize),
      actions: packed(actions, family.actionSpace.width), rewards: packed(rewards, 1),
      terminated: terminated, diverged: diverged, succeeded: succeeded)
  }
}
