extension Algorithm {
  /// Context parameters φ joined to the input are all that adapts, from zero for every task; θ is
  /// shared and trained through the step.
  ///
  /// Zintgraf et al. 2019, arXiv:1810.03642, algorithm 2; α and the number of context parameters
  /// of its 2D navigation.
  public static let cavia = Algorithm(
    name: "cavia", source: "arXiv:1810.03642, algorithm 2",
    summary: "context parameters joined to the input are all that adapts"
  ) {
    $0.policy.context = 5
    $0.adaptation.part = .context
    $0.adaptation.innerLearningRate = 1
  }
}
