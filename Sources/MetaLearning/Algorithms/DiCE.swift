extension Algorithm {
  /// MAML through the Loaded-DiCE surrogate, whose Hessian is unbiased.
  ///
  /// Foerster et al. 2018, arXiv:1802.05098; Farquhar et al. 2019, arXiv:1909.10549, eq. 12. λ of
  /// the surrogate is `adaptation.dice_lambda`.
  public static let dice = Algorithm(
    name: "dice", source: "arXiv:1909.10549, eq. 12",
    summary: "MAML through the Loaded-DiCE surrogate"
  ) {
    $0.adaptation.estimator = .dice
  }
}
