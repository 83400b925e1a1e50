import Environments
import MetaLearning
import StrictYAML

extension RunConfiguration {
  /// The section of `config.yaml` that records how a run was made; read apart.
  static let provenanceSection = "provenance"

  /// Lays a configuration file over this configuration: its keys win, the others stay.
  ///
  /// - Parameters:
  ///   - yaml: the file's text.
  ///   - origin: its name, for messages.
  ///   - row: an algorithm that is named elsewhere, before which the file's own gives way.
  ///   - base: what an algorithm's row is laid over.
  /// - Throws: `ConfigurationError` naming line and key for unknown keys (with the nearest
  ///   known one), wrong types and values out of range; then nothing was changed.
  public mutating func apply(
    yaml: String, origin: String, row: Algorithm? = nil,
    base: LearnerConfiguration = LearnerConfiguration()
  ) throws(ConfigurationError) {
    do throws(YAMLError) {
      try apply(YAMLDocument(text: yaml, origin: origin).root, row: row, base: base)
    } catch {
      throw .text(error)
    }
  }

  /// The configuration that a run has recorded, by this program or an older one.
  ///
  /// - Throws: `ConfigurationError`, as `apply` and `validate`.
  init(recorded text: String, origin: String) throws(ConfigurationError) {
    try apply(yaml: text, origin: origin)
    try requireUse()
    if !setKeys.entries.contains(where: { $0.path == LearnerConfiguration.laterStepFactorKey }) {
      learner.takeFormerSchedule()
    }
    // What is laid over it now is the user's.
    setKeys = SetKeys()
  }

  /// Sets one key, as `--set` does.
  ///
  /// - Parameter assignment: `key.path=value`, the value in YAML; lists also as `100,100`.
  /// - Throws: `ConfigurationError` for an unknown key (with the nearest known one) or a value
  ///   that the key does not take.
  public mutating func set(_ assignment: String) throws(ConfigurationError) {
    guard let equals = assignment.firstIndex(of: "=") else {
      throw .assignment(
        text: assignment, reason: "write key.path=value, as in trust_region.damping=1e-4")
    }
    let path = String(assignment[..<equals])
    let text = String(assignment[assignment.index(after: equals)...])
    guard let field = Self.fields.first(where: { $0.path == path }) else {
      if let field = Self.fields.first(where: { $0.formerPath == path }) {
        throw .assignment(text: assignment, reason: "the key is '\(field.path)' now")
      }
      let known = Self.fields.map(\.path)
      let suffix = known.first { $0.hasSuffix(".\(path)") }
      let hint = (suffix ?? nearestName(to: path, in: known)).map { "; did you mean '\($0)'?" }
      throw .assignment(
        text: assignment,
        reason: "unknown key\(hint ?? "; known keys: \(known.joined(separator: ", "))")")
    }
    do throws(YAMLError) {
      let document = try YAMLDocument(text: "\(path): \(text)", origin: "--set")
      let mapping = try document.root.mapping()
      guard mapping.keys == [path] else {
        throw YAMLError(origin: "--set", line: nil, message: "one value expected")
      }
      let value = try field.value(from: mapping.required(path))
      field.set(&self, value)
      setKeys.entries.append(SetKeys.Entry(path: path, place: nil))
    } catch {
      throw .text(error)
    }
  }

  /// Starts from an algorithm's row: the learner's choices are its own and those of the base.
  ///
  /// One that is not trained has no iterations.
  ///
  /// - Parameters:
  ///   - algorithm: the row.
  ///   - base: the defaults, or what a family's trainings start from.
  public mutating func lay(
    _ algorithm: Algorithm, over base: LearnerConfiguration = LearnerConfiguration()
  ) {
    learner = base
    algorithm.lay(under: &learner)
    if !algorithm.isTrained { iterations = 0 }
  }

  /// What trainings on a family start from: the defaults, and its section `training` over them.
  ///
  /// On examples inner steps are all of one size, as in the papers (Finn et al. 2017,
  /// arXiv:1703.03400, section 5.1).
  ///
  /// - Throws: `ConfigurationError` naming line and key, as for a file.
  public init(startingOn family: DefinedTaskFamily) throws(ConfigurationError) {
    self.init()
    if family.examples != nil { learner.adaptation.laterStepFactor = 1 }
    guard let training = family.definition.training else { return }
    do throws(YAMLError) {
      let root = try training.mapping()
      for key in ["family", "environments", "physics", "seed", "algorithm"] {
        if let node = root[key] {
          throw node.error("is chosen with the training, not by a family")
        }
      }
      try apply(training, row: nil)
    } catch {
      throw .text(error)
    }
    try requireUse()
    // What is laid over it now is the user's.
    setKeys = SetKeys()
  }

  /// The algorithm that a `key.path=value` names; nil where it sets something else.
  ///
  /// - Throws: `ConfigurationError` for a name that is none.
  public static func algorithm(
    in assignment: String
  ) throws(ConfigurationError) -> Algorithm? {
    guard assignment.hasPrefix("algorithm=") else { return nil }
    var configuration = RunConfiguration()
    try configuration.set(assignment)
    return configuration.learner.algorithm
  }

  /// Checks every range again, for values that were set in code or by flags, and that there is a
  /// use for every key that was set.
  public func validate() throws(ConfigurationError) {
    try requireUse()
    for field in Self.fields {
      if let problem = field.problem(with: field.get(self)) {
        throw .value(path: field.path, problem: problem)
      }
    }
    guard learner.algorithm.isTrained || iterations == 0 else {
      throw .value(
        path: "iterations",
        problem: "must be 0, not \(iterations): '\(learner.algorithm.name)' is not trained")
    }
    let tasks = iterations * learner.sampling.metaBatchSize
    guard tasks <= Self.mostTrainingTasks else {
      throw .value(
        path: "iterations",
        problem: "times sampling.meta_batch_size is \(tasks) tasks; a run draws at most "
          + "\(Self.mostTrainingTasks)")
    }
  }

  /// Most tasks of a run: every task has its own address of 32 bits.
  static let mostTrainingTasks = 1 << 32

  /// Keys by which another configuration would give other numbers.
  ///
  /// Number of iterations, workers, checkpoint rhythm and folders are left out: a run may be
  /// resumed with other ones.
  ///
  /// - Returns: key, value here, value there, as in files.
  public func differences(
    changingNumbersFrom other: RunConfiguration
  ) -> [(path: String, value: String, other: String)] {
    Self.fields.filter {
      $0.changesNumbers && $0.isRead(in: self) && $0.isRead(in: other)
        && $0.get(self) != $0.get(other)
    }.map { ($0.path, $0.get(self).yaml, $0.get(other).yaml) }
  }

  private mutating func apply(
    _ node: YAMLNode, row: Algorithm?, base: LearnerConfiguration = LearnerConfiguration()
  ) throws(YAMLError) {
    var result = self
    let root = try node.mapping()
    let top = Self.fields.filter { $0.section == nil }
    var sections: [String] = []
    for field in Self.fields {
      if let section = field.section, !sections.contains(section) { sections.append(section) }
    }
    try root.checkKeys(top.map(\.key) + sections + [Self.provenanceSection])
    // The row of the algorithm lies under everything else that the file says.
    if let field = top.first(where: { $0.path == "algorithm" }), let node = root[field.key],
      case .text(let name) = try field.value(from: node), let own = Algorithm(rawValue: name)
    {
      result.lay(row ?? own, over: base)
    }
    try result.apply(top, from: root)
    if let row { result.learner.algorithm = row }
    for section in sections {
      guard let node = root[section] else { continue }
      let fields = Self.fields.filter { $0.section == section }
      let mapping = try node.mapping()
      let former = Self.fields.filter { field in
        mapping.keys.contains { field.formerPath == "\(section).\($0)" }
      }
      try mapping.checkKeys(
        fields.map(\.key) + former.compactMap { $0.formerPath.map { Self.key(of: $0) } })
      try result.apply(fields, from: mapping)
      // Older files have all keys of one section, whether or not anything reads them.
      for field in former {
        guard let path = field.formerPath, let node = mapping[Self.key(of: path)] else { continue }
        field.set(&result, try field.value(from: node))
      }
    }
    if let node = root[Self.provenanceSection] { _ = try Provenance(node) }
    self = result
  }

  private mutating func apply(
    _ fields: [ConfigurationField], from mapping: YAMLMapping
  ) throws(YAMLError) {
    for field in fields {
      guard let node = mapping[field.key] else { continue }
      field.set(&self, try field.value(from: node))
      setKeys.entries.append(
        SetKeys.Entry(path: field.path, place: (origin: node.origin, line: node.line)))
    }
  }

  private static func key(of path: String) -> String {
    String(path.drop { $0 != "." }.dropFirst())
  }
}

extension ConfigurationField {
  /// The value of a node, checked against the field's kind and range.
  func value(from node: YAMLNode) throws(YAMLError) -> ConfigurationValue {
    let value: ConfigurationValue
    switch kind {
    case .integer: value = .integer(try node.integer())
    case .seed: value = .seed(try node.unsigned())
    case .number: value = .number(try node.number())
    case .choice(let names):
      if let former = try? node.string(), let name = formerNames[former] {
        value = .text(name)
      } else {
        value = .text(try node.choice(of: names))
      }
    case .integers: value = .integers(try Self.integers(node))
    case .text: value = .text(try node.string())
    case .texts:
      var texts: [String] = []
      for item in try node.list() { texts.append(try item.string()) }
      value = .texts(texts)
    }
    if let problem = problem(with: value) { throw node.error(problem) }
    return value
  }

  /// A list of whole numbers: `[100, 100]`, `100` or `100,100`.
  private static func integers(_ node: YAMLNode) throws(YAMLError) -> [Int] {
    if !node.isList, node.isNumber { return [try node.integer()] }
    if node.isString {
      let parts = try node.string().split(separator: ",", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { Int($0.drop { $0 == " " }) }
      if numbers.count == parts.count { return numbers }
    }
    var integers: [Int] = []
    for item in try node.list() { integers.append(try item.integer()) }
    return integers
  }
}
