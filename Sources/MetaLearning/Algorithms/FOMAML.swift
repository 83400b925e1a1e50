extension Algorithm {
  /// MAML past the inner steps: ∂θ′/∂θ is taken as the identity.
  ///
  /// Finn et al. 2017, arXiv:1703.03400, section 5.2. No Hessian products: an outer step costs a
  /// half or less.
  public static let fomaml = Algorithm(
    name: "fomaml", source: "arXiv:1703.03400, section 5.2",
    summary: "MAML with the derivative of the adaptation taken as the identity"
  ) {
    $0.adaptation.order = .first
  }
}
