import Files
import MetaLearning

extension LearnerConfiguration {
  private static let sections =
    ["policy", "sampling", "advantages", "examples", "adaptation", "outer"]
    + ConfigurationUse.all.map(\.section)

  private static var fields: [ConfigurationField] {
    RunConfiguration.fields.filter { field in
      field.section.map(sections.contains) ?? (field.path == "algorithm")
    }
  }

  /// The settings as one JSON object, keys as on the command line (`trust_region.damping`); those
  /// that nothing reads are left out.
  public var json: JSONValue {
    var run = RunConfiguration()
    run.learner = self
    return .object(
      Self.fields.filter { $0.isRead(in: run) }.map {
        JSONValue.Member($0.path, $0.get(run).json)
      })
  }

  /// Settings from such an object; what it lacks has its default, and keys of older files are read.
  ///
  /// - Throws: `ConfigurationError` naming an unknown key or a value out of range.
  public init(json: JSONValue) throws(ConfigurationError) {
    guard let members = json.members else {
      throw .value(path: "learner", problem: "must be a JSON object")
    }
    var run = RunConfiguration()
    if let name = json["algorithm"]?.text, let row = Algorithm(rawValue: name) { run.lay(row) }
    for member in members {
      let fields = Self.fields.filter { $0.path == member.key || $0.formerPath == member.key }
      guard let field = fields.first else {
        throw .value(path: member.key, problem: "is not a known setting")
      }
      if field.path == member.key {
        run.setKeys.entries.append(SetKeys.Entry(path: field.path, place: nil))
      }
      guard let value = field.value(from: member.value) else {
        throw .value(path: member.key, problem: "must be \(field.expectation)")
      }
      if let problem = field.problem(with: value) {
        throw .value(path: member.key, problem: problem)
      }
      field.set(&run, value)
    }
    if json[LearnerConfiguration.laterStepFactorKey] == nil {
      run.learner.takeFormerSchedule()
    }
    try run.requireUse()
    self = run.learner
  }
}

extension LearnerConfiguration {
  static let laterStepFactorKey = "adaptation.later_step_factor"

  /// The schedule of a run from before it was a key: trainings of several steps kept α, and what
  /// came after a training of one step halved it.
  mutating func takeFormerSchedule() {
    adaptation.laterStepFactor = adaptation.steps > 1 ? 1 : 0.5
  }
}

extension ConfigurationField {
  /// A JSON value as the field's kind, or nil when it is of another.
  func value(from json: JSONValue) -> ConfigurationValue? {
    switch kind {
    case .integer: return json.integer.map(ConfigurationValue.integer)
    case .seed:
      return (json.text ?? json.integer?.description).flatMap(UInt64.init).map(
        ConfigurationValue.seed)
    case .number: return json.number.map(ConfigurationValue.number)
    case .choice, .text: return json.text.map { .text(formerNames[$0] ?? $0) }
    case .integers:
      guard let elements = json.elements else { return nil }
      let integers = elements.compactMap(\.integer)
      return integers.count == elements.count ? .integers(integers) : nil
    case .texts:
      guard let elements = json.elements else { return nil }
      let texts = elements.compactMap(\.text)
      return texts.count == elements.count ? .texts(texts) : nil
    }
  }
}
