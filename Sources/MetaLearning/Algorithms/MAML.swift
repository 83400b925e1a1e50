extension Algorithm {
  /// Meta-training through the adaptation by TRPO.
  ///
  /// Finn et al. 2017, arXiv:1703.03400, algorithm 3. The defaults are its row, with the estimator
  /// and λ that docs/Results.md arrives at; the paper's are `log-likelihood` and 1.
  public static let maml = Algorithm(
    name: "maml", source: "arXiv:1703.03400, algorithm 3",
    summary: "trains the start through the adaptation, exactly, by TRPO")
}
