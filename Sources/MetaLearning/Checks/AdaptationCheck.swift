import DenseMath
import Networks

/// Compares derivatives through the inner loop with central differences of the whole map from the
/// meta-parameters over the inner steps to the outer losses, on random batches.
///
/// - Meta-gradient: of the objective where old and new policies coincide (ratio 1).
/// - Gradient at another point: of the objective where θ has moved, as later epochs take it.
/// - Jacobian and transposed Jacobian: against the difference of θ′, and ⟨u, J v⟩ = ⟨Jᵀu, v⟩.
/// - Fisher product: against the difference, along v, of the gradient of KL(old ‖ new) through the
///   adaptation, where old and new coincide.
///
/// With the derivative order `first`, ∂θ′/∂θ counts as the identity: every θ′ₖ is what moves.
public struct AdaptationCheck: Sendable {
  /// The policy.
  public let policy: Policy<Double>
  /// The inner loop.
  public let configuration: AdaptationConfiguration
  /// The outer objective.
  public let objective: any OuterObjective
  /// What examples ask for, where the batches are of examples; nil for trajectories.
  public let examples: ExampleTarget?
  /// Tasks over which the outer losses are averaged.
  private let taskCount = 2
  /// N of every batch; not a multiple of the padding.
  private let rows = 21
  private let seed: UInt64
  private let layout: MetaLayout<Double>

  /// A check.
  ///
  /// - Parameters:
  ///   - policy: a small one; the differences take 4 (P + R) adaptations.
  ///   - configuration: the inner loop.
  ///   - objective: of the outer loop.
  ///   - examples: what examples ask for; nil for trajectories.
  ///   - seed: of batches and parameters. Points beside a kink of the activations are drawn
  ///     again; that is decided by the differences alone.
  public init(
    policy: Policy<Double>, configuration: AdaptationConfiguration,
    objective: any OuterObjective = SurrogateObjective(), examples: ExampleTarget? = nil,
    seed: UInt64 = 1
  ) {
    self.policy = policy
    self.configuration = configuration
    self.objective = objective
    self.examples = examples
    self.seed = seed
    layout = MetaLayout(policy: policy, configuration: configuration)
  }

  /// The deviations at a random θ, and random rates of both signs where rates are learned.
  ///
  /// - Parameter logStandardDeviations: log σ of θ, [A]; nil takes different ones about −0.3.
  /// - Returns: one deviation a derivative, tensor by tensor the worst; far below 10⁻⁶ when
  ///   everything is right.
  /// - Throws: nothing that is expected.
  public func deviations(
    logStandardDeviations: [Double]? = nil
  ) async throws -> [DerivativeDeviation] {
    var last: [DerivativeDeviation] = []
    for attempt in 0..<20 {
      var stream = RandomStream(key: RandomKey(seed: seed, purpose: .check), task: attempt)
      let meta = makeParameters(logStandardDeviations, &stream)
      let tasks = (0..<taskCount).map { _ in makeAdaptation(meta, &stream) }
      let (deviations, isSteady) = try await compare(meta, tasks, &stream)
      last = deviations
      if isSteady { break }
    }
    return last
  }

  private func makeParameters(
    _ logStandardDeviations: [Double]?, _ stream: inout RandomStream
  ) -> [Double] {
    var meta = layout.initial(seed: stream.next(), initialStandardDeviation: 1)
    for i in meta.indices { meta[i] += 0.1 * stream.normal() }
    for d in 0..<policy.distribution.deviationParameterCount {
      meta[policy.network.parameterCount + d] =
        logStandardDeviations?[d] ?? (-0.3 + 0.2 * Double(d))
    }
    for range in layout.frozenRanges { for i in range { meta[i] = 0 } }
    return meta
  }

  /// An adaptation that has taken its inner steps, with all batches filled.
  private func makeAdaptation(
    _ meta: [Double], _ stream: inout RandomStream
  ) -> TaskAdaptation<Double> {
    let adaptation = TaskAdaptation(policy: policy, configuration: configuration)
    let workspace = policy.makeWorkspace()
    adaptation.begin(meta)
    for (step, batch) in adaptation.batches.enumerated() {
      var actions: [Double] = []
      for _ in 0..<rows {
        switch policy.distribution {
        case .gaussian(let size), .prediction(let size):
          actions += (0..<size).map { _ in stream.normal() }
        case .categorical(let count): actions.append(Double(stream.next() % UInt64(count)))
        }
      }
      let observations = (0..<(rows * policy.network.inputWidth)).map { _ in stream.normal() }
      batch.set(
        observations: observations, actions: actions,
        advantages: normalized((0..<rows).map { _ in stream.normal() }),
        lengths: [8, 1, 12], meanReturn: stream.normal())
      if let examples {
        var set = ExampleSet()
        (set.inputs, set.targets, set.count) = (observations, actions, rows)
        batch.set(set, target: examples)
      }
      if step < adaptation.steps { adaptation.takeStep(step, workspace: workspace) }
    }
    return adaptation
  }

  private func compare(
    _ meta: [Double], _ tasks: [TaskAdaptation<Double>], _ stream: inout RandomStream
  ) async throws -> ([DerivativeDeviation], isSteady: Bool) {
    let problem = OuterProblem(
      policy: policy, adaptations: tasks, workers: Workers(count: 1), objective: objective)
    let metaGradient = try await problem.metaGradient().gradient
    let (v, u) = (freeDirection(&stream), freeDirection(&stream))
    let memory = WorkerMemory(layout)
    var found: [(name: String, values: [Double], difference: CentralDifference)] = []
    found.append(("meta-gradient", metaGradient, difference(at: meta, problem, tasks, memory)))
    found.append(
      (
        "Fisher product", try await problem.fisherProduct(v),
        CentralDifference(at: meta.map { _ in 0 }, along: v) { change in
          divergenceGradient(meta, change, tasks, memory)
        }
      ))
    if configuration.order == .exact {
      for task in tasks { task.move(to: meta, workspace: memory.workspace) }
      let direction = MetaDirection(layout)
      direction.set(rounding: v)
      tasks[0].applyJacobian(to: direction, memory: memory)
      let product = direction.theta.vector.values
      found.append(
        (
          "Jacobian product", product,
          CentralDifference(at: meta.map { _ in 0 }, along: v) { change in
            tasks[0].adapt(
              memory.candidate, from: sum(meta, change), workspace: memory.workspace)
            return memory.candidate.vector.values
          }
        ))
      let tangent = Array(u[..<layout.parameterCount])
      direction.theta.set(tangent)
      tasks[0].applyTransposedJacobian(to: direction, memory: memory)
      // ⟨u, J v⟩ = ⟨Jᵀu, v⟩ for every v, so that a product that is right makes the other so.
      let pairing = dot(tangent, product)
      found.append(
        (
          "transposed Jacobian product", [dot(direction.values, v)],
          CentralDifference(at: [0], along: [1]) { [pairing * $0[0]] }
        ))
      let moved = sum(meta, freeDirection(&stream).map { 0.03 * $0 })
      found.append(
        (
          "gradient at another point", try await problem.gradient(at: moved).gradient,
          difference(at: moved, problem, tasks, memory)
        ))
    }
    let tensors = layout.tensors.map(\.range)
    let deviations = found.map { quantity in
      DerivativeDeviation(
        quantity: quantity.name,
        relativeError: DerivativeDeviation.relativeError(
          quantity.values, quantity.difference.values,
          tensors: quantity.values.count == layout.count ? tensors : nil))
    }
    return (
      deviations, found.allSatisfy { $0.difference.unsteadiness < CentralDifference.steadyLimit }
    )
  }

  private func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }

  /// A random direction of what the outer loop optimizes.
  private func freeDirection(_ stream: inout RandomStream) -> [Double] {
    var v = (0..<layout.count).map { _ in stream.normal() }
    for range in layout.frozenRanges { for i in range { v[i] = 0 } }
    return v
  }

  /// The difference quotient of the objective, entry by entry; frozen entries stay where they are.
  private func difference(
    at meta: [Double], _ problem: OuterProblem<Double>, _ tasks: [TaskAdaptation<Double>],
    _ memory: WorkerMemory<Double>
  ) -> CentralDifference {
    var isFree = [Bool](repeating: true, count: layout.count)
    for range in layout.frozenRanges { for i in range { isFree[i] = false } }
    let stages = tasks.map { $0.parameters.map { $0.vector.values } }
    return CentralDifference(gradientAt: meta.map { _ in 0 }) { change in
      let kept = zip(change, isFree).map { $1 ? $0 : 0 }
      let values = tasks.indices.map { index in
        configuration.order == .exact
          ? problem.evaluate(sum(meta, kept), task: index, memory: memory).surrogateLoss
          : firstOrderValue(kept, problem, tasks[index], index, stages[index], memory)
      }
      return values.reduce(0, +) / Double(tasks.count)
    }
  }

  /// The objective of one task with every θ′ₖ moved alike, as it is where ∂θ′/∂θ is the identity.
  private func firstOrderValue(
    _ change: [Double], _ problem: OuterProblem<Double>, _ task: TaskAdaptation<Double>,
    _ index: Int, _ stages: [[Double]], _ memory: WorkerMemory<Double>
  ) -> Double {
    precondition(layout.rateCount == 0, "rates are not differentiated past the inner step here")
    var value = 0.0
    for stage in 0..<task.steps {
      memory.candidate.set(sum(stages[stage], change))
      value += problem.supportValue(stage, memory.candidate, task: index, memory)
      if let early = problem.exampleLoss(stage, of: task) {
        value += problem.value(early, memory.candidate, task.batches[task.steps], memory)
      }
    }
    memory.candidate.set(sum(stages[task.steps], change))
    return value
      + problem.value(
        objective.finalLoss(task.stage(task.steps), steps: task.steps), memory.candidate,
        task.batches[task.steps], memory)
  }

  /// Mean over tasks of d/d(θ, rates) KL(old ‖ new) at moved meta-parameters; past the inner steps
  /// it is θ′ that moves.
  private func divergenceGradient(
    _ meta: [Double], _ change: [Double], _ tasks: [TaskAdaptation<Double>],
    _ memory: WorkerMemory<Double>
  ) -> [Double] {
    var mean = [Double](repeating: 0, count: layout.count)
    for task in tasks {
      let divergence = task.stage(task.steps).divergence
      let direction = memory.direction
      if configuration.order == .exact {
        task.move(to: sum(meta, change), workspace: memory.workspace)
        _ = task.queryGradient(divergence, workspace: memory.workspace)
        direction.theta.set(memory.workspace.parameterGradient.values)
        task.applyTransposedJacobian(to: direction, memory: memory)
      } else {
        memory.candidate.set(sum(task.adapted.vector.values, change))
        _ = policy.lossGradient(
          memory.candidate, inputs: task.batches[task.steps].inputs, loss: divergence,
          gradient: memory.workspace.parameterGradient, workspace: memory.workspace)
        direction.theta.set(memory.workspace.parameterGradient.values)
        direction.rates.clear()
      }
      addScaled(&mean, 1 / Double(tasks.count), direction.values)
    }
    for range in layout.frozenRanges { for i in range { mean[i] = 0 } }
    return mean
  }
}
