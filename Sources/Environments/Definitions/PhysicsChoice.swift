/// Which engine steps a robot's model, as definitions, flags and configurations choose it.
public enum PhysicsChoice: String, Sendable, CaseIterable {
  /// What the definition says; of a definition itself, `mujoco`.
  case definition
  /// MuJoCo, one simulation after the other.
  case mujoco
  /// The lane engine, eight simulations at once; an error where it does not cover the family.
  case lanes
  /// Lanes where they cover the family, else MuJoCo.
  case auto

  /// What a definition can say.
  static let inDefinitions: [PhysicsChoice] = [.mujoco, .lanes, .auto]
}

/// Why an engine cannot step a family, to follow the family's name or a key.
struct PhysicsRefusal: Error {
  let reason: String
}

/// The engine that steps a family's model.
public enum PhysicsEngine: String, Sendable, Hashable {
  /// MuJoCo's `mj_step`.
  case mujoco
  /// The lane engine; docs/Physics.md.
  case lanes
}
