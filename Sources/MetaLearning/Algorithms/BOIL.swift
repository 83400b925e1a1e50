extension Algorithm {
  /// The opposite of ANIL: inner steps change everything but the last layer (and log σ).
  ///
  /// Oh et al. 2021, arXiv:2008.08882, section 3.
  public static let boil = Algorithm(
    name: "boil", source: "arXiv:2008.08882, section 3",
    summary: "MAML whose inner steps change everything but the last layer"
  ) {
    $0.adaptation.part = .body
  }
}
