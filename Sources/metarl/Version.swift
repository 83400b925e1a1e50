import Experiments

/// What `--version` prints.
enum Version {
  /// The version, as in CHANGELOG.md.
  static let text = "0.1.0"
}
