/// Remembers between commands which models have passed their trial (`ModelTrial`).
///
/// The worlds write no files: whoever composes the program hands one in.
///
/// ```swift
/// ModelTrial.keep(in: ModelTrialCache.ofUser)
/// ```
public protocol ModelTrialLedger: Sendable {
  /// Whether a trial with just these bytes was passed before.
  ///
  /// - Parameter identity: everything that a trial depends on, in parts.
  /// - Returns: false where it is not known.
  func hasPassed(_ identity: [[UInt8]]) -> Bool

  /// Notes that a trial was passed; where that fails, the trial is made again another time.
  ///
  /// - Parameter identity: everything that a trial depends on, in parts.
  func notePassed(_ identity: [[UInt8]])
}
