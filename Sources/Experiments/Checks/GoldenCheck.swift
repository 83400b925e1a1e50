import DenseMath
import Foundation
import MetaLearning
import Networks

/// Checks against golden files: values computed independently in double precision.
public enum GoldenCheck {
  /// Relative error allowed in a precision: 1e-9 in double, 2e-4 in single.
  public static func tolerance(_ precision: NetworkPrecision) -> Double {
    precision == .double ? 1e-9 : 2e-4
  }

  /// Reproduces every quantity of a golden file.
  ///
  /// - Parameters:
  ///   - path: a file of a learner (Gaussian or categorical), of the baseline, or of KLs.
  ///   - precision: of the networks.
  /// - Returns: the table of relative errors.
  /// - Throws: `GoldenError` for a file that cannot be read or is not of the format.
  public static func run(path: String, precision: NetworkPrecision) async throws -> CheckTable {
    try await run(GoldenValue(file: path), precision: precision)
  }

  /// Reproduces every quantity of a golden file's bytes.
  ///
  /// - Throws: `GoldenError` for bytes that are not of the format.
  package static func run(
    bytes: [UInt8], name: String, precision: NetworkPrecision
  ) async throws -> CheckTable {
    try await run(GoldenValue(bytes: bytes, name: name), precision: precision)
  }

  private static func run(
    _ file: GoldenValue, precision: NetworkPrecision
  ) async throws -> CheckTable {
    var table = CheckTable(
      title: "\(URL(fileURLWithPath: file.file).lastPathComponent), \(precision.rawValue)",
      tolerance: tolerance(precision))
    if file.has("topic") {
      switch precision {
      case .float: try await GoldenAlgorithmCheck<Float>(file).run(into: &table)
      case .double: try await GoldenAlgorithmCheck<Double>(file).run(into: &table)
      }
    } else if file.has("cases") {
      switch precision {
      case .float: try await GoldenLearnerCheck<Float>(file).run(into: &table)
      case .double: try await GoldenLearnerCheck<Double>(file).run(into: &table)
      }
    } else if file.has("rewards") {
      try checkBaseline(file, into: &table)
    } else if file.has("p_mean") {
      try checkDivergences(file, into: &table)
    } else {
      throw file.error(
        "has none of 'cases' (a learner), 'rewards' (baseline and advantages), 'p_mean' (KL)")
    }
    table.unchecked = file.unread
    return table
  }

  /// Most numbers of one observation of a file about the baseline.
  private static let largestObservation = 300

  /// Baseline, returns and advantages; arrays of the file are [time][episode] with padding.
  private static func checkBaseline(
    _ file: GoldenValue, into table: inout CheckTable
  ) throws {
    let rewardRows = try file["rewards"].elements
    let horizon = rewardRows.count
    let lengths = try file["lengths"].numbers.map { Int(exactly: $0) ?? 0 }
    guard !lengths.isEmpty, lengths.allSatisfy({ $0 >= 1 && $0 <= horizon }) else {
      throw try file["lengths"].error("is not a list of episode lengths up to \(horizon)")
    }
    let episodes = lengths.count
    let observations = try file["observations"].numbers
    guard observations.count % (horizon * episodes) == 0 else {
      throw try file["observations"].error("does not fit \(horizon) times, \(episodes) episodes")
    }
    let size = observations.count / (horizon * episodes)
    // The least squares take the square of this in memory.
    guard size <= largestObservation else {
      throw try file["observations"].error(
        "has \(size) numbers a step; at most \(largestObservation) are read")
    }
    func packed(_ padded: [Double], width: Int) -> [Double] {
      var rows: [Double] = []
      for (episode, length) in lengths.enumerated() {
        for t in 0..<length {
          let start = (t * episodes + episode) * width
          rows += padded[start..<(start + width)]
        }
      }
      return rows
    }
    func reference(_ key: String) throws -> [Double] {
      packed(try file[key].numbers(count: horizon * episodes), width: 1)
    }
    let batch = TrajectoryBatch(
      lengths: lengths, observations: packed(observations, width: size), actions: [],
      rewards: try reference("rewards"), terminated: lengths.map { _ in false })
    let discount = try file["gamma"].number
    let targets = returnsToGo(rewards: batch.rewards, lengths: lengths, discount: discount)
    table.compare("returns-to-go", targets, try reference("returns"))
    let features = LinearFeatureBaseline.features(of: batch, observationSize: size)
    let ridge = try file["reg"].number
    guard ridge > 0 else { throw try file["reg"].error("is not above 0") }
    let baseline = try LinearFeatureBaseline(
      features: features, returnsToGo: targets, ridge: ridge)
    let gaeLambda = try file["lambda"].number
    func estimate(_ weights: LinearFeatureBaseline) -> (values: [Double], advantages: [Double]) {
      let values = weights.values(features: features)
      return (
        values,
        generalizedAdvantages(
          rewards: batch.rewards, values: values, lengths: lengths, discount: discount,
          gaeLambda: gaeLambda)
      )
    }
    let (values, advantages) = estimate(baseline)
    // The least squares amplify rounding by up to the ratio of the features' squares and the ridge.
    var stream = RandomStream(key: RandomKey(seed: 0, purpose: .check))
    var again: [(weights: [Double], values: [Double], advantages: [Double])] = []
    for _ in 0..<RoundingNoise.repetitions {
      let moved = try LinearFeatureBaseline(
        features: RoundingNoise.moved(features, using: &stream),
        returnsToGo: RoundingNoise.moved(targets, using: &stream), ridge: ridge)
      let part = estimate(moved)
      again.append((moved.weights, part.values, part.advantages))
    }
    table.compare(
      "baseline weights", baseline.weights, try file["weights"].numbers,
      noise: RoundingNoise(baseline.weights, again: again.map(\.weights)))
    table.compare(
      "baseline values", values, try reference("values"),
      noise: RoundingNoise(values, again: again.map(\.values)))
    table.compare(
      "advantages", advantages, try reference("advantages"),
      noise: RoundingNoise(advantages, again: again.map(\.advantages)))
    table.compare(
      "normalized advantages", normalized(advantages), try reference("normalized"),
      noise: RoundingNoise(
        normalized(advantages), again: again.map { normalized($0.advantages) }))
    // Behind an episode's end there is nothing: zeros.
    var padding: [Double] = []
    for key in ["rewards", "returns", "values", "advantages", "normalized"] {
      let padded = try file[key].numbers(count: horizon * episodes)
      for (episode, length) in lengths.enumerated() {
        for t in length..<horizon { padding.append(padded[t * episodes + episode]) }
      }
    }
    table.compare("padding", padding.map { _ in 0 }, padding, smallestScale: 1)
  }

  /// KL of rows of Gaussians, each with its own deviations.
  private static func checkDivergences(
    _ file: GoldenValue, into table: inout CheckTable
  ) throws {
    func rows(_ key: String) throws -> [[Double]] {
      try file[key].elements.map { try $0.numbers }
    }
    let (pMean, pLog) = (try rows("p_mean"), try rows("p_log_std"))
    let (qMean, qLog) = (try rows("q_mean"), try rows("q_log_std"))
    let counts = Set([pMean, pLog, qMean, qLog].flatMap { $0.map(\.count) })
    guard counts.count == 1, let size = counts.first, size >= 1,
      Set([pMean.count, pLog.count, qMean.count, qLog.count]).count == 1
    else { throw file.error("has rows of different sizes") }
    func divergences(
      from p: ([[Double]], [[Double]]), to q: ([[Double]], [[Double]])
    ) -> [Double] {
      pMean.indices.map { row in
        var unused = OutputGradient(outputCount: size, logStandardDeviationCount: size)
        return KLDivergenceLoss(
          distribution: .gaussian(actionSize: size), oldOutputs: p.0[row],
          oldLogStandardDeviations: p.1[row], direction: .oldToNew
        ).addGradient(
          OutputBlock(
            firstRow: 0, rowCount: 1, outputs: q.0[row], logStandardDeviations: q.1[row]),
          into: &unused)
      }
    }
    let forward = divergences(from: (pMean, pLog), to: (qMean, qLog))
    let backward = divergences(from: (qMean, qLog), to: (pMean, pLog))
    let count = Double(forward.count)
    table.compare("KL(p ‖ q), rows", forward, try file["kl_p_q_rows"].numbers)
    table.compare(
      "KL(p ‖ q), mean", [forward.reduce(0, +) / count], [try file["mean_kl_p_q"].number])
    table.compare(
      "KL(q ‖ p), mean", [backward.reduce(0, +) / count], [try file["mean_kl_q_p"].number])
  }
}
