#if MuJoCo
  import MetaLearning
  import StrictYAML

  /// A number or vector of a reward: written in the definition, or a parameter of the task.
  enum RewardOperand: Sendable, Hashable {
    /// Numbers of the definition.
    case numbers([Double])
    /// The task parameter of that name.
    case parameter(String)

    /// Reads a number, a list of numbers, or the name of a task parameter.
    init(_ node: YAMLNode, size: Int, parameters: [String]) throws(YAMLError) {
      if node.isString {
        self = .parameter(try node.choice(of: parameters))
      } else if size == 1, !node.isList {
        self = .numbers([try node.number()])
      } else {
        self = .numbers(try node.numbers(count: size))
      }
    }

    /// The numbers, for a task.
    func values(_ task: TaskParameters) -> [Double] {
      switch self {
      case .numbers(let values): values
      case .parameter(let name): task[name] ?? []
      }
    }

    /// The number, for a task.
    func number(_ task: TaskParameters) -> Double {
      let values = values(task)
      precondition(values.count == 1, "\(text) has \(values.count) numbers; 1 expected")
      return values[0]
    }

    /// The two numbers, for a task.
    func pair(_ task: TaskParameters) -> SIMD2<Double> {
      let values = values(task)
      precondition(values.count == 2, "\(text) has \(values.count) numbers; 2 expected")
      return SIMD2(values[0], values[1])
    }

    /// As a formula shows it.
    var text: String {
      switch self {
      case .numbers(let values) where values.count == 1: "\(values[0])"
      case .numbers(let values): "[\(values.map(\.description).joined(separator: ", "))]"
      case .parameter(let name): name
      }
    }
  }

  /// A place in space: of a site or body, or given in numbers.
  ///
  /// In a definition: `{site: tip}`, `{body: hand}`, `[0.3, 0, 0.2]`, or the name of a task
  /// parameter of three numbers.
  enum RewardPlace: Sendable, Hashable {
    /// A thing of the model; `text` is how a formula shows it.
    case thing(ReadingSlice, text: String)
    /// Three numbers, m.
    case operand(RewardOperand)

    /// Reads a place.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(_ node: YAMLNode, model: MuJoCoModel, parameters: [String]) throws(YAMLError) {
      guard node.isMapping else {
        self = .operand(try RewardOperand(node, size: 3, parameters: parameters))
        return
      }
      let keys = try node.mapping()
      try keys.checkKeys(["site", "body"])
      guard keys.keys.count == 1 else { throw node.error("must have exactly one of: site, body") }
      let kind = keys["site"] == nil ? MuJoCoModel.Kind.body : .site
      let thing = try model.named(kind, keys.required(kind.rawValue))
      self = .thing(
        ReadingSlice(
          vector: kind == .site ? .sitePosition : .bodyPosition, first: 3 * thing.index, count: 3),
        text: "\(kind.rawValue) \(thing.name)")
    }

    /// As a formula shows it.
    var text: String {
      switch self {
      case .thing(_, let text): text
      case .operand(let operand): operand.text
      }
    }

    /// What is read of the simulation; nil for numbers.
    var slice: ReadingSlice? {
      if case .thing(let slice, _) = self { slice } else { nil }
    }
  }
#endif
