extension OuterConfiguration {
  /// The objective that the configuration names.
  ///
  /// - Parameter innerKLPenalty: η where it moves with the training; nil takes the configured one.
  /// - Returns: the objective, with a credit where one is configured.
  public func makeObjective(innerKLPenalty: Double? = nil) -> any OuterObjective {
    let base: any OuterObjective =
      switch objective {
      case .surrogate: SurrogateObjective()
      case .clipped:
        ClippedObjective(range: clipRange, innerKLPenalty: innerKLPenalty ?? self.innerKLPenalty)
      }
    return supportCredit > 0 ? CreditedObjective(base, credit: supportCredit) : base
  }

  /// The objective on examples: that of the configuration, with the multi-step loss if it is on.
  ///
  /// - Parameter iteration: meta-iterations done.
  /// - Returns: the objective.
  public func makeExampleObjective(iteration: Int) -> any OuterObjective {
    multiStepIterations > 0
      ? MultiStepObjective(
        makeObjective(), progress: Double(iteration) / Double(multiStepIterations))
      : makeObjective()
  }

  /// The step that the configuration names.
  ///
  /// - Parameter onExamples: leaves out looking at where a step of Adam or of the average leads,
  ///   which bounds the KL of policies; a trust region looks in any case.
  /// - Returns: the step.
  public func makeStep(onExamples: Bool = false) -> any OuterStep {
    switch step {
    case .trpo: TrustRegionStep(configuration: self)
    case .adam:
      AdamStep(
        learningRate: outerLearningRate, epochs: epochs, maximumKL: maximumStepKL,
        looksAhead: !onExamples)
    case .average:
      AverageStep(
        rate: averageRate, annealIterations: averageAnnealIterations, maximumKL: maximumStepKL,
        looksAhead: !onExamples)
    }
  }
}
