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

  /// The step that the configuration names.
  public func makeStep() -> any OuterStep {
    switch step {
    case .trpo: TrustRegionStep(configuration: self)
    case .adam:
      AdamStep(learningRate: outerLearningRate, epochs: epochs, maximumKL: maximumStepKL)
    case .average:
      AverageStep(
        rate: averageRate, annealIterations: averageAnnealIterations, maximumKL: maximumStepKL)
    }
  }
}
