import MetaLearning

extension FamilyDefinition {
  /// Everything that the definition decides, in a fixed order, numbers in exact form.
  public var choices: [Choice] {
    var all = [
      Choice("name", name),
      Choice("version", "\(version)", "counts changes of the family's numbers"),
      Choice("simulator", type(of: simulator).kind),
      Choice("horizon", "\(horizon)", "control steps"),
      Choice("action_scale", "\(actionScale)", "the policy's action is multiplied by it"),
    ]
    let section = type(of: simulator).section
    all += simulator.choices.map {
      Choice("\(section).\($0.key)", $0.value, $0.explanation, isInDigest: $0.isInDigest)
    }
    all += tables
    let splits = TaskSplit.allCases.filter { split in
      parameters.contains { $0.distributions[split] != nil }
    }
    for parameter in parameters {
      let rule = parameter.rule
      let unit = rule.unit.isEmpty ? "" : " in \(rule.unit)"
      for split in splits {
        let distribution = parameter.distributions[split]?.description ?? "as in train"
        all.append(
          Choice("task.\(rule.name).\(split.rawValue)", distribution, "\(rule.meaning)\(unit)"))
      }
    }
    return all
  }

  private var tables: [Choice] {
    var all: [Choice] = []
    for (index, entry) in simulator.observation.enumerated() {
      all.append(Choice("observation[\(index)]", entry.meaning, entry.unitAndRange))
    }
    switch simulator.actionSpace {
    case .continuous:
      for (index, entry) in simulator.action.enumerated() {
        all.append(Choice("action[\(index)]", entry.meaning, entry.unitAndRange))
      }
    case .discrete(let count):
      all.append(Choice("action", "one of \(count)", "index from 0"))
    }
    for term in simulator.rewardTerms {
      all.append(Choice("reward.\(term.name)", term.formula, "a term of the reward"))
    }
    all.append(Choice("ends", simulator.ends, "terminated; the horizon truncates"))
    return all
  }

  /// One line a choice, `key: value`, in the order of `choices`: what a digest is taken of.
  ///
  /// Explanations, summary and source are left out, and that MuJoCo steps a robot's model; every
  /// number that changes a result is in.
  public var canonicalDescription: String {
    choices.filter(\.isInDigest).map { "\($0.key): \($0.value)\n" }.joined()
  }
}

extension SpaceEntry {
  /// `unit, low … high`, as far as there are any.
  public var unitAndRange: String {
    let limits = range.map { "\($0.lowerBound) … \($0.upperBound)" } ?? "unbounded"
    return unit.isEmpty ? limits : "\(unit), \(limits)"
  }
}
