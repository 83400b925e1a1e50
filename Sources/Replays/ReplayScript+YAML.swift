import Files
import MetaLearning
import StrictYAML

extension ReplayScript {
  /// Most episodes of a rollout.
  static let maximumEpisodes = 100_000
  /// Most actions of a scripted rollout.
  static let maximumActions = 500_000

  private static let rolloutKeys = [
    "name", "task", "policy", "adaptation_steps", "rollouts_per_task", "inner_learning_rates",
    "deterministic", "episodes", "initial_state", "actions", "actions_from",
    "continue_after_termination", "expect",
  ]
  private static let policyKeys = [
    "adaptation_steps", "rollouts_per_task", "inner_learning_rates", "deterministic",
  ]

  /// Reads a script from a file, and the tables of actions it names.
  ///
  /// - Throws: `FileError`, `YAMLError` or `ReplayError`, with the place.
  public init(path: String) throws {
    let bytes = try FileSystem.contents(of: path, limit: YAMLDocument.maximumBytes)
    let text = String(decoding: bytes, as: UTF8.self)
    try self.init(text: text, origin: path, folder: FileSystem.parentFolder(of: path))
  }

  /// Reads a script.
  ///
  /// - Parameters:
  ///   - text: the YAML document.
  ///   - origin: the file's name as errors show it.
  ///   - folder: where `actions_from` is looked for, and cannot leave.
  /// - Throws: `YAMLError`, `FileError` or `ReplayError`, with the place.
  public init(text: String, origin: String, folder: String) throws {
    let script = try YAMLDocument(text: text, origin: origin).root.mapping()
    try script.checkKeys(["environment", "seed", "rollouts"])
    self.origin = origin
    environment = try script.required("environment").string()
    seed = try script["seed"]?.unsigned() ?? 0
    let nodes = try script.required("rollouts").list()
    guard !nodes.isEmpty else {
      throw script.node.error("needs at least one rollout under 'rollouts'")
    }
    rollouts = []
    for (index, node) in nodes.enumerated() {
      rollouts.append(try Self.rollout(node, index: index, folder: folder))
    }
  }

  private static func rollout(
    _ node: YAMLNode, index: Int, folder: String
  ) throws -> Rollout {
    let mapping = try node.mapping()
    try mapping.checkKeys(rolloutKeys)
    let actor = try actor(mapping, folder: folder)
    let goesOn = try mapping["continue_after_termination"]?.boolean() ?? false
    if goesOn, case .policy = actor {
      throw node.error("'continue_after_termination' goes with actions, not with a policy")
    }
    return Rollout(
      name: try mapping["name"]?.string() ?? "rollout \(index)",
      task: try taskChoice(try mapping.required("task")),
      actor: actor,
      episodes: try mapping["episodes"]?.integer(in: 1...maximumEpisodes) ?? 1,
      initialState: LaneState(
        try namedVectors(mapping["initial_state"]).map { .init(name: $0.name, values: $0.values) }),
      continuesAfterTermination: goesOn,
      expectations: try mapping["expect"].map(ReplayExpectation.list) ?? [],
      line: node.line)
  }

  private static func actor(_ rollout: YAMLMapping, folder: String) throws -> Actor {
    let given = ["policy", "actions", "actions_from"].filter { rollout[$0] != nil }
    guard given.count == 1 else {
      throw rollout.node.error(
        "needs exactly one of policy, actions and actions_from, not "
          + (given.isEmpty ? "none" : given.joined(separator: " and ")))
    }
    if let node = rollout["policy"] {
      return .policy(try policyRequest(node, rollout))
    }
    if let key = policyKeys.first(where: { rollout[$0] != nil }), let node = rollout[key] {
      throw node.error("goes with 'policy', not with '\(given[0])'")
    }
    if let node = rollout["actions_from"] {
      return .actions(try ActionTable.rows(file: try node.string(), folder: folder, at: node))
    }
    let table = try rollout.required("actions")
    let rows = try table.list()
    guard (1...maximumActions).contains(rows.count) else {
      throw table.error(
        "must have 1 to \(maximumActions) actions, not \(rows.count)")
    }
    return .actions(try rows.map { $0.isList ? try $0.numbers() : [try $0.number()] })
  }

  private static func policyRequest(
    _ node: YAMLNode, _ rollout: YAMLMapping
  ) throws -> PolicyRequest {
    let steps = try rollout["adaptation_steps"]?.integer(in: 0...1000) ?? 0
    let rates = try rollout["inner_learning_rates"]?.numbers(count: steps)
    if let rate = rates?.first(where: { $0 < 0 }), let ratesNode = rollout["inner_learning_rates"] {
      throw ratesNode.error("has \(rate); learning rates are 0 or more")
    }
    return PolicyRequest(
      path: try node.string(),
      adaptationSteps: steps,
      deterministic: try rollout["deterministic"]?.boolean() ?? false,
      rolloutsPerTask: try rollout["rollouts_per_task"]?.integer(in: 1...maximumEpisodes),
      innerLearningRates: rates)
  }

  private static func taskChoice(_ node: YAMLNode) throws -> TaskChoice {
    let mapping = try node.mapping()
    if let split = mapping["split"] {
      try mapping.checkKeys(["split", "index"])
      return .draw(
        split: try split.choice(of: TaskSplit.self),
        index: try mapping["index"]?.integer(in: 0...Int(UInt32.max)) ?? 0)
    }
    return .parameters(
      TaskParameters(
        try namedVectors(node).map { .init(name: $0.name, values: $0.values) }))
  }

  /// Named numbers and lists of numbers; nested lists are flattened row by row.
  private static func namedVectors(
    _ node: YAMLNode?
  ) throws -> [(name: String, values: [Double])] {
    try node?.mapping().entries.map { ($0.key, try flattened($0.value)) } ?? []
  }

  private static func flattened(_ node: YAMLNode) throws -> [Double] {
    node.isList ? try node.list().flatMap(flattened) : [try node.number()]
  }
}
