import MetaLearning
import StrictYAML

/// A section that one choice alone reads, such as `adam` with `outer.step: adam`.
///
/// Under another choice its keys are not written, and one that is set is an error: it would change
/// nothing.
struct ConfigurationUse: Sendable {
  let section: String
  /// The key that chooses.
  let choice: String
  /// The value of that key under which the section is read.
  let value: String

  /// Every section that is not always read.
  static let all = [
    ConfigurationUse(section: "dice", choice: "adaptation.estimator", value: "dice"),
    ConfigurationUse(section: "clip", choice: "outer.objective", value: "clipped"),
    ConfigurationUse(section: "trust_region", choice: "outer.step", value: "trpo"),
    ConfigurationUse(section: "adam", choice: "outer.step", value: "adam"),
    ConfigurationUse(section: "average", choice: "outer.step", value: "average"),
  ]

  /// What a configuration chooses there.
  func chosen(in configuration: RunConfiguration) -> String? {
    guard let field = RunConfiguration.fields.first(where: { $0.path == choice }),
      case .text(let name) = field.get(configuration)
    else { return nil }
    return name
  }
}

extension ConfigurationField {
  /// What the field's section depends on; nil where it is always read.
  var use: ConfigurationUse? { ConfigurationUse.all.first { $0.section == section } }

  /// Whether the configuration has a use for the field.
  func isRead(in configuration: RunConfiguration) -> Bool {
    use.map { $0.chosen(in: configuration) == $0.value } ?? true
  }
}

/// The keys that a user has set, and where: what is checked once all choices are known.
///
/// Where a value came from is no part of it: all are equal.
struct SetKeys: Sendable, Hashable {
  /// A key that was set.
  struct Entry: Sendable {
    let path: String
    /// File and line; nil for `--set`.
    let place: (origin: String, line: Int?)?
  }

  var entries: [Entry] = []

  static func == (_: SetKeys, _: SetKeys) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}

extension RunConfiguration {
  /// Refuses keys that were set in sections which nothing reads.
  ///
  /// - Throws: `ConfigurationError` that names the key, its section and what reads it.
  func requireUse() throws(ConfigurationError) {
    for entry in setKeys.entries {
      guard let field = Self.fields.first(where: { $0.path == entry.path }), let use = field.use,
        !field.isRead(in: self)
      else { continue }
      let problem =
        "belongs to the section '\(use.section)', which \(use.choice) \(use.value) reads; here "
        + "\(use.choice) is \(use.chosen(in: self) ?? "another"). Leave it out, or choose "
        + "\(use.value)"
      if let place = entry.place {
        throw .text(
          YAMLError(
            origin: place.origin, line: place.line, message: "'\(entry.path)' \(problem)"))
      }
      throw .value(path: entry.path, problem: problem)
    }
  }

  /// The fields that this configuration has a use for, in the order of files.
  var readFields: [ConfigurationField] { Self.fields.filter { $0.isRead(in: self) } }
}
