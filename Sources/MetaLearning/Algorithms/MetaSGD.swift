extension Algorithm {
  /// MAML with an inner rate for every parameter, learned with θ and within the trust region.
  ///
  /// Li et al. 2017, arXiv:1707.09835, algorithm 2.
  public static let metaSGD = Algorithm(
    name: "meta-sgd", source: "arXiv:1707.09835, algorithm 2",
    summary: "MAML with a learned inner rate for every parameter"
  ) {
    $0.adaptation.learnedRates = .elementwise
  }
}
