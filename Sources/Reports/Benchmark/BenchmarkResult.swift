import Experiments
import Files

/// The evaluation of one policy of one run.
public struct BenchmarkResult: Sendable, Equatable {
  /// Mean return of each task's episodes, `[step][task]`.
  public let returns: [[Double]]
  /// What the evaluated parameters are known by.
  let key: String
  /// Iteration of the checkpoint that validation tasks selected; 0 for an untrained policy.
  public let iteration: Int
  /// Iterations that the run has been trained for.
  public internal(set) var trainedIterations: Int

  init(returns: [[Double]], key: String, iteration: Int, trainedIterations: Int) {
    self.returns = returns
    self.key = key
    self.iteration = iteration
    self.trainedIterations = trainedIterations
  }

  /// Reads a result that was written for the same parameters.
  ///
  /// - Returns: nil when there is none, or it is of other parameters, or cannot be read: it is
  ///   then made again.
  package init?(contentsOf path: String, key: String, tasks: Int) throws(FileError) {
    guard FileSystem.kind(of: path) == .file else { return nil }
    let bytes = try FileSystem.contents(of: path, limit: 64 << 20)
    guard let json = try? JSONValue(parsing: bytes), json["benchmark_key"]?.text == key,
      let curve = json["curve"]?.elements, let iteration = json["checkpoint_iteration"]?.integer,
      let trained = json["trained_iterations"]?.integer
    else { return nil }
    let returns = curve.map { $0["per_task"]?.elements?.compactMap(\.number) ?? [] }
    guard !returns.isEmpty, returns.allSatisfy({ $0.count == tasks }) else { return nil }
    self.init(returns: returns, key: key, iteration: iteration, trainedIterations: trained)
  }

  /// Writes the evaluation's report with what it was made from.
  func write(_ report: EvaluationReport, to path: String) throws(FileError) {
    let members =
      report.members(scale: nil) + [
        .init("benchmark_key", .text(key)), .init("checkpoint_iteration", .integer(iteration)),
        .init("trained_iterations", .integer(trainedIterations)),
      ]
    try FileSystem.createFolder(FileSystem.parentFolder(of: path))
    try DurableFile.write(JSONValue.object(members).line + "\n", to: path)
  }
}
