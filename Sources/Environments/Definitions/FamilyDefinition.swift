import MetaLearning
import StrictYAML

/// A task family as its YAML definition declares it, one preset applied.
///
/// Nothing in a definition is code: names, numbers and choices among what the simulator
/// offers. A mistake is answered with the file, the line, the key and what is allowed.
public struct FamilyDefinition: Sendable {
  /// The family's name, as on the command line.
  public let name: String
  /// The preset that was applied, or nil.
  public let preset: String?
  /// The names of all presets, in the order of the file.
  public let presets: [String]
  /// Counts changes of the family's numbers, from 1.
  public let version: Int
  /// One line on what the family asks of a policy.
  public let summary: String
  /// Where its numbers come from.
  public let source: String
  /// The simulator with its settings.
  public internal(set) var simulator: any Simulator
  /// T, the greatest number of control steps of an episode.
  public let horizon: Int
  /// What the policy's action is multiplied by on its way into the simulator.
  public let actionScale: Double
  /// What singles out a task, in the definition's order.
  public let parameters: [TaskParameter]
  /// The section `training`: what the configuration of a training starts from; nil for none.
  ///
  /// It is read by whoever knows the configuration, and is not part of the digest.
  public let training: YAMLNode?
  /// The file that was read, or what else the text came from.
  public let origin: String
  /// The YAML document.
  public let text: String

  /// Reads a definition.
  ///
  /// Without a preset, every preset is read as well, so that a mistake in one shows at once.
  ///
  /// - Parameters:
  ///   - text: the YAML document.
  ///   - origin: the file's name for errors.
  ///   - folder: the file's folder, for files that the definition refers to.
  ///   - preset: the name of one of its presets, or nil.
  ///   - physics: which engine steps a robot's model; `definition` leaves it to the text.
  ///   - simulators: what it can choose among.
  /// - Throws: `EnvironmentError.definition` or `.unknownPreset`.
  public init(
    text: String, origin: String, folder: String?, preset: String?, physics: PhysicsChoice,
    simulators: SimulatorRegistry
  ) throws(EnvironmentError) {
    let layers: PresetLayers
    do {
      layers = try PresetLayers(YAMLDocument(text: text, origin: origin).root, text: text)
    } catch {
      throw .definition(error)
    }
    let known = layers.presets.map(\.name)
    if let preset, !known.contains(preset) {
      throw .unknownPreset(family: layers.familyName, preset: preset, known: known)
    }
    do {
      if preset == nil {
        for name in known {
          _ = try FamilyDefinition(
            layers, folder: folder, preset: name, physics: .definition, simulators)
        }
      }
      self = try FamilyDefinition(
        layers, folder: folder, preset: preset, physics: physics, simulators)
    } catch {
      throw .definition(error)
    }
  }

  private init(
    _ layers: PresetLayers, folder: String?, preset: String?, physics: PhysicsChoice,
    _ simulators: SimulatorRegistry
  ) throws(YAMLError) {
    let root = try layers.merged(preset: preset, simulators).mapping()
    let kind = try simulators.kind(root.required("simulator"))
    try root.checkKeys([
      "name", "version", "summary", "source", "simulator", "horizon", "action_scale",
      kind.section, "task", "training", "presets",
    ])
    let task = root["task"]
    let scaleNode = try root.required("action_scale")
    actionScale = try scaleNode.number()
    guard actionScale > 0 else { throw scaleNode.error("must be above 0, not \(actionScale)") }
    simulator = try kind.init(
      context: SimulatorContext(
        settings: root.required(kind.section).mapping(),
        declaredParameters: try task?.mapping().keys ?? [],
        actionScale: actionScale, folder: folder, physics: physics))
    if physics != .definition, simulator.physics == nil {
      throw root.node.error(
        "has no physics to choose: its simulator is '\(kind.kind)', and 'physics' is for robots")
    }
    parameters = try TaskParameter.read(task, root: root, rules: simulator.taskParameters)
    name = try FamilyDefinition.name(root.required("name"))
    version = try root.required("version").integer(in: 1...(.max))
    summary = try FamilyDefinition.line(root.required("summary"))
    source = try FamilyDefinition.line(root.required("source"))
    training = root["training"]
    let horizonNode = try root.required("horizon")
    horizon = try horizonNode.integer(in: 1...1_000_000)
    if simulator is any ExampleSource {
      guard horizon == 1 else {
        throw horizonNode.error("must be 1: an example is an episode of one step")
      }
      guard actionScale == 1 else {
        throw scaleNode.error("must be 1: predictions are taken as they are")
      }
    }
    self.preset = preset
    presets = layers.presets.map(\.name)
    origin = root.node.origin
    text = layers.text
  }

  /// A name of small letters, digits and hyphens.
  static func name(_ node: YAMLNode) throws(YAMLError) -> String {
    let name = try node.string()
    let isPlain = name.utf8.allSatisfy {
      (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
    }
    guard isPlain, !name.isEmpty, name.utf8.count <= 64 else {
      throw node.error("must be 1 to 64 small letters, digits and hyphens")
    }
    return name
  }

  private static func line(_ node: YAMLNode) throws(YAMLError) -> String {
    let text = try node.string()
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw node.error("must be one line of text")
    }
    return text
  }
}

/// A definition's text as it is layered: the base, and overrides by name.
private struct PresetLayers {
  let base: YAMLNode
  let presets: [(name: String, overrides: YAMLNode)]
  let familyName: String
  let text: String

  init(_ root: YAMLNode, text: String) throws(YAMLError) {
    self.text = text
    let mapping = try root.mapping()
    familyName = try FamilyDefinition.name(mapping.required("name"))
    base = root.removing(key: "presets")
    var presets: [(name: String, overrides: YAMLNode)] = []
    for (key, overrides) in try mapping["presets"]?.mapping().entries ?? [] {
      let keys = try overrides.mapping()
      for fixed in ["name", "presets"] {
        if let node = keys[fixed] { throw node.error("cannot be changed by a preset") }
      }
      presets.append((key, overrides))
    }
    self.presets = presets
  }

  /// The base with a preset laid over it.
  ///
  /// Distributions are replaced whole: their keys are alternatives.
  func merged(preset: String?, _ simulators: SimulatorRegistry) throws(YAMLError) -> YAMLNode {
    guard let overrides = presets.first(where: { $0.name == preset })?.overrides else {
      return base
    }
    let changed = try overrides.mapping()["simulator"]
    let original = try base.mapping().required("simulator")
    let kind = try simulators.kind(changed ?? original)
    return base.merged(with: overrides) { path in
      let parts = path.split(separator: ".")
      return parts.count == 3 && parts[0] == "task" || kind.presetReplacesWhole(path: path)
    }
  }
}
