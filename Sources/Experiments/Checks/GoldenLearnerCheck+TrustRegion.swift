import DenseMath
import MetaLearning

extension GoldenLearnerCheck {
  /// The trust-region quantities, by two routes.
  ///
  /// At the reference direction s: ½ sᵀAs, the residual ‖g − As‖², the multiplier and the step
  /// are well conditioned and are held to the table's tolerance in every precision. The direction
  /// that conjugate gradient arrives at, and its residuals from some iteration on, amplify the
  /// rounding of the products. In single precision they are noise; in double they are held to what
  /// rounding is seen to do to them (`RoundingNoise`), and not judged where that is too much.
  func checkTrustRegion(
    _ reference: GoldenValue, name: String, _ adaptation: TaskAdaptation<Scalar>,
    into table: inout CheckTable
  ) async throws {
    let trpo = try reference["trpo"]
    let residuals = try trpo["residual_squared_norm_per_iter"].numbers
    let outer = try configuration(of: trpo, iterations: residuals.count)
    let objective = OuterProblem(
      policy: golden.policy, adaptations: [adaptation], workers: Workers(count: 1))
    let gradient = try await objective.metaGradient().gradient
    let wanted = try golden.vector(trpo["stepdir"])
    var product = try await objective.fisherProduct(wanted)
    addScaled(&product, outer.damping, wanted)
    let half = 0.5 * dot(wanted, product)
    let multiplier = (half / outer.maximumKL).squareRoot()
    var residual = gradient
    addScaled(&residual, -1, product)
    table.compare("\(name): TRPO ½ sᵀAs", [half], [try trpo["half_sAs"].number])
    table.compare(
      "\(name): TRPO residual", [dot(residual, residual)], [residuals.last ?? .nan],
      smallestScale: dot(gradient, gradient))
    table.compare(
      "\(name): TRPO multiplier", [multiplier], [try trpo["lagrange_multiplier"].number])
    compare(
      "\(name): TRPO step", wanted.map { $0 / multiplier }, try trpo["full_step"], &table)
    let direction = "\(name): TRPO direction after \(residuals.count) iterations"
    guard Scalar.self == Double.self else {
      table.addUnjudged("\(direction), and squared residuals: noise in single precision")
      return
    }
    let found = try await TrustRegionStep(configuration: outer)
      .direction(objective, gradient: gradient).conjugate
    let again = try await noisySolutions(steps: adaptation.steps, outer: outer)
    table.compare(
      direction, found.solution, wanted,
      noise: RoundingNoise(found.solution, again: again.map(\.solution)))
    compareResiduals(
      "\(name): TRPO squared residuals", found, again, residuals, into: &table)
  }

  /// δ and the damping are those of the format, 0.01 each, unless the file says otherwise.
  private func configuration(
    of trpo: GoldenValue, iterations: Int
  ) throws(GoldenError) -> OuterConfiguration {
    guard (1...1000).contains(iterations) else {
      throw try trpo["residual_squared_norm_per_iter"].error(
        "has \(iterations) iterations; 1 to 1000 are read")
    }
    var outer = OuterConfiguration()
    outer.damping = trpo.has("damping") ? try trpo["damping"].number : 0.01
    outer.maximumKL = trpo.has("max_kl") ? try trpo["max_kl"].number : 0.01
    outer.conjugateGradientIterations = iterations
    return outer
  }

  /// Residuals up to the iteration from which rounding decides; those from there on are named.
  private func compareResiduals(
    _ label: String, _ found: ConjugateGradientSolution, _ again: [ConjugateGradientSolution],
    _ reference: [Double], into table: inout CheckTable
  ) {
    // A run that has used up the curvature stays where it is.
    func padded(_ residuals: [Double]) -> [Double] {
      residuals
        + Array(repeating: residuals.last ?? 0, count: max(0, reference.count - residuals.count))
    }
    let (base, others) = (
      padded(found.squaredResiduals), again.map { padded($0.squaredResiduals) }
    )
    var (judged, noise) = (0, RoundingNoise([], again: []))
    for count in 1...reference.count {
      let next = RoundingNoise(
        Array(base.prefix(count)), again: others.map { Array($0.prefix(count)) })
      guard next.tolerance(atLeast: table.tolerance) != nil else { break }
      (judged, noise) = (count, next)
    }
    if judged > 0 {
      table.compare(
        "\(label), \(judged) iterations", Array(base.prefix(judged)),
        Array(reference.prefix(judged)), noise: noise)
    }
    if judged < reference.count {
      let rest = RoundingNoise(base, again: others)
      table.addUnjudged(
        "\(label), iterations \(judged + 1) to \(reference.count): \(rest.reason)")
    }
  }

  /// Solutions from θ moved in its last place, with every product the sum of two.
  private func noisySolutions(
    steps: Int, outer: OuterConfiguration
  ) async throws -> [ConjugateGradientSolution] {
    var stream = RandomStream(key: RandomKey(seed: 0, purpose: .check))
    var solutions: [ConjugateGradientSolution] = []
    for _ in 0..<RoundingNoise.repetitions {
      let adaptation = try makeAdaptation(steps: steps)
      adaptation.begin(
        Scalar.rounded(RoundingNoise.moved(Scalar.widened(theta), using: &stream)))
      let workspace = golden.policy.makeWorkspace()
      for step in 0..<steps { adaptation.takeStep(step, workspace: workspace) }
      let objective = OuterProblem(
        policy: golden.policy, adaptations: [adaptation], workers: Workers(count: 1))
      let gradient = try await objective.metaGradient().gradient
      solutions.append(
        try await conjugateGradient(
          rightHandSide: gradient, iterations: outer.conjugateGradientIterations
        ) { v in
          let part = v.map { $0 * stream.normal() }
          var product = try await objective.fisherProduct(part)
          addScaled(
            &product, 1, try await objective.fisherProduct(zip(v, part).map { $0 - $1 }))
          addScaled(&product, outer.damping, v)
          return product
        })
    }
    return solutions
  }
}
