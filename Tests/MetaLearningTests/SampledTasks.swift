import DenseMath
import Foundation
import Networks
import TestSupport

@testable import MetaLearning

/// Tasks of the target family that have been sampled and adapted, as a learner does it.
struct SampledTasks<Scalar: DenseScalar> {
  let policy: Policy<Scalar>
  /// θ and the learned rates, [P + R].
  let theta: [Scalar]
  let tasks: [TaskAdaptation<Scalar>]
  let workspace: NetworkWorkspace<Scalar>

  init(
    isDiscrete: Bool = false, taskCount: Int = 3, episodes: Int = 6, context: Int = 0,
    configure: (inout AdaptationConfiguration) -> Void = { _ in }
  ) throws {
    let family = TargetFamily(isDiscrete: isDiscrete, horizon: 9)
    var shape = PolicyConfiguration()
    shape.hidden = [10, 6]
    shape.context = context
    let policy = Policy<Scalar>(family: family, configuration: shape)
    let workspace = policy.makeWorkspace()
    var adaptation = AdaptationConfiguration()
    adaptation.innerLearningRate = 0.2
    configure(&adaptation)
    let theta = MetaLayout(policy: policy, configuration: adaptation).initial(
      seed: 3, initialStandardDeviation: 0.6)
    tasks = try (0..<taskCount).map { index in
      let task = TaskAdaptation(policy: policy, configuration: adaptation)
      try Self.sample(
        task, theta: theta, family: family, index: index, episodes: episodes,
        workspace: workspace)
      return task
    }
    (self.policy, self.theta, self.workspace) = (policy, theta, workspace)
  }

  /// Fills all batches of an adaptation from θ.
  static func sample(
    _ task: TaskAdaptation<Scalar>, theta: [Scalar], family: TargetFamily, index: Int,
    episodes: Int, workspace: NetworkWorkspace<Scalar>
  ) throws {
    let sampler = RolloutSampler(policy: task.policy, family: family, workspace: workspace)
    let lanes = try family.makeLanes(
      task: family.task(split: .train, index: index, seed: 2), laneCount: episodes)
    task.begin(theta)
    for batch in 0...task.steps {
      let trajectories = sampler.rollOut(
        task.parameters[batch], lanes: lanes,
        address: RolloutAddress(seed: 2, use: .training, batch: batch, task: index))
      let estimate = try AdvantageEstimate(
        batch: trajectories, observationSize: 2, configuration: AdvantageConfiguration())
      task.batches[batch].set(trajectories, advantages: estimate.advantages)
      if batch < task.steps { task.takeStep(batch, workspace: workspace) }
    }
  }

  func objective(
    _ objective: any OuterObjective = SurrogateObjective(), workers: Int = 1
  ) -> OuterProblem<Scalar> {
    OuterProblem(
      policy: policy, adaptations: tasks, workers: Workers(count: workers), objective: objective)
  }

  /// ∇ of a loss over a batch at parameters, [P].
  func gradient(
    _ parameters: PreparedParameters<Scalar>, _ batch: LearningBatch<Scalar>,
    _ loss: some OutputLoss
  ) -> [Double] {
    _ = policy.lossGradient(
      parameters, inputs: batch.inputs, loss: loss, gradient: workspace.parameterGradient,
      workspace: workspace)
    return Scalar.widened(workspace.parameterGradient.values)
  }

  /// The policy-gradient loss of a batch.
  func loss(_ batch: LearningBatch<Scalar>) -> PolicyGradientLoss {
    PolicyGradientLoss(
      distribution: policy.distribution, actions: batch.actions, advantages: batch.advantages,
      form: .logLikelihood)
  }
}

/// The mean over equally long vectors.
func mean(_ vectors: [[Double]]) -> [Double] {
  guard let first = vectors.first else { return [] }
  return first.indices.map { i in
    vectors.reduce(0) { $0 + $1[i] } / Double(vectors.count)
  }
}
