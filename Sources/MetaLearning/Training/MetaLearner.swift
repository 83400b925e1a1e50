import DenseMath
import Foundation
import Networks

/// Meta-training: the one place that holds state.
///
/// One iteration, after Finn et al. 2017, arXiv:1703.03400, algorithm 3:
/// 1. Take the next M tasks.
/// 2. For each task: roll out θ′₀ = θ, estimate advantages, take an inner step; repeat K times;
///    roll out θ′.
/// 3. Differentiate the surrogate of the adapted policies through the adaptation and take the
///    outer step.
public final class MetaLearner<Scalar: DenseScalar> {
  /// The configuration.
  public let configuration: LearnerConfiguration
  /// The family that tasks come from.
  public let family: any TaskFamily
  /// The policy's shape.
  public let policy: Policy<Scalar>
  /// What the meta-parameters are.
  public let layout: MetaLayout<Scalar>
  /// All that changes.
  public private(set) var state: LearnerState<Scalar>

  private var hasLookedAtStart = false
  private let workers: Workers
  private let memory: PerWorker<WorkerMemory<Scalar>>
  private let samplers: PerWorker<RolloutSampler<Scalar>>
  private let adaptations: PerWorker<TaskAdaptation<Scalar>>
  private let outer: any OuterStep

  /// A learner at a state.
  ///
  /// - Parameters:
  ///   - configuration: the learner's numbers.
  ///   - family: where tasks come from.
  ///   - state: nil starts from fresh parameters.
  ///   - seed: of a fresh start.
  ///   - workers: how many tasks are worked on at a time; no effect on the numbers.
  public init(
    configuration: LearnerConfiguration, family: any TaskFamily,
    state: LearnerState<Scalar>? = nil, seed: UInt64 = 0, workers: Workers
  ) {
    self.configuration = configuration
    self.family = family
    self.workers = workers
    let policy = Policy<Scalar>(family: family, configuration: configuration.policy)
    self.policy = policy
    let layout = MetaLayout(policy: policy, configuration: configuration.adaptation)
    self.layout = layout
    outer = configuration.outer.makeStep(onExamples: family.examples != nil)
    self.state =
      state
      ?? LearnerState(
        parameters: layout.initial(
          seed: seed,
          initialStandardDeviation: configuration.policy.initialStandardDeviation),
        outer: outer.initialState(count: layout.count), iteration: 0, seed: seed)
    precondition(
      self.state.parameters.count == layout.count,
      "state: \(self.state.parameters.count) meta-parameters, the policy's: \(layout.count)")
    let memory = PerWorker(workers) { WorkerMemory(layout) }
    self.memory = memory
    samplers = PerWorker(
      memory.map { RolloutSampler(policy: policy, family: family, workspace: $0.workspace) })
    adaptations = PerWorker(
      (0..<configuration.sampling.metaBatchSize).map { _ in
        TaskAdaptation(policy: policy, configuration: configuration.adaptation)
      })
  }

  /// One meta-iteration.
  ///
  /// - Returns: what was seen and done.
  /// - Throws: what making an environment or fitting a baseline throws; the state is then as it
  ///   was.
  public func iterate() async throws -> IterationReport {
    let clock = ContinuousClock()
    let start = clock.now
    let samples = try await sampleAndAdapt()
    let sampled = clock.now
    var report = IterationReport()
    report.iteration = state.iteration + 1
    summarize(samples, into: &report)
    let result = try await outerStep(samples, into: &report)
    state.parameters = result.parameters
    state.iteration += 1
    state.environmentSteps.preAdaptation += report.environmentSteps.preAdaptation
    state.environmentSteps.duringAdaptation += report.environmentSteps.duringAdaptation
    state.environmentSteps.postAdaptation += report.environmentSteps.postAdaptation
    state.consecutiveRejections = result.outcome.rejections(
      afterInARow: state.consecutiveRejections)
    report.seconds = start.duration(to: clock.now).seconds
    report.secondsOuter = sampled.duration(to: clock.now).seconds
    // The two halves of a worker's time, scaled to the wall time of the phase they share.
    let inside = samples.reduce(into: (sampling: 0.0, adaptation: 0.0)) {
      $0.sampling += $1.secondsSampling
      $0.adaptation += $1.secondsAdaptation
    }
    let phase = start.duration(to: sampled).seconds
    let share = inside.sampling / max(inside.sampling + inside.adaptation, 1e-12)
    report.secondsSampling = phase * share
    report.secondsAdaptation = phase * (1 - share)
    return report
  }

  /// Counts steps that a validation between iterations took.
  public func countValidationSteps(_ steps: Int) {
    state.environmentSteps.validation += steps
  }

  // MARK: The two halves of an iteration

  private func sampleAndAdapt() async throws -> [TaskSample] {
    let (theta, seed, iteration) = (state.parameters, state.seed, state.iteration)
    let (configuration, family) = (configuration, family)
    let (memory, samplers, adaptations) = (memory, samplers, adaptations)
    let taskCount = configuration.sampling.metaBatchSize
    return try await workers.map(taskCount) { index, worker in
      let adaptation = adaptations[index]
      if let source = family.examples {
        return adaptation.adaptToExamples(
          theta, from: source,
          task: family.task(split: .train, index: iteration * taskCount + index, seed: seed),
          amounts: configuration.examples,
          address: RolloutAddress(seed: seed, use: .training, iteration: iteration, task: index),
          memory: memory[worker])
      }
      let clock = ContinuousClock()
      var sample = TaskSample()
      let task = family.task(split: .train, index: iteration * taskCount + index, seed: seed)
      let lanes = try family.makeLanes(
        task: task, laneCount: configuration.sampling.rolloutsPerTask)
      var divergence = DivergenceCost(horizon: family.horizon)
      adaptation.begin(theta)
      for batch in 0...adaptation.steps {
        let begin = clock.now
        let trajectories = divergence.charged(
          samplers[worker].rollOut(
            adaptation.parameters[batch], lanes: lanes,
            address: RolloutAddress(
              seed: seed, use: .training, iteration: iteration, batch: batch, task: index)))
        guard sample.add(trajectories) else { break }
        guard
          let estimate = try? AdvantageEstimate(
            batch: trajectories, observationSize: family.observationSize,
            configuration: configuration.advantages)
        else {
          sample.problem = .baselineNotFinite
          break
        }
        adaptation.batches[batch].set(trajectories, advantages: estimate.advantages)
        sample.explainedVariance = estimate.explainedVariance
        let sampled = clock.now
        sample.secondsSampling += begin.duration(to: sampled).seconds
        guard batch < adaptation.steps else { break }
        let inner = adaptation.takeStep(batch, workspace: memory[worker].workspace)
        if batch == 0 { sample.innerGradientNorm = inner.gradientNorm }
        let inside = adaptation.configuration
        let rate = inside.innerLearningRate * inside.relativeRate(ofStep: batch)
        guard inner.isFinite(learningRate: rate) else {
          sample.problem = .adaptationNotFinite
          break
        }
        sample.secondsAdaptation += sampled.duration(to: clock.now).seconds
      }
      sample.fill(batches: adaptation.steps + 1)
      return sample
    }
  }

  private func outerStep(
    _ samples: [TaskSample], into report: inout IterationReport
  ) async throws -> OuterStepResult<Scalar> {
    func train(_ index: Int) -> Int { state.iteration * samples.count + index }
    if let index = samples.firstIndex(where: { $0.problem != nil }),
      let problem = samples[index].problem
    {
      // There is no meta-gradient without every task's adaptation.
      report.rejectedTask = train(index)
      return report.reject(problem, parameters: state.parameters)
    }
    let problem = OuterProblem(
      policy: policy, adaptations: adaptations, workers: workers, memory: memory,
      objective: family.examples != nil
        ? configuration.outer.makeExampleObjective(iteration: state.iteration)
        : configuration.outer.makeObjective(innerKLPenalty: state.innerKLPenalty))
    let metaGradient = try await problem.metaGradient()
    if !hasLookedAtStart {
      hasLookedAtStart = true
      let atOld = try await problem.evaluate(state.parameters)
      let difference = abs(atOld.surrogateLoss - metaGradient.surrogateLoss)
      report.initialDifference = difference.isNaN ? difference : max(difference, abs(atOld.kl))
    }
    var outerState = state.outer
    var result = try await outer.take(
      state.parameters, problem: problem, metaGradient: metaGradient, state: &outerState)
    state.outer = outerState
    if result.outcome == .rejected(.gradientZero),
      adaptations.contains(where: { $0.batches[$0.steps].hasAdvantages })
    {
      result.outcome = .rejected(.policySaturated)
    }
    if result.outcome == .accepted { try await adaptPenalty(problem, result.parameters) }
    if result.outcome != .accepted {
      report.rejectedTask = metaGradient.taskNorms.firstIndex { !$0.isFinite }.map(train)
    }
    report.surrogateBefore = metaGradient.surrogateLoss
    report.surrogateAfter = result.surrogateAfter
    report.kl = result.kl
    report.outcome = result.outcome
    report.candidates = result.candidates
    report.stepNorm = result.stepNorm
    report.metaGradientNorm = dot(metaGradient.gradient, metaGradient.gradient).squareRoot()
    report.entropy = metaGradient.entropy
    let norms = metaGradient.taskNorms
    report.largestTaskShare = (norms.max() ?? 0) / max(norms.reduce(0, +), 1e-300)
    return result
  }

  /// Doubles or halves η where the KL before adaptation is off its target by half.
  ///
  /// Source: Rothfuss et al. 2019, arXiv:1810.06784, the published program's adaptive penalty.
  private func adaptPenalty(_ problem: OuterProblem<Scalar>, _ moved: [Scalar]) async throws {
    let target = configuration.outer.innerKLTarget
    guard configuration.outer.objective == .clipped, target > 0 else { return }
    let kl = try await problem.supportDivergence(moved)
    var penalty = state.innerKLPenalty ?? configuration.outer.innerKLPenalty
    if kl < target / 1.5 { penalty /= 2 } else if kl > target * 1.5 { penalty *= 2 }
    state.outer.vectors[LearnerState<Scalar>.innerKLPenaltyName] = [penalty]
  }

  private func summarize(_ samples: [TaskSample], into report: inout IterationReport) {
    let count = Double(samples.count)
    report.returnsBefore = samples.map { $0.returns[0] }
    report.returnsAfter = samples.map { $0.returns[$0.returns.count - 1] }
    func success(_ batch: (TaskSample) -> Double?) -> Double? {
      let rates = samples.compactMap(batch)
      return rates.isEmpty ? nil : rates.reduce(0, +) / Double(rates.count)
    }
    report.successBefore = success { $0.successRates.first ?? nil }
    report.successAfter = success { $0.successRates.last ?? nil }
    report.innerGradientNorm = samples.reduce(0) { $0 + $1.innerGradientNorm } / count
    report.explainedVariance = samples.reduce(0) { $0 + $1.explainedVariance } / count
    report.episodeLength = samples.reduce(0) { $0 + $1.episodeLength } / count
    for sample in samples {
      let steps = sample.steps
      report.episodes += sample.episodes
      report.divergedEpisodes += sample.diverged
      report.environmentSteps.postAdaptation += steps[steps.count - 1]
      guard steps.count > 1 else { continue }
      report.environmentSteps.preAdaptation += steps[0]
      report.environmentSteps.duringAdaptation += steps[1..<(steps.count - 1)].reduce(0, +)
    }
    let theta = memory[0].candidate
    theta.set(Array(state.parameters[..<layout.parameterCount]))
    let deviations = policy.logStandardDeviations(theta).map { exp($0) }
    if policy.distribution.deviationParameterCount > 0 {
      report.standardDeviation = deviations.reduce(0, +) / Double(deviations.count)
    }
  }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
