import DenseMath

/// What an outer step remembers from iteration to iteration: named vectors and counts, a part of
/// the run's state.
public struct OuterState: Sendable, Equatable {
  /// Vectors by name, such as Adam's `first_moment` [P + R].
  public var vectors: [String: [Double]]
  /// Counts by name, such as Adam's `step`, ≥ 0.
  public var counts: [String: Int]

  /// A state from its parts.
  public init(vectors: [String: [Double]] = [:], counts: [String: Int] = [:]) {
    self.vectors = vectors
    self.counts = counts
  }
}

/// How the outer loop moves the meta-parameters.
public protocol OuterStep: Sendable {
  /// The state before the first step, for P + R meta-parameters.
  func initialState(count: Int) -> OuterState

  /// Takes the step and looks at where it leads.
  ///
  /// - Parameters:
  ///   - meta: (θ, rates), [P + R].
  ///   - problem: the meta-batch, with old policies fixed by `metaGradient`.
  ///   - metaGradient: at `meta`.
  ///   - state: changed by an accepted step alone.
  /// - Returns: the new meta-parameters with their objective and KL; or the old ones with the
  ///   reason.
  /// - Throws: nothing of its own; the workers' errors.
  func take<Scalar: DenseScalar>(
    _ meta: [Scalar], problem: OuterProblem<Scalar>, metaGradient: MetaGradient,
    state: inout OuterState
  ) async throws -> OuterStepResult<Scalar>
}

extension OuterStepResult {
  /// A step that was not taken.
  static func rejected(
    _ reason: StepRejection, _ meta: [Scalar], _ metaGradient: MetaGradient, kl: Double? = nil,
    candidates: Int = 0
  ) -> OuterStepResult<Scalar> {
    OuterStepResult(
      parameters: meta, outcome: .rejected(reason), surrogateAfter: metaGradient.surrogateLoss,
      kl: kl, candidates: candidates, stepNorm: 0)
  }
}

extension OuterStepResult where Scalar: DenseScalar {
  /// A step that was taken without a look at where it leads.
  static func unseen(_ parameters: [Scalar], from meta: [Scalar]) -> OuterStepResult<Scalar> {
    OuterStepResult(
      parameters: parameters, outcome: .accepted, surrogateAfter: .nan, kl: nil, candidates: 1,
      stepNorm: distance(parameters, meta))
  }
}
