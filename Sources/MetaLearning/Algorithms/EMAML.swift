extension Algorithm {
  /// MAML whose outer loss also credits the sampling before adaptation for the return after it.
  ///
  /// Stadie et al. 2018, arXiv:1803.01118, eq. 3; the credit is standardized over tasks. It is a sum
  /// over the steps of an episode where the surrogate is a mean over them, so that 1/H is its share
  /// in the gradient of the return: 0.01 for the 100 steps of the paper's kind of task. With 1 the
  /// credit outweighs the surrogate by H, and θ follows it away (docs/Results.md).
  public static let eMAML = Algorithm(
    name: "e-maml", source: "arXiv:1803.01118, eq. 3",
    summary: "MAML that credits the sampling before adaptation"
  ) {
    $0.adaptation.estimator = .logLikelihood
    $0.outer.supportCredit = 0.01
  }
}
