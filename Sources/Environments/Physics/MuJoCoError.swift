/// What can go wrong between a model file and a simulation.
public enum MuJoCoError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file could not be read or compiled; `reason` is MuJoCo's message on one line.
  case model(path: String, reason: String)
  /// The file leads out of its folder or asks for too much; MuJoCo did not see it.
  case refused(path: String, reason: String)
  /// MuJoCo had no memory for the simulation of a model.
  case outOfMemory(path: String)
  /// A state vector of an unknown name.
  case unknownVector(name: String, known: [String])
  /// A state vector of a wrong size.
  case wrongSize(name: String, count: Int, expected: Int)
  /// A number of a state vector that is not finite.
  case notFinite(name: String, index: Int)
  /// A state from which MuJoCo could not compute the rest.
  case badState(reason: String)
  /// MuJoCo's renderer could not be set up or draw.
  case renderer(reason: String)
  /// The lane engine does not cover the model.
  case notInLanes(reason: String)
  /// The build has no MuJoCo.
  case unavailable

  /// The message: what failed, on what, why, and what to do.
  public var description: String {
    switch self {
    case .model(let path, let reason):
      "model '\(path)' cannot be loaded: MuJoCo says: \(reason)\(Self.hint(about: reason))"
    case .refused(let path, let reason):
      "model '\(path)' is not loaded: \(reason)"
    case .outOfMemory(let path):
      "model '\(path)': no memory for a simulation; lower nstack, njmax or nconmax in its <size>"
    case .unknownVector(let name, let known):
      "the simulation has no state '\(name)'; known: \(known.joined(separator: ", "))"
    case .wrongSize(let name, let count, let expected):
      "state '\(name)' has \(count) numbers; \(expected) expected"
    case .notFinite(let name, let index):
      "state '\(name)', entry \(index): a finite number expected"
    case .badState(let reason):
      "the state cannot be simulated: MuJoCo says: \(reason)"
    case .renderer(let reason):
      "MuJoCo's renderer cannot draw: \(reason)"
    case .notInLanes(let reason):
      "lanes do not cover the model: \(reason); take 'physics: mujoco' or 'auto'"
    case .unavailable:
      "this build of metarl has no MuJoCo; build it with the package trait MuJoCo (on by default)"
    }
  }

  /// What to do about words that the MuJoCo that runs does not know: they may be a newer one's.
  private static func hint(about reason: String) -> String {
    let unknown = ["invalid keyword", "unrecognized attribute", "unrecognized element"]
    guard let version = muJoCoVersion, unknown.contains(where: reason.contains) else { return "" }
    return ". MuJoCo \(version) runs; if the model is written for a newer release, build metarl "
      + "against it: MUJOCO_DIR=/path/to/mujoco make build"
  }

  /// A number as people write it: whole ones without a point.
  static func number(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
  }

  /// A message of several lines folded to one: runs of white space become one space, the
  /// lines are joined by "; ".
  static func oneLine(_ message: String) -> String {
    message.split(whereSeparator: \.isNewline)
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      .filter { !$0.isEmpty }
      .joined(separator: "; ")
  }
}
