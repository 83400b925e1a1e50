extension Algorithm {
  /// No meta-training: the start as it was drawn, which adapts like any other.
  ///
  /// Finn et al. 2017, arXiv:1703.03400, section 5.3: what the inner steps alone reach.
  public static let random = Algorithm(
    name: "random", source: "arXiv:1703.03400, section 5.3 (random)",
    summary: "is not trained: what adaptation alone reaches", isTrained: false)
}
