import DenseMath
import Foundation
import MetaLearning
import Networks

/// A task that can be enumerated: a finite decision process, or a bandit (one of one state).
///
/// Its expected return and all derivatives of it are exact.
///
/// V = Σ_t Σ_s d_t(s) Σ_a π(a|s) m(s, a), undiscounted. Its gradient is Σ W(s, a) ∇log π(a|s) with
/// W = Σ_t d_t(s) π(a|s) Q_t(s, a) (the policy gradient theorem), and by the product rule
/// ∇²V·v = Σ W ∇²log π · v + Σ Ẇ ∇log π, Ẇ the derivative of W along v.
/// Source: Sutton et al. 2000, "Policy Gradient Methods for Reinforcement Learning with Function
/// Approximation", theorem 1.
struct TabularProblem {
  private let states: Int
  private let actions: Int
  private let horizon: Int
  /// P(s′|s, a), [S, A, S].
  private let transitions: [Double]
  /// m(s, a), [S, A].
  private let means: [Double]
  /// What the policy sees in each state, [S, O].
  private let observations: [[Double]]

  /// The problem of a task, or nil when the family is not one of these.
  init?(_ task: TaskParameters, family: any TaskFamily) {
    guard case .discrete(let count) = family.actionSpace else { return nil }
    actions = count
    horizon = family.horizon
    if let means = task["means"], means.count == count, family.observationSize == 1 {
      states = 1
      self.means = means
      transitions = Array(repeating: 1, count: count)
      observations = [[0]]
    } else if let transitions = task["transitions"], let means = task["reward_means"],
      means.count == family.observationSize * count,
      transitions.count == means.count * family.observationSize
    {
      states = family.observationSize
      self.means = means
      self.transitions = transitions
      observations = (0..<states).map { state in
        (0..<family.observationSize).map { $0 == state ? 1 : 0 }
      }
    } else {
      return nil
    }
  }

  /// One step of every episode in every state and action: rows that sums are taken over.
  private var rows: TrajectoryBatch {
    TrajectoryBatch(
      lengths: Array(repeating: 1, count: states * actions),
      observations: observations.flatMap { row in (0..<actions).flatMap { _ in row } },
      actions: (0..<states).flatMap { _ in (0..<actions).map(Double.init) },
      rewards: Array(repeating: 0, count: states * actions),
      terminated: Array(repeating: true, count: states * actions))
  }

  /// π(a|s), [S, A].
  private func probabilities(_ theta: [Double], policy: Policy<Double>) -> [Double] {
    let parameters = policy.makeParameters()
    parameters.set(theta)
    let batch = LearningBatch<Double>(observationSize: policy.network.inputWidth)
    batch.set(rows, advantages: Array(repeating: 0, count: states * actions))
    let outputs = policy.outputs(
      parameters, inputs: batch.inputs, workspace: policy.makeWorkspace())
    return (0..<states).flatMap { state in
      let start = state * actions * actions
      return softmaxProbabilities(outputs[start..<(start + actions)])
    }
  }

  /// V(θ).
  func value(_ theta: [Double], policy: Policy<Double>) -> Double {
    let pi = probabilities(theta, policy: policy)
    return weights(pi, tangent: Array(repeating: 0, count: pi.count)).value
  }

  /// The meta-gradient of L = −V / (T s) through one exact inner step:
  /// (I − α ∇²L(θ)) ∇L(θ − α ∇L(θ)).
  ///
  /// - Parameters:
  ///   - theta: θ, [P].
  ///   - policy: its shape.
  ///   - innerLearningRate: α.
  ///   - scale: s, what advantages are divided by.
  /// - Returns: [P].
  func metaGradient(
    _ theta: [Double], policy: Policy<Double>, innerLearningRate: Double, scale: Double
  ) -> [Double] {
    let curvature = InnerCurvature(policy: policy, workspace: policy.makeWorkspace())
    let inner = gradient(theta, policy: policy, curvature: curvature, scale: scale)
    let adapted = zip(theta, inner).map { $0 - innerLearningRate * $1 }
    let outer = gradient(adapted, policy: policy, curvature: curvature, scale: scale)
    _ = gradient(theta, policy: policy, curvature: curvature, scale: scale)
    let pi = probabilities(theta, policy: policy)
    let tangent = zip(pi, curvature.scores(outer)).map { $0 * $1 }
    let changes = weights(pi, tangent: tangent).changes
    let rowScale = Double(states * actions) / (Double(horizon) * scale)
    let product = zip(
      curvature.product(.logLikelihood, outer),
      curvature.gradient(weights: changes.map { $0 * rowScale })
    ).map { $0 + $1 }
    return zip(outer, product).map { $0 - innerLearningRate * $1 }
  }

  /// ∇L(θ), left in the curvature as its batch.
  func gradient(
    _ theta: [Double], policy: Policy<Double>, curvature: InnerCurvature, scale: Double
  ) -> [Double] {
    let pi = probabilities(theta, policy: policy)
    let sums = weights(pi, tangent: Array(repeating: 0, count: pi.count)).sums
    // The loss divides by its rows, the learner's by its steps: T an episode.
    let rowScale = Double(states * actions) / (Double(horizon) * scale)
    return curvature.begin(theta, rows, advantages: sums.map { $0 * rowScale })
  }

  /// V, W and Ẇ for probabilities and their tangent, [S, A].
  private func weights(
    _ pi: [Double], tangent: [Double]
  ) -> (value: Double, sums: [Double], changes: [Double]) {
    // Backward: Q_t and its tangent, from the last step.
    var values = [Double](repeating: 0, count: states)
    var valueTangents = values
    var q: [[Double]] = []
    var qTangents: [[Double]] = []
    for _ in 0..<horizon {
      let expected = expectation(values)
      let now = zip(means, expected).map { $0 + $1 }
      let nowTangents = expectation(valueTangents)
      q.append(now)
      qTangents.append(nowTangents)
      for s in 0..<states {
        let cells = (s * actions)..<((s + 1) * actions)
        values[s] = cells.reduce(0) { $0 + pi[$1] * now[$1] }
        valueTangents[s] = cells.reduce(0) {
          $0 + tangent[$1] * now[$1] + pi[$1] * nowTangents[$1]
        }
      }
    }
    // Forward: occupancies and their tangents from state 0.
    var occupancy = [Double](repeating: 0, count: states)
    occupancy[0] = 1
    var occupancyTangents = [Double](repeating: 0, count: states)
    var sums = [Double](repeating: 0, count: pi.count)
    var changes = sums
    for t in 0..<horizon {
      let (now, nowTangents) = (q[horizon - 1 - t], qTangents[horizon - 1 - t])
      var next = [Double](repeating: 0, count: states)
      var nextTangents = next
      for cell in pi.indices {
        let (d, dTangent) = (occupancy[cell / actions], occupancyTangents[cell / actions])
        let flow = d * pi[cell]
        let flowTangent = dTangent * pi[cell] + d * tangent[cell]
        sums[cell] += flow * now[cell]
        changes[cell] += flowTangent * now[cell] + flow * nowTangents[cell]
        for s in 0..<states {
          next[s] += flow * transitions[cell * states + s]
          nextTangents[s] += flowTangent * transitions[cell * states + s]
        }
      }
      (occupancy, occupancyTangents) = (next, nextTangents)
    }
    return (values[0], sums, changes)
  }

  /// Σ_s′ P(s′|s, a) x(s′), [S, A].
  private func expectation(_ x: [Double]) -> [Double] {
    means.indices.map { cell in
      (0..<states).reduce(0) { $0 + transitions[cell * states + $1] * x[$1] }
    }
  }
}

/// exp(xᵢ) / Σ exp(x).
private func softmaxProbabilities(_ logits: ArraySlice<Double>) -> [Double] {
  let greatest = logits.max() ?? 0
  let weights = logits.map { exp($0 - greatest) }
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}
