import MetaLearning

extension RunConfiguration {
  /// The keys of tasks of examples.
  static let exampleFields: [ConfigurationField] = [
    .integer(
      "examples.shots", \.learner.examples.shots, 1...100_000,
      "Support examples of a task, of each class."),
    .integer(
      "examples.queries", \.learner.examples.queries, 1...100_000,
      "Query examples of a task, of each class."),
  ]
}
