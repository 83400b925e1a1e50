import DenseMath
import Foundation

/// The loss of proximal policy optimization over the steps of trials, with value and entropy.
///
/// −mean min(r Â, clip(r, 1 ± ε) Â) + c_v mean ½(V − target)² − c_e mean entropy, r = π / π_old.
///
/// Means are over all steps of all trials of a batch; this is a part's share of them.
///
/// Source: Schulman et al. 2017, arXiv:1707.06347, eq. 9, without clipping of values.
public struct ClippedTrialLoss: Sendable {
  /// ε > 0; infinite for the ratio without a clip.
  public var clipRange: Double
  /// Weight of the policy's part: 1, or 0 to leave it out.
  public var policyCoefficient: Double
  /// c_v ≥ 0.
  public var valueCoefficient: Double
  /// c_e ≥ 0.
  public var entropyCoefficient: Double

  /// A loss.
  public init(
    clipRange: Double, valueCoefficient: Double, entropyCoefficient: Double,
    policyCoefficient: Double = 1
  ) {
    self.clipRange = clipRange
    self.policyCoefficient = policyCoefficient
    self.valueCoefficient = valueCoefficient
    self.entropyCoefficient = entropyCoefficient
  }

  /// Sums over a part's steps; divided by the number of steps of the batch they are its means.
  public struct Sums: Sendable, Equatable {
    /// −Σ min(…).
    public var policy = 0.0
    /// Σ ½(V − target)².
    public var value = 0.0
    /// Σ entropy, nats.
    public var entropy = 0.0
    /// Σ (r − 1 − log r), whose mean estimates KL(old ‖ new) without bias and is never negative.
    ///
    /// Source: Schulman 2020, "Approximating KL divergence", joschu.net/blog/kl-approx.html.
    public var divergence = 0.0
    /// Steps at which the clip cut the gradient off.
    public var clipped = 0
    /// Greatest |r − 1|.
    public var largestRatioChange = 0.0
    /// Steps.
    public var count = 0

    /// None.
    public init() {}

    /// Adds those of another part.
    public mutating func add(_ other: Sums) {
      policy += other.policy
      value += other.value
      entropy += other.entropy
      divergence += other.divergence
      clipped += other.clipped
      largestRatioChange = max(largestRatioChange, other.largestRatioChange)
      count += other.count
    }
  }

  /// The loss of sums over a batch of `count` steps.
  public func loss(_ sums: Sums) -> Double {
    (policyCoefficient * sums.policy + valueCoefficient * sums.value
      - entropyCoefficient * sums.entropy) / Double(max(sums.count, 1))
  }
}

extension RecurrentPolicy {
  /// log π, entropies and values of the steps of a sequence after its forward pass.
  ///
  /// - Parameters:
  ///   - parameters: θ of the forward pass.
  ///   - rows: lengths and actions.
  ///   - memory: of the forward pass.
  /// - Returns: each [T L]; 0 in padding.
  public func stepFigures(
    _ parameters: RecurrentParameters<Scalar>, _ rows: TrialRows, _ memory: SequenceMemory<Scalar>
  ) -> (logProbabilities: [Double], entropies: [Double], values: [Double]) {
    var logProbabilities = [Double](repeating: 0, count: rows.steps * rows.lanes)
    var (entropies, values) = (logProbabilities, logProbabilities)
    let deviations = logStandardDeviations(parameters)
    forEachStep(rows) { step, lane, row in
      let block = outputBlock(memory, row: row, deviations: deviations)
      let (actions, width) = (rows.actions, distribution.actionWidth)
      logProbabilities[row] =
        distribution.logProbabilities(
          block, actions: Array(actions[(row * width)..<((row + 1) * width)]))[0]
      entropies[row] = distribution.meanEntropy(block)
      values[row] = Double(memory.value(step: step, lane: lane))
    }
    return (logProbabilities, entropies, values)
  }

  private func outputBlock(
    _ memory: SequenceMemory<Scalar>, row: Int, deviations: [Double]
  ) -> OutputBlock {
    let pointer = memory.outputs.pointer(row: row)
    return OutputBlock(
      firstRow: 0, rowCount: 1, outputs: (0..<outputWidth).map { Double(pointer[$0]) },
      logStandardDeviations: deviations)
  }

  private func forEachStep(
    _ rows: TrialRows, _ body: (_ step: Int, _ lane: Int, _ row: Int) -> Void
  ) {
    for step in 0..<rows.steps {
      for lane in 0..<rows.lanes where step < rows.lengths[lane] {
        body(step, lane, step * rows.lanes + lane)
      }
    }
  }

  /// The loss of a part of a batch and its gradient at outputs, values and log σ.
  ///
  /// - Parameters:
  ///   - loss: the loss.
  ///   - parameters: θ of the forward pass.
  ///   - rows: the part.
  ///   - batchSteps: N, steps of the whole batch, over which the means go.
  ///   - memory: of the forward pass; its gradients are overwritten, ready for `reverse`.
  ///   - deviationGradient: that of log σ is added to, [A].
  /// - Returns: the part's sums.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func lossGradient(
    _ loss: ClippedTrialLoss, _ parameters: RecurrentParameters<Scalar>, _ rows: TrialRows,
    batchSteps: Int, _ memory: SequenceMemory<Scalar>, deviationGradient: inout [Double]
  ) -> ClippedTrialLoss.Sums {
    precondition(
      rows.steps == memory.steps && rows.lanes == memory.lanes,
      "rows [\(rows.steps), \(rows.lanes)], memory [\(memory.steps), \(memory.lanes)]")
    memory.resizeGradients()
    memory.outputGradients.clear()
    memory.valueGradients.clear()
    let (scale, width) = (1 / Double(max(batchSteps, 1)), outputWidth)
    let logs = logStandardDeviations(parameters)
    let inverses = logs.map { exp(-$0) }
    let mask = floorMask(parameters)
    var sums = ClippedTrialLoss.Sums()
    var p = [Double](repeating: 0, count: width)
    var score = p
    for step in 0..<rows.steps {
      for lane in 0..<rows.lanes where step < rows.lengths[lane] {
        let row = step * rows.lanes + lane
        let outputs = memory.outputs.pointer(row: row)
        let gradient = memory.outputGradients.pointer(row: row)
        var (logProbability, entropy) = (0.0, 0.0)
        switch distribution {
        case .categorical(let count):
          let action = Int(rows.actions[row])
          var largest = Double(outputs[0])
          for a in 1..<max(count, 1) { largest = max(largest, Double(outputs[a])) }
          var sum = 0.0
          for a in 0..<count {
            p[a] = exp(Double(outputs[a]) - largest)
            sum += p[a]
          }
          let normalizer = largest + log(sum)
          for a in 0..<count {
            p[a] /= sum
            let logP = Double(outputs[a]) - normalizer
            entropy -= p[a] * logP
            score[a] = -p[a]
          }
          score[action] += 1
          logProbability = Double(outputs[action]) - normalizer
        case .gaussian(let size), .prediction(let size):
          for d in 0..<size {
            let z = (rows.actions[row * size + d] - Double(outputs[d])) * inverses[d]
            logProbability -= 0.5 * z * z + logs[d] + halfLogTwoPi
            entropy += logs[d] + halfLogTwoPi + 0.5
            score[d] = z * inverses[d]
          }
        }
        let difference = logProbability - rows.oldLogProbabilities[row]
        let (ratio, advantage) = (exp(difference), rows.advantages[row])
        let bounded = min(max(ratio, 1 - loss.clipRange), 1 + loss.clipRange)
        let isCut = bounded * advantage < ratio * advantage
        sums.policy -= isCut ? bounded * advantage : ratio * advantage
        if isCut { sums.clipped += 1 }
        sums.entropy += entropy
        sums.divergence += ratio - 1 - difference
        sums.largestRatioChange = max(sums.largestRatioChange, abs(ratio - 1))
        sums.count += 1
        let error = Double(memory.values.pointer(row: row).pointee) - rows.valueTargets[row]
        sums.value += 0.5 * error * error
        memory.valueGradients.pointer(row: row).pointee = Scalar(
          loss.valueCoefficient * scale * error)
        let weight = isCut ? 0 : -loss.policyCoefficient * scale * ratio * advantage
        let entropyWeight = loss.entropyCoefficient * scale
        switch distribution {
        case .categorical(let count):
          for a in 0..<count {
            // ∂entropy/∂logit = −p (log p + entropy).
            let logP = p[a] > 0 ? log(p[a]) : 0
            gradient[a] = Scalar(
              weight * score[a] + entropyWeight * p[a] * (logP + entropy))
          }
        case .gaussian(let size), .prediction(let size):
          for d in 0..<size {
            gradient[d] = Scalar(weight * score[d])
            guard !mask.isEmpty else { continue }
            let z = score[d] / inverses[d]
            deviationGradient[d] += mask[d] * (weight * (z * z - 1) - entropyWeight)
          }
        }
      }
    }
    return sums
  }
}
