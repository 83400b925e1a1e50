/// What can be wrong with an adaptation although every number looks accepted.
public enum Symptom: String, Sendable, CaseIterable {
  /// It is shown that adapting gains nothing that matters.
  case noGain = "no-gain"
  /// Whether adapting gains anything cannot be told from noise.
  case gainNotKnown = "gain-not-known"
  /// Adapting makes things worse.
  case negativeGain = "negative-gain"
  /// The adapted policy that is differentiated is not the one that acted.
  case ratioNotOne = "ratio-not-one"
  /// Outer steps are rejected one after the other.
  case stepsRejected = "steps-rejected"
  /// The meta-gradient is zero: there is nothing to learn from.
  case gradientZero = "gradient-zero"
  /// Episodes diverge.
  case episodesDiverge = "episodes-diverge"
  /// The policy hardly explores any more.
  case deviationCollapsed = "deviation-collapsed"
  /// The policy acts almost at random.
  case deviationExploded = "deviation-exploded"
  /// The baseline leaves all of the returns' variance to the gradient.
  case baselineExplainsNothing = "baseline-explains-nothing"
  /// The return after adaptation was plainly better once.
  case pastPeak = "past-peak"
  /// One task makes most of the meta-gradient.
  case taskDominates = "task-dominates"
}

/// A symptom that was found: what was seen, the likely cause, and what to try; one line.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
  /// The symptom.
  public let symptom: Symptom
  /// The line.
  public let description: String

  init(_ symptom: Symptom, seen: String, cause: String) {
    self.symptom = symptom
    description = "\(seen) (\(symptom.rawValue)). \(cause)"
  }
}
