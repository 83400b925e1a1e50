import MetaLearning

/// What draws pictures of a training for TensorBoard.
///
/// Training itself draws nothing: whoever composes a run gives it what does. Pictures show validation tasks, never held-out ones.
public protocol TrainingPictures: Sendable {
  /// The name under which TensorBoard files them, such as `paths`.
  var tag: String { get }

  /// Looks for what they are drawn with.
  ///
  /// - Throws: why there will be none.
  func prepare() throws

  /// The picture of an iteration.
  ///
  /// - Parameters:
  ///   - checkpoint: the present parameters.
  ///   - run: whose they are.
  ///   - workers: tasks at a time.
  /// - Returns: a PNG, or nil where there is nothing to show.
  /// - Throws: what drawing throws; the training goes on.
  func draw(_ checkpoint: Checkpoint, of run: TrainingRun, workers: Workers) async throws
    -> [UInt8]?
}
