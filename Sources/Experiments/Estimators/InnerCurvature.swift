import DenseMath
import MetaLearning
import Networks

/// A way to differentiate the inner step.
public enum MetaGradientEstimator: String, Sendable, CaseIterable {
  /// Past the inner step: ∂θ′/∂θ is taken as the identity.
  case firstOrder = "first order"
  /// Through the log-likelihood surrogate, the MAML paper's.
  case logLikelihood = "log-likelihood"
  /// Through low-variance curvature, ProMP's.
  case lowVarianceCurvature = "lvc"
  /// Through the Loaded-DiCE surrogate: its Hessian is unbiased.
  case dice
}

/// A batch of one task at θ: its inner gradient, and Hessian products of every estimator.
///
/// With l_t = log π(a_t|o_t) and S_t the sum of l up to t within the episode, the surrogates are
/// −(1/N) Σ Âₜ g, with g = l_t for log-likelihood, exp(l_t − stop l_t) for lvc, and
/// exp(S_t − stop S_t) − exp(S_{t−1} − stop S_{t−1}) for DiCE. Their gradients agree. The Hessian
/// of the last is that of the first and, with s_t = ∇l_t·v, the gradient of a log-likelihood
/// surrogate with the weights Â_t Σ_{k≤t} s_k + Σ_{k>t} Â_k s_k.
/// Source: Farquhar et al. 2019 (Loaded DiCE), arXiv:1909.10549, eq. 12; Rothfuss et al. 2019,
/// arXiv:1810.06784, section 4.
final class InnerCurvature {
  private let policy: Policy<Double>
  private let workspace: NetworkWorkspace<Double>
  private let cache: ActivationCache<Double>
  private let batch: LearningBatch<Double>
  private let parameters: PreparedParameters<Double>
  private let direction: PreparedParameters<Double>
  private var lengths: [Int] = []

  init(policy: Policy<Double>, workspace: NetworkWorkspace<Double>) {
    self.policy = policy
    self.workspace = workspace
    cache = ActivationCache(network: policy.network)
    batch = LearningBatch(observationSize: policy.network.inputWidth)
    parameters = policy.makeParameters()
    direction = policy.makeParameters()
  }

  /// Takes a batch and gives the gradient that all surrogates share, [P].
  ///
  /// - Parameters:
  ///   - theta: θ, [P].
  ///   - trajectories: sampled with θ.
  ///   - advantages: Â, [N].
  /// - Returns: ∇L(θ).
  func begin(
    _ theta: [Double], _ trajectories: TrajectoryBatch, advantages: [Double]
  ) -> [Double] {
    parameters.set(theta)
    lengths = trajectories.lengths
    batch.set(trajectories, advantages: advantages)
    return gradient(weights: advantages, cache: cache)
  }

  /// ∇²L(θ) v by the estimator; zero for the first order.
  func product(_ estimator: MetaGradientEstimator, _ v: [Double]) -> [Double] {
    switch estimator {
    case .firstOrder: return Array(repeating: 0, count: v.count)
    case .logLikelihood: return hessianProduct(.logLikelihood, v)
    case .lowVarianceCurvature: return hessianProduct(.lowVarianceCurvature, v)
    case .dice:
      let weights = episodeWeights(scores: scores(v))
      return zip(hessianProduct(.logLikelihood, v), gradient(weights: weights, cache: nil))
        .map { $0 + $1 }
    }
  }

  /// s_t = ∇log π_t · v, [N].
  func scores(_ v: [Double]) -> [Double] {
    direction.set(v)
    return policy.scoreProducts(
      parameters, direction: direction, inputs: batch.inputs, actions: batch.actions,
      cache: cache, workspace: workspace)
  }

  /// −(1/N) Σ w ∇log π, [P].
  func gradient(weights: [Double], cache: ActivationCache<Double>? = nil) -> [Double] {
    let loss = PolicyGradientLoss(
      distribution: policy.distribution, actions: batch.actions, advantages: weights,
      form: .logLikelihood)
    _ = policy.lossGradient(
      parameters, inputs: batch.inputs, loss: loss, gradient: workspace.parameterGradient,
      cache: cache, workspace: workspace)
    return workspace.parameterGradient.values
  }

  private func hessianProduct(_ form: PolicyGradientLoss.Form, _ v: [Double]) -> [Double] {
    direction.set(v)
    let loss = PolicyGradientLoss(
      distribution: policy.distribution, actions: batch.actions, advantages: batch.advantages,
      form: form)
    policy.hessianProduct(
      parameters, direction: direction, inputs: batch.inputs, loss: loss, cache: cache,
      product: workspace.parameterGradient, workspace: workspace)
    return workspace.parameterGradient.values
  }

  private func episodeWeights(scores: [Double]) -> [Double] {
    let advantages = batch.advantages
    var weights = [Double](repeating: 0, count: scores.count)
    var start = 0
    for length in lengths {
      let steps = start..<(start + length)
      var before = 0.0
      for t in steps {
        before += scores[t]
        weights[t] = advantages[t] * before
      }
      var after = 0.0
      for t in steps.reversed() {
        weights[t] += after
        after += advantages[t] * scores[t]
      }
      start += length
    }
    return weights
  }
}
