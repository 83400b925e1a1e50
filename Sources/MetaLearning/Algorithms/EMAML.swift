extension Algorithm {
  /// MAML whose outer loss also credits the sampling before adaptation for the return after it.
  ///
  /// Stadie et al. 2018, arXiv:1803.01118, eq. 3; the credit is standardized over tasks.
  public static let eMAML = Algorithm(
    name: "e-maml", source: "arXiv:1803.01118, eq. 3",
    summary: "MAML that credits the sampling before adaptation"
  ) {
    $0.adaptation.estimator = .logLikelihood
    $0.outer.supportCredit = 1
  }
}
