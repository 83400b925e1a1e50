import DenseMath
import MetaLearning

/// A policy ready to act in a replay: trained, and adapted to the rollout's task.
public protocol ReplayPolicy: Sendable {
  /// SHA-256 of the parameters that act, hexadecimal.
  var parametersDigest: String { get }

  /// Writes an action for every active lane.
  ///
  /// - Parameters:
  ///   - batch: `observations` is read, `actions` written.
  ///   - streams: one stream a lane for the action's noise, [L]; nil for the mean action (or
  ///     the most probable one).
  func act(_ batch: inout LaneBatch, streams: [RandomStream]?)
}

/// Loads the policy that a script asks for and adapts it to a task.
///
/// - Throws: an error that names the checkpoint and says why it does not fit.
public typealias ReplayPolicyProvider =
  @Sendable (ReplayScript.PolicyRequest, TaskParameters) async throws -> any ReplayPolicy
