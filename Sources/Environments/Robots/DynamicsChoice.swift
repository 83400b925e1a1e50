#if MuJoCo
  import MetaLearning
  import StrictYAML

  /// Which task parameter multiplies what of the model.
  ///
  /// In a definition: `mass: mass_scale`, of every body, or `mass: {hand: payload}`, of one.
  struct DynamicsChoice: Sendable {
    /// The factors of the dynamics that a task may set.
    enum Factor: String, CaseIterable {
      case mass, damping, friction, gravity, gear, length
    }

    let factor: Factor
    /// The one thing that is multiplied; nil for all.
    let target: (index: Int, name: String)?
    /// The task parameter.
    let parameter: String

    /// Reads the section `dynamics`.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    static func read(_ node: YAMLNode?, model: MuJoCoModel, parameters: [String])
      throws(YAMLError) -> [DynamicsChoice]
    {
      guard let node else { return [] }
      let keys = try node.mapping()
      try keys.checkKeys(Factor.allCases.map(\.rawValue))
      var choices: [DynamicsChoice] = []
      for factor in Factor.allCases {
        guard let value = keys[factor.rawValue], !value.isNull else { continue }
        guard value.isMapping, let kind = factor.kind else {
          guard factor != .length else {
            throw value.error("must name links: {BODY: PARAMETER}; no robot has one length")
          }
          choices.append(
            .init(factor: factor, target: nil, parameter: try value.choice(of: parameters)))
          continue
        }
        let things = try value.mapping()
        try things.checkKeys(model.names(of: kind))
        for (name, parameter) in things.entries {
          guard let index = model.index(of: kind, named: name) else { continue }
          if factor == .length, case .failure(let fault) = model.linkAxis(ofBody: index) {
            throw parameter.error("cannot be made longer: \(fault)")
          }
          choices.append(
            .init(
              factor: factor, target: (index, name),
              parameter: try parameter.choice(of: parameters)))
        }
      }
      return choices
    }

    /// The task parameter's rule.
    var rule: TaskParameterRule {
      TaskParameterRule(
        name: parameter, size: 1, unit: "",
        meaning: "factor on the \(target == nil ? "model's " : "")\(factor)"
          + (target.map { " of \($0.name)" } ?? ""),
        isPositive: factor != .gravity)
    }

    /// The choice's key for `show`.
    var key: String { "dynamics.\(factor)" + (target.map { ".\($0.name)" } ?? "") }
  }

  extension DynamicsChoice.Factor {
    /// The kind of thing of which one may be named; nil where there is only the whole.
    var kind: MuJoCoModel.Kind? {
      switch self {
      case .mass, .length: .body
      case .damping: .joint
      case .friction: .geom
      case .gear: .actuator
      case .gravity: nil
      }
    }
  }

  extension DynamicsScales {
    /// The factors of a task.
    ///
    /// - Parameters:
    ///   - dynamics: which task parameter multiplies what.
    ///   - task: holds each of them.
    init(_ dynamics: [DynamicsChoice], task: TaskParameters) {
      self.init()
      for choice in dynamics {
        guard let value = task[choice.parameter]?.first else {
          preconditionFailure("the task lacks \(choice.parameter)")
        }
        if let index = choice.target?.index {
          guard let quantity = choice.factor.quantity, value != 1 else { continue }
          parts.append(DynamicsPart(quantity, index: index, factor: value))
          continue
        }
        switch choice.factor {
        case .mass: mass = value
        case .damping: damping = value
        case .friction: friction = value
        case .gravity: gravity = value
        case .gear: gear = value
        case .length: preconditionFailure("a length is of one body")
        }
      }
    }
  }

  extension DynamicsChoice.Factor {
    fileprivate var quantity: DynamicsPart.Quantity? {
      switch self {
      case .mass: .mass
      case .damping: .damping
      case .friction: .friction
      case .gear: .gear
      case .length: .length
      case .gravity: nil
      }
    }
  }
#endif
