extension Algorithm {
  /// Proximal meta-policy search: several clipped epochs through the adaptation, with a penalty on
  /// the KL of the policy before it.
  ///
  /// Rothfuss et al. 2019, arXiv:1810.06784, algorithm 1; numbers of the published scripts.
  public static let promp = Algorithm(
    name: "promp", source: "arXiv:1810.06784, algorithm 1",
    summary: "clipped epochs through the adaptation with an inner KL penalty"
  ) {
    $0.advantages.gaeLambda = 1
    $0.outer.objective = .clipped
    $0.outer.clipRange = 0.3
    $0.outer.innerKLPenalty = 5e-4
    $0.outer.step = .adam
    $0.outer.outerLearningRate = 1e-3
    $0.outer.epochs = 5
  }

  /// ProMP without its penalty: the clipped objective of PPO through the adaptation.
  ///
  /// Schulman et al. 2017, arXiv:1707.06347, eq. 7.
  public static let ppo = Algorithm(
    name: "ppo", source: "arXiv:1707.06347, eq. 7",
    summary: "clipped epochs through the adaptation, without a penalty"
  ) {
    $0.outer.objective = .clipped
    $0.outer.clipRange = 0.2
    $0.outer.step = .adam
    $0.outer.outerLearningRate = 1e-3
    $0.outer.epochs = 5
  }

  /// The plain policy gradient through the adaptation: one Adam step an iteration.
  ///
  /// Finn et al. 2017, arXiv:1703.03400, algorithm 3, line 10.
  public static let vpg = Algorithm(
    name: "vpg", source: "arXiv:1703.03400, algorithm 3",
    summary: "one Adam step on the meta-gradient an iteration"
  ) {
    $0.outer.step = .adam
    $0.outer.outerLearningRate = 1e-3
  }
}
