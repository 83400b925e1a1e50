import DenseMath
import Statistics

/// A state-value estimate linear in features of observation and time, fitted to one task's batch.
///
/// Features of a step: [o clipped to ±10, o², t/100, (t/100)², (t/100)³, 1] with t from 0 and o
/// clipped before squaring, F = 2O + 4; weights solve (XᵀX + ridge·I) w = Xᵀy with y the
/// discounted returns-to-go. Source: Duan et al. 2016, arXiv:1604.06778, §5 (rllab).
public struct LinearFeatureBaseline: Sendable {
  /// w, [F].
  public let weights: [Double]
  /// The ridge that made the solution finite.
  public let ridge: Double

  /// Fits the weights.
  ///
  /// - Parameters:
  ///   - features: [N, F], of `LinearFeatureBaseline.features`.
  ///   - returnsToGo: y, [N].
  ///   - ridge: > 0; grown tenfold until the solution is finite.
  /// - Throws: `StatisticsError` when no ridge helps (observations that are not finite).
  public init(features: [Double], returnsToGo: [Double], ridge: Double) throws(StatisticsError) {
    let rows = returnsToGo.count
    let count = rows == 0 ? 0 : features.count / rows
    var gram = [Double](repeating: 0, count: count * count)
    var moment = [Double](repeating: 0, count: count)
    Double.addOuterProduct(&gram, features, features, rows: rows, columns: count, inner: count)
    for row in 0..<rows {
      for i in 0..<count { moment[i] += features[row * count + i] * returnsToGo[row] }
    }
    (weights, self.ridge) = try solveRidge(gram: gram, moment: moment, ridge: ridge)
  }

  /// Features of every step of a batch, [N, 2O + 4].
  public static func features(of batch: TrajectoryBatch, observationSize: Int) -> [Double] {
    let count = 2 * observationSize + 4
    var features = [Double](repeating: 0, count: batch.stepCount * count)
    var row = 0
    for length in batch.lengths {
      for t in 0..<length {
        let start = row * count
        for i in 0..<observationSize {
          let o = min(max(batch.observations[row * observationSize + i], -10), 10)
          features[start + i] = o
          features[start + observationSize + i] = o * o
        }
        let time = Double(t) / 100
        features[start + count - 4] = time
        features[start + count - 3] = time * time
        features[start + count - 2] = time * time * time
        features[start + count - 1] = 1
        row += 1
      }
    }
    return features
  }

  /// V of every step, [N].
  public func values(features: [Double]) -> [Double] {
    let count = weights.count
    return (0..<(features.count / max(count, 1))).map { row in
      var sum = 0.0
      for i in 0..<count { sum += features[row * count + i] * weights[i] }
      return sum
    }
  }
}
