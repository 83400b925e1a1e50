import Files
import MetaLearning

extension LearnerConfiguration {
  private static let sections = [
    "policy", "sampling", "advantages", "examples", "adaptation", "outer",
  ]

  private static var fields: [ConfigurationField] {
    RunConfiguration.fields.filter { field in
      field.section.map(sections.contains) ?? (field.path == "algorithm")
    }
  }

  /// The settings as one JSON object, keys as on the command line (`outer.damping`).
  public var json: JSONValue {
    var run = RunConfiguration()
    run.learner = self
    return .object(Self.fields.map { JSONValue.Member($0.path, $0.get(run).json) })
  }

  /// Settings from such an object; what it lacks has its default.
  ///
  /// - Throws: `ConfigurationError` naming an unknown key or a value out of range.
  public init(json: JSONValue) throws(ConfigurationError) {
    guard let members = json.members else {
      throw .value(path: "learner", problem: "must be a JSON object")
    }
    var run = RunConfiguration()
    if let name = json["algorithm"]?.text, let row = Algorithm(rawValue: name) { run.lay(row) }
    for member in members {
      guard let field = Self.fields.first(where: { $0.path == member.key }) else {
        throw .value(path: member.key, problem: "is not a known setting")
      }
      guard let value = field.value(from: member.value) else {
        throw .value(path: member.key, problem: "must be \(field.expectation)")
      }
      if let problem = field.problem(with: value) {
        throw .value(path: member.key, problem: problem)
      }
      field.set(&run, value)
    }
    self = run.learner
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
