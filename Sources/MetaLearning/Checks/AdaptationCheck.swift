import DenseMath
import Networks

/// Compares derivatives through the inner loop with central differences of the whole map from θ
/// over the inner steps to the outer losses, on random batches.
///
/// - Meta-gradient: of the surrogate where old and new policies coincide (ratio 1).
/// - Surrogate gradient, ratio ≠ 1: with old log-probabilities off the policy's.
/// - Gradient of KL(old ‖ new): with old distributions off the policy's.
/// - Fisher product: against the difference, along v, of the gradient of KL(old ‖ new) through the
///   adaptation, where old and new coincide.
///
/// With the derivative order `first`, θ′ is what moves, since ∂θ′/∂θ counts as the identity.
public struct AdaptationCheck: Sendable {
  /// The policy.
  public let policy: Policy<Double>
  /// The inner loop.
  public let configuration: AdaptationConfiguration
  /// Tasks over which the outer losses are averaged.
  private let taskCount = 2
  /// N of every batch; not a multiple of the padding.
  private let rows = 21
  private let seed: UInt64

  /// A check.
  ///
  /// - Parameters:
  ///   - policy: a small one; the differences take 4P adaptations.
  ///   - configuration: the inner loop.
  ///   - seed: of batches and parameters. Points beside a kink of the activations are drawn
  ///     again; that is decided by the differences alone.
  public init(policy: Policy<Double>, configuration: AdaptationConfiguration, seed: UInt64 = 1) {
    self.policy = policy
    self.configuration = configuration
    self.seed = seed
  }

  /// The deviations at a random θ.
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
      let theta = makeParameters(logStandardDeviations, &stream)
      let tasks = (0..<taskCount).map { _ in makeAdaptation(theta, &stream) }
      let (deviations, isSteady) = try await compare(theta, tasks, &stream)
      last = deviations
      if isSteady { break }
    }
    return last
  }

  private func makeParameters(
    _ logStandardDeviations: [Double]?, _ stream: inout RandomStream
  ) -> [Double] {
    var theta = policy.initialParameters(seed: stream.next(), initialStandardDeviation: 1)
    for i in theta.indices { theta[i] += 0.1 * stream.normal() }
    for d in 0..<policy.distribution.logStandardDeviationCount {
      theta[policy.network.parameterCount + d] =
        logStandardDeviations?[d] ?? (-0.3 + 0.2 * Double(d))
    }
    return theta
  }

  /// An adaptation that has taken its inner steps, with all batches filled.
  private func makeAdaptation(
    _ theta: [Double], _ stream: inout RandomStream
  ) -> TaskAdaptation<Double> {
    let adaptation = TaskAdaptation(policy: policy, configuration: configuration)
    let workspace = policy.makeWorkspace()
    adaptation.begin(theta)
    for (step, batch) in adaptation.batches.enumerated() {
      var actions: [Double] = []
      for _ in 0..<rows {
        switch policy.distribution {
        case .gaussian(let size): actions += (0..<size).map { _ in stream.normal() }
        case .categorical(let count): actions.append(Double(stream.next() % UInt64(count)))
        }
      }
      batch.set(
        observations: (0..<(rows * policy.network.inputWidth)).map { _ in stream.normal() },
        actions: actions, advantages: normalized((0..<rows).map { _ in stream.normal() }))
      if step < adaptation.steps { adaptation.takeStep(step, workspace: workspace) }
    }
    return adaptation
  }

  private func compare(
    _ theta: [Double], _ tasks: [TaskAdaptation<Double>], _ stream: inout RandomStream
  ) async throws -> ([DerivativeDeviation], isSteady: Bool) {
    let workspace = policy.makeWorkspace()
    let objective = MetaObjective(
      policy: policy, adaptations: tasks, workers: Workers(count: 1))
    let metaGradient = try await objective.metaGradient().gradient
    let maps = tasks.map { FrozenAdaptation($0, workspace: workspace) }
    let v = theta.map { _ in stream.normal() }
    let fisherProduct = try await objective.fisherProduct(v)
    let offSurrogates = tasks.map { offPolicySurrogate($0, &stream) }
    let offDivergences = tasks.map { offPolicyDivergence($0, &stream) }
    let (onSurrogates, onDivergences) = (tasks.map(\.surrogateLoss), tasks.map(\.divergence))

    let differences = [
      ("meta-gradient", metaGradient, gradient(theta, tasks, maps, onSurrogates)),
      (
        "surrogate gradient, ratio ≠ 1", analytic(tasks, offSurrogates, workspace),
        gradient(theta, tasks, maps, offSurrogates)
      ),
      (
        "gradient of KL(old ‖ new)", analytic(tasks, offDivergences, workspace),
        gradient(theta, tasks, maps, offDivergences)
      ),
      (
        "Fisher product", fisherProduct,
        gradientDifference(theta, v, tasks, maps, onDivergences)
      ),
    ]
    let tensors = policy.tensors.map(\.range)
    let deviations = differences.map { name, found, difference in
      DerivativeDeviation(
        quantity: name,
        relativeError: DerivativeDeviation.relativeError(
          found, difference.values, tensors: tensors))
    }
    return (
      deviations,
      differences.allSatisfy { $0.2.unsteadiness < CentralDifference.steadyLimit }
    )
  }

  private func offPolicySurrogate(
    _ task: TaskAdaptation<Double>, _ stream: inout RandomStream
  ) -> PolicyGradientLoss {
    let query = task.batches[task.steps]
    return PolicyGradientLoss(
      distribution: policy.distribution, actions: query.actions, advantages: query.advantages,
      form: .likelihoodRatio(
        oldLogProbabilities: task.oldLogProbabilities.map { $0 + 0.3 * stream.normal() }))
  }

  private func offPolicyDivergence(
    _ task: TaskAdaptation<Double>, _ stream: inout RandomStream
  ) -> KLDivergenceLoss {
    let count = task.batches[task.steps].stepCount * policy.distribution.outputWidth
    return KLDivergenceLoss(
      distribution: policy.distribution,
      oldOutputs: task.oldOutputs.prefix(count).map { $0 + 0.3 * stream.normal() },
      oldLogStandardDeviations: task.oldLogStandardDeviations.map {
        $0 + 0.2 * stream.normal()
      }, direction: .oldToNew)
  }

  /// Mean over tasks of Jᵀ∇ℓ(θ′), by the learner's own passes.
  private func analytic(
    _ tasks: [TaskAdaptation<Double>], _ losses: [some OutputLoss],
    _ workspace: NetworkWorkspace<Double>
  ) -> [Double] {
    var sum = [Double](repeating: 0, count: policy.parameterCount)
    let u = policy.makeParameters()
    for (task, loss) in zip(tasks, losses) {
      _ = policy.lossGradient(
        task.adapted, inputs: task.batches[task.steps].inputs, loss: loss,
        gradient: workspace.parameterGradient, workspace: workspace)
      u.set(workspace.parameterGradient.values)
      task.applyTransposedJacobian(to: u, workspace: workspace)
      addScaled(&sum, 1 / Double(tasks.count), u.vector.values)
    }
    return sum
  }

  /// The difference quotient of the mean over tasks of ℓ(θ′(θ)), entry by entry.
  private func gradient(
    _ theta: [Double], _ tasks: [TaskAdaptation<Double>], _ maps: [FrozenAdaptation],
    _ losses: [some OutputLoss]
  ) -> CentralDifference {
    let moved = policy.makeParameters()
    return CentralDifference(gradientAt: theta.map { _ in 0 }) { change in
      var sum = 0.0
      for (index, map) in maps.enumerated() {
        let base =
          configuration.order == .exact ? theta : tasks[index].adapted.vector.values
        let point = zip(base, change).map { $0 + $1 }
        if configuration.order == .exact {
          sum += map.value(point, loss: losses[index])
        } else {
          moved.set(point)
          sum += map.queryValue(moved, loss: losses[index])
        }
      }
      return sum / Double(maps.count)
    }
  }

  /// The difference quotient along v of the mean over tasks of ∇ℓ(θ′(θ)).
  private func gradientDifference(
    _ theta: [Double], _ v: [Double], _ tasks: [TaskAdaptation<Double>],
    _ maps: [FrozenAdaptation], _ losses: [some OutputLoss]
  ) -> CentralDifference {
    let (moved, workspace) = (policy.makeParameters(), policy.makeWorkspace())
    return CentralDifference(at: theta.map { _ in 0 }, along: v) { change in
      var sum = [Double](repeating: 0, count: theta.count)
      for (index, map) in maps.enumerated() {
        let base =
          configuration.order == .exact ? theta : tasks[index].adapted.vector.values
        let point = zip(base, change).map { $0 + $1 }
        if configuration.order == .exact {
          addScaled(&sum, 1, map.gradient(point, loss: losses[index]))
        } else {
          moved.set(point)
          _ = policy.lossGradient(
            moved, inputs: tasks[index].batches[configuration.steps].inputs,
            loss: losses[index], gradient: workspace.parameterGradient, workspace: workspace)
          addScaled(&sum, 1, workspace.parameterGradient.values)
        }
      }
      return sum.map { $0 / Double(maps.count) }
    }
  }
}
