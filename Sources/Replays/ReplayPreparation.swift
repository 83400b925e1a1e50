import Environments
import MetaLearning
import StrictYAML

/// A rollout of a script with everything it names found and checked.
package struct PreparedRollout {
  let recorded: RecordedRollout
  let actor: Actor
  let expectations: [ReplayExpectation]

  enum Actor {
    case actions([[Double]])
    case policy(any ReplayPolicy, deterministic: Bool)
  }
}

/// Checks a script against its family before anything runs.
package struct ReplayPreparation {
  let script: ReplayScript
  let family: any TaskFamily
  let policies: ReplayPolicyProvider

  /// A check of a script.
  package init(
    script: ReplayScript, family: any TaskFamily, policies: @escaping ReplayPolicyProvider
  ) {
    (self.script, self.family, self.policies) = (script, family, policies)
  }

  /// Every rollout of the script, ready to run.
  ///
  /// - Throws: `ReplayError` with the rollout's line, or what the policy provider throws.
  package func rollouts() throws -> [PreparedRollout] {
    var prepared: [PreparedRollout] = []
    for (index, rollout) in script.rollouts.enumerated() {
      prepared.append(try prepare(rollout, index: index))
    }
    return prepared
  }

  private func prepare(
    _ rollout: ReplayScript.Rollout, index: Int
  ) throws -> PreparedRollout {
    var recorded = RecordedRollout(
      name: rollout.name, task: try task(of: rollout), episodes: rollout.episodes,
      initialState: rollout.initialState,
      continuesAfterTermination: rollout.continuesAfterTermination)
    if case .draw(let split, let index) = rollout.task {
      recorded.draw = .init(split: split, index: index)
    }
    do {
      // A trial of one episode: the family refuses here what does not fit it.
      let trial = try ReplayEpisodes(
        0..<1, of: recorded, rolloutIndex: index, seed: script.seed, family: family)
      try checkFinalStates(rollout, known: trial.frame(lane: 0, step: 0).state)
    } catch let error as ReplayError {
      throw error
    } catch {
      throw failure(rollout, "\(error)")
    }
    let actor: PreparedRollout.Actor
    switch rollout.actor {
    case .actions(let actions):
      for (step, action) in actions.enumerated() {
        try check(action, step: step, of: rollout)
      }
      recorded.actionCount = actions.count
      actor = .actions(actions)
    case .policy(let request):
      let policy = try policies(request, recorded.task, .replayAdaptation(seed: script.seed))
      recorded.policy = .init(
        path: request.path, parametersDigest: policy.parametersDigest,
        adaptationSteps: request.adaptationSteps, deterministic: request.deterministic)
      actor = .policy(policy, deterministic: request.deterministic)
    }
    return PreparedRollout(
      recorded: recorded, actor: actor, expectations: rollout.expectations)
  }

  /// The task's parameters, in the family's order.
  private func task(of rollout: ReplayScript.Rollout) throws(ReplayError) -> TaskParameters {
    switch rollout.task {
    case .draw(let split, let index):
      do {
        try (family as? DefinedTaskFamily)?.requireSplit(split)
      } catch {
        throw failure(rollout, "\(error)")
      }
      return family.task(split: split, index: index, seed: script.seed)
    case .parameters(let given):
      let known = family.task(split: .train, index: 0, seed: 0).entries.map(\.name)
      if let extra = given.entries.first(where: { !known.contains($0.name) }) {
        let hint = nearestName(to: extra.name, in: known).map { "; did you mean '\($0)'?" } ?? "."
        throw failure(
          rollout,
          "task has no parameter \(quotedForMessage(extra.name))\(hint) "
            + "\(family.qualifiedName) has: \(known.joined(separator: ", "))")
      }
      if let missing = known.first(where: { given[$0] == nil }) {
        throw failure(
          rollout,
          "task lacks '\(missing)'; give all parameters of \(family.qualifiedName) "
            + "(\(known.joined(separator: ", "))), or a split and an index")
      }
      return TaskParameters(
        known.map { .init(name: $0, values: given[$0] ?? []) })
    }
  }

  private func check(
    _ action: [Double], step: Int, of rollout: ReplayScript.Rollout
  ) throws(ReplayError) {
    let width = family.actionSpace.width
    guard action.count == width else {
      throw failure(
        rollout,
        "action \(step) has \(action.count) numbers; \(family.qualifiedName) takes \(width)")
    }
    if case .discrete(let count) = family.actionSpace,
      !(action[0] >= 0 && action[0] < Double(count) && action[0] == action[0].rounded())
    {
      throw failure(
        rollout,
        "action \(step) is \(action[0]); \(family.qualifiedName) takes whole numbers from 0 to "
          + "\(count - 1)")
    }
  }

  private func checkFinalStates(
    _ rollout: ReplayScript.Rollout, known: LaneState
  ) throws(ReplayError) {
    for expectation in rollout.expectations {
      guard case .finalState(let name, let vector) = expectation else { continue }
      guard let values = known[name], values.count == vector.equals.count else {
        let names = known.entries.map { "\($0.name) (\($0.values.count))" }
        throw failure(
          rollout,
          "expect.final_state.\(name) of \(vector.equals.count) numbers does not fit; "
            + "the state has: \(names.joined(separator: ", "))")
      }
    }
  }

  private func failure(_ rollout: ReplayScript.Rollout, _ message: String) -> ReplayError {
    ReplayError(
      origin: script.origin, line: rollout.line,
      message: "rollout \(quotedForMessage(rollout.name)): \(message)")
  }
}
