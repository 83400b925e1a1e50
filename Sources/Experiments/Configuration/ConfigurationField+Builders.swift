import MetaLearning

extension ConfigurationField {
  static func integer(
    _ path: String, _ property: WritableKeyPath<RunConfiguration, Int> & Sendable,
    _ range: ClosedRange<Int>, _ comment: String, changesNumbers: Bool = true,
    formerly: String? = nil
  ) -> ConfigurationField {
    ConfigurationField(
      path: path, kind: .integer(range), comment: comment, changesNumbers: changesNumbers,
      get: { .integer($0[keyPath: property]) },
      set: { if case .integer(let value) = $1 { $0[keyPath: property] = value } },
      formerPath: formerly)
  }

  static func seed(
    _ path: String, _ property: WritableKeyPath<RunConfiguration, UInt64> & Sendable,
    _ comment: String
  ) -> ConfigurationField {
    ConfigurationField(
      path: path, kind: .seed, comment: comment, changesNumbers: true,
      get: { .seed($0[keyPath: property]) },
      set: { if case .seed(let value) = $1 { $0[keyPath: property] = value } })
  }

  static func number(
    _ path: String, _ property: WritableKeyPath<RunConfiguration, Double> & Sendable,
    _ range: NumberRange, _ comment: String, formerly: String? = nil
  ) -> ConfigurationField {
    ConfigurationField(
      path: path, kind: .number(range), comment: comment, changesNumbers: true,
      get: { .number($0[keyPath: property]) },
      set: { if case .number(let value) = $1 { $0[keyPath: property] = value } },
      formerPath: formerly)
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ path: String, _ property: WritableKeyPath<RunConfiguration, Choice> & Sendable,
    _ comment: String
  ) -> ConfigurationField {
    ConfigurationField(
      path: path, kind: .choice(Choice.allCases.map(\.rawValue)), comment: comment,
      changesNumbers: true,
      get: { .text($0[keyPath: property].rawValue) },
      set: {
        guard case .text(let name) = $1, let value = Choice(rawValue: name) else { return }
        $0[keyPath: property] = value
      })
  }

  /// The algorithm; a former name of one is read as its present one.
  static func algorithm(_ path: String, _ comment: String) -> ConfigurationField {
    var field = choice(path, \.learner.algorithm, comment)
    field.formerNames = Algorithm.formerNames
    return field
  }

  static func integers(
    _ path: String, _ property: WritableKeyPath<RunConfiguration, [Int]> & Sendable,
    _ range: ClosedRange<Int>, _ comment: String
  ) -> ConfigurationField {
    ConfigurationField(
      path: path, kind: .integers(range), comment: comment, changesNumbers: true,
      get: { .integers($0[keyPath: property]) },
      set: { if case .integers(let value) = $1 { $0[keyPath: property] = value } })
  }

  static func text(
    _ path: String, _ property: WritableKeyPath<RunConfiguration, String> & Sendable,
    _ comment: String
  ) -> ConfigurationField {
    ConfigurationField(
      path: path, kind: .text, comment: comment, changesNumbers: true,
      get: { .text($0[keyPath: property]) },
      set: { if case .text(let value) = $1 { $0[keyPath: property] = value } })
  }

  static func texts(
    _ path: String, _ property: WritableKeyPath<RunConfiguration, [String]> & Sendable,
    _ comment: String
  ) -> ConfigurationField {
    ConfigurationField(
      path: path, kind: .texts, comment: comment, changesNumbers: false,
      get: { .texts($0[keyPath: property]) },
      set: { if case .texts(let value) = $1 { $0[keyPath: property] = value } })
  }
}
