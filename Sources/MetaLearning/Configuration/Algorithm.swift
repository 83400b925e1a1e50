/// A named algorithm: a row of choices laid over a configuration, and nothing else.
///
/// The rows differ in how θ is trained; all of them are evaluated by one evaluator, on the same
/// tasks, start states and noise.
public enum Algorithm: String, Sendable, CaseIterable, Codable {
  /// Training through the adaptation. Source: Finn et al. 2017, arXiv:1703.03400.
  case maml
  /// Multi-task policy gradient: the same outer step on the same tasks without adaptation in
  /// training; what adapts afterwards is what learning all tasks at once has left.
  case pretrained
  /// A policy that is shown the task and needs no adaptation: about the best to be had.
  case oracle

  /// What an algorithm chooses.
  public struct Choices: Sendable, Hashable {
    /// Whether θ is trained through the adaptation, or as it is (K = 0).
    public let adaptsInTraining: Bool
    /// Whether the adaptation is part of validation and evaluation.
    public let adaptsInEvaluation: Bool
    /// Whether the task's parameters are joined to the observation.
    public let seesTask: Bool
  }

  /// The row of this algorithm.
  public var choices: Choices {
    switch self {
    case .maml: Choices(adaptsInTraining: true, adaptsInEvaluation: true, seesTask: false)
    case .pretrained: Choices(adaptsInTraining: false, adaptsInEvaluation: true, seesTask: false)
    case .oracle: Choices(adaptsInTraining: false, adaptsInEvaluation: false, seesTask: true)
    }
  }
}

extension LearnerConfiguration {
  /// The configuration that the learner trains with under the algorithm.
  ///
  /// Where training does not adapt, K is 0 and the one batch that is left of K + 1 takes all
  /// their episodes, so that an iteration samples as many as it would have with adaptation.
  /// Applied twice, it changes nothing more.
  public var inTraining: LearnerConfiguration {
    guard !algorithm.choices.adaptsInTraining else { return self }
    var training = self
    training.adaptation.steps = 0
    training.sampling.rolloutsPerTask *= adaptation.steps + 1
    return training
  }

  /// The family as the algorithm's policy sees it.
  public func family(seenOf family: any TaskFamily) -> any TaskFamily {
    algorithm.choices.seesTask ? OracleTaskFamily(family) : family
  }
}
