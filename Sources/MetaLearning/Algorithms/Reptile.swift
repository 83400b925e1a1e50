extension Algorithm {
  /// θ moves towards where the tasks' inner steps lead; nothing is differentiated.
  ///
  /// Nichol et al. 2018, arXiv:1803.02999, algorithm 2. With one inner step it is joint training, so
  /// the row has three, all as long. The paper has no result in reinforcement learning.
  public static let reptile = Algorithm(
    name: "reptile", source: "arXiv:1803.02999, algorithm 2",
    summary: "moves the start to where the inner steps lead"
  ) {
    $0.adaptation.steps = 3
    $0.adaptation.laterStepFactor = 1
    $0.adaptation.order = .first
    $0.outer.step = .average
  }
}
