import MetaLearning

extension RunConfiguration {
  /// The keys of convolutional networks.
  static let imageFields: [ConfigurationField] = [
    .integers(
      "policy.filters", \.learner.policy.filters, 1...4096,
      "Filters of convolutional blocks below the hidden layers; [] for none (images)."),
    .choice(
      "policy.downsampling", \.learner.policy.downsampling,
      "How a block halves the image: pool (2 x 2, the greatest) or stride."),
    .choice(
      "policy.batch_norm", \.learner.policy.batchNorm,
      "Statistics that normalize a block: transductive (the batch's own) or none."),
  ]

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
