import MetaLearning

/// A policy ready to act in a replay: trained, and adapted to the rollout's task.
public protocol ReplayPolicy {
  /// SHA-256 of the parameters that act, hexadecimal.
  var parametersDigest: String { get }

  /// Writes an action for every lane.
  ///
  /// - Parameters:
  ///   - batch: `observations` is read, `actions` written.
  ///   - noise: the noise of the actions from `noiseStart` on, [L, action width], as
  ///     `RolloutAddress` draws it; nil for the mean action (or the most probable one).
  ///   - noiseStart: see `noise`.
  func act(_ batch: inout LaneBatch, noise: [Float]?, noiseStart: Int)
}

/// Loads the policy that a script asks for and adapts it to a task.
///
/// The address is where the episodes to adapt from live, apart from those that are shown. Throws an error that names the
/// checkpoint and says why it does not fit.
public typealias ReplayPolicyProvider = (
  ReplayScript.PolicyRequest, TaskParameters, RolloutAddress
) throws -> any ReplayPolicy
