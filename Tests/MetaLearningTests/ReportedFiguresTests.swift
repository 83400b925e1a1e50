import DenseMath
import Foundation
import Networks
import TestSupport
import Testing

@testable import MetaLearning

/// Figures of an iteration that are easily taken from the wrong batch or in the wrong direction,
/// computed again by themselves.
@Suite("Reported figures")
struct ReportedFiguresTests {
  @Test(
    "The KL of a moved θ is KL(old ‖ new) of the adapted policies, by its definition",
    arguments: [false, true], [0, 1])
  func direction(isDiscrete: Bool, steps: Int) async throws {
    let sampled = try SampledTasks<Double>(isDiscrete: isDiscrete) { $0.steps = steps }
    let objective = sampled.objective()
    _ = try await objective.metaGradient()
    // Far enough that the two directions differ by more than rounding.
    var generator = SeededGenerator(seed: 7)
    let moved = zip(sampled.theta, generator.numbers(sampled.policy.parameterCount)).map {
      $0 + 0.2 * $1
    }
    let kl = try await objective.evaluate(moved).kl
    let forth = try divergence(sampled, moved, isDiscrete: isDiscrete, oldToNew: true)
    let back = try divergence(sampled, moved, isDiscrete: isDiscrete, oldToNew: false)
    #expect(abs(kl - forth) < 1e-9 * max(forth, 1))
    #expect(abs(back - forth) > 1e-3 * forth, "the test cannot tell the directions apart")
  }

  /// Mean over tasks of the mean KL between the adapted policies of θ and of a moved θ.
  private func divergence(
    _ sampled: SampledTasks<Double>, _ moved: [Double], isDiscrete: Bool, oldToNew: Bool
  ) throws -> Double {
    let policy = sampled.policy
    let values = sampled.tasks.map { task in
      let new = TaskAdaptation(policy: policy, configuration: task.configuration)
      new.begin(moved)
      // The candidate's own adaptation on the batches that the old policies sampled.
      for step in 0..<task.steps {
        let support = task.stage(step)
        _ = policy.lossGradient(
          new.parameters[step], inputs: task.batches[step].inputs,
          loss: PolicyGradientLoss(
            distribution: support.distribution, actions: support.actions,
            advantages: support.advantages,
            form: .likelihoodRatio(oldLogProbabilities: support.old.logProbabilities)),
          gradient: sampled.workspace.parameterGradient, workspace: sampled.workspace)
        let gradient = sampled.workspace.parameterGradient.values
        new.parameters[step + 1].set(
          zip(new.parameters[step].vector.values, gradient).map {
            $0 - task.configuration.innerLearningRate * $1
          })
      }
      let query = task.batches[task.steps]
      let pair = [task.adapted, new.adapted].map { parameters in
        (
          outputs: policy.outputs(
            parameters, inputs: query.inputs, workspace: sampled.workspace),
          logs: policy.logStandardDeviations(parameters)
        )
      }
      let (p, q) = oldToNew ? (pair[0], pair[1]) : (pair[1], pair[0])
      let width = policy.distribution.outputWidth
      let rows = (0..<query.stepCount).map { row -> Double in
        let place = row * width..<(row + 1) * width
        return isDiscrete
          ? categorical(Array(p.outputs[place]), Array(q.outputs[place]))
          : gaussian(Array(p.outputs[place]), p.logs, Array(q.outputs[place]), q.logs)
      }
      return rows.reduce(0, +) / Double(rows.count)
    }
    return values.reduce(0, +) / Double(values.count)
  }

  /// Σ log σ_q − log σ_p + (σ_p² + (μ_p − μ_q)²) / (2σ_q²) − ½.
  private func gaussian(
    _ p: [Double], _ pLogs: [Double], _ q: [Double], _ qLogs: [Double]
  ) -> Double {
    p.indices.reduce(0) { sum, i in
      let (variance, other) = (exp(2 * pLogs[i]), exp(2 * qLogs[i]))
      let distance = (p[i] - q[i]) * (p[i] - q[i])
      return sum + qLogs[i] - pLogs[i] + (variance + distance) / (2 * other) - 0.5
    }
  }

  /// Σ p (log p − log q).
  private func categorical(_ p: [Double], _ q: [Double]) -> Double {
    func logs(_ logits: [Double]) -> [Double] {
      let sum = logits.reduce(0) { $0 + exp($1) }
      return logits.map { $0 - log(sum) }
    }
    return zip(logs(p), logs(q)).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
  }

  @Test("The explained variance is that of the episodes of θ′, not of those before adaptation")
  func explainedVariance() async throws {
    let family = TargetFamily(horizon: 8)
    var configuration = LearnerConfiguration()
    configuration.policy.hidden = [8]
    configuration.sampling.metaBatchSize = 4
    configuration.sampling.rolloutsPerTask = 5
    configuration.adaptation.innerLearningRate = 0.5
    let learner = MetaLearner<Double>(
      configuration: configuration, family: family, seed: 3, workers: Workers(count: 1))
    let theta = learner.state.parameters
    let report = try await learner.iterate()
    let workspace = learner.policy.makeWorkspace()
    let sampler = RolloutSampler(policy: learner.policy, family: family, workspace: workspace)
    var explained: [[Double]] = []
    for index in 0..<4 {
      let adaptation = TaskAdaptation(
        policy: learner.policy, configuration: configuration.adaptation)
      adaptation.begin(theta)
      let lanes = try family.makeLanes(
        task: family.task(split: .train, index: index, seed: 3), laneCount: 5)
      explained.append(
        try (0...1).map { batch in
          let trajectories = sampler.rollOut(
            adaptation.parameters[batch], lanes: lanes,
            address: RolloutAddress(seed: 3, use: .training, batch: batch, task: index))
          let estimate = try AdvantageEstimate(
            batch: trajectories, observationSize: 2, configuration: configuration.advantages)
          adaptation.batches[batch].set(trajectories, advantages: estimate.advantages)
          if batch == 0 { adaptation.takeStep(0, workspace: workspace) }
          return estimate.explainedVariance
        })
    }
    func mean(_ batch: Int) -> Double { explained.reduce(0) { $0 + $1[batch] } / 4 }
    #expect(report.explainedVariance == mean(1))
    #expect(report.explainedVariance != mean(0))
  }
}
