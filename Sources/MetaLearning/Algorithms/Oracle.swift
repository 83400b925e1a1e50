extension Algorithm {
  /// A policy that is shown the task and needs no adaptation: about the best to be had.
  public static let oracle = Algorithm(
    name: "oracle", source: "arXiv:1703.03400, section 5.3 (oracle)",
    summary: "is shown the task and does not adapt",
    adaptsInTraining: false, adaptsInEvaluation: false, seesTask: true)
}
