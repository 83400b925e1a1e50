extension Algorithm {
  /// MAML with a learned inner rate for every tensor and step: of MAML++ what concerns rates.
  ///
  /// Antoniou et al. 2019, arXiv:1810.09502, section 4 (LSLR).
  public static let mamlPlusPlus = Algorithm(
    name: "maml-lslr", source: "arXiv:1810.09502, section 4",
    summary: "MAML with a learned inner rate for every tensor and step"
  ) {
    $0.adaptation.learnedRates = .tensorwise
  }
}
