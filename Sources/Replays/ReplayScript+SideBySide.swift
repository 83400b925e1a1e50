import MetaLearning

extension ReplayScript {
  /// Trained policies on the same held-out tasks after their adaptation, task by task.
  ///
  /// - Parameters:
  ///   - policies: what each is called, and its run folder or checkpoint; at least one.
  ///   - environment: the family, as a catalog finds it.
  ///   - seed: of tasks, start states and noise, which all policies share.
  ///   - tasks: how many held-out tasks, ≥ 1.
  ///   - steps: gradient steps before the rollout.
  ///   - rolloutsPerTask: episodes for each of them.
  ///   - origin: who asks, for errors.
  /// - Returns: a rollout of one episode a task and policy.
  public static func sideBySide(
    _ policies: [(name: String, path: String)], on environment: String, seed: UInt64, tasks: Int,
    steps: Int, rolloutsPerTask: Int, origin: String
  ) -> ReplayScript {
    precondition(!policies.isEmpty && tasks > 0, "\(policies.count) policies, \(tasks) tasks")
    let rollouts = (0..<tasks).flatMap { index in
      policies.map { policy in
        Rollout(
          name: "\(policy.name), task \(index)", task: .draw(split: .heldOut, index: index),
          actor: .policy(
            PolicyRequest(
              path: policy.path, adaptationSteps: steps, deterministic: false,
              rolloutsPerTask: rolloutsPerTask, innerLearningRates: nil)),
          episodes: 1, initialState: LaneState([]), continuesAfterTermination: false,
          expectations: [], line: 0)
      }
    }
    return ReplayScript(origin: origin, environment: environment, seed: seed, rollouts: rollouts)
  }
}
