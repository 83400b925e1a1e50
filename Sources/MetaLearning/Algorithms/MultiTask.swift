extension Algorithm {
  /// The same outer step on the same tasks without adaptation in training; what adapts afterwards
  /// is what learning all tasks at once has left (the papers' *pretrained*).
  public static let multiTask = Algorithm(
    name: "multi-task", source: "arXiv:1703.03400, section 5.3 (pretrained)",
    summary: "policy gradient on all tasks at once, without adaptation in training",
    adaptsInTraining: false)
}
