extension Algorithm {
  /// MAML whose inner steps change the last layer alone; the whole of θ is trained through them.
  ///
  /// Raghu et al. 2020, arXiv:1909.09157, section 4. The paper does not say whether log σ adapts;
  /// here it does not, and in `anil-with-deviation` it does.
  public static let anil = Algorithm(
    name: "anil", source: "arXiv:1909.09157, section 4",
    summary: "MAML whose inner steps change the last layer alone"
  ) {
    $0.adaptation.part = .head
  }

  /// ANIL whose inner steps change the last layer and log σ, as the one public program for
  /// reinforcement learning does (Kostis-S-Z/exploring_meta).
  public static let anilWithDeviation = Algorithm(
    name: "anil-with-deviation", source: "arXiv:1909.09157, section 4",
    summary: "ANIL whose inner steps change log σ too"
  ) {
    $0.adaptation.part = .headAndDeviation
  }
}
