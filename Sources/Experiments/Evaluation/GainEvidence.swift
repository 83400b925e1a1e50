import Files
import Statistics

/// What gains of adapting show: what every verdict and warning about a gain rests on.
///
/// Three answers are kept apart: a gain is shown, it is shown that there is none that matters, or
/// it is not known. An interval that holds 0 is no evidence that there is no gain.
public struct GainEvidence: Sendable, Equatable {
  /// What is shown.
  public enum Conclusion: String, Sendable, CaseIterable {
    /// The interval lies above 0, and not all of it below the margin.
    case gains
    /// The interval lies below 0.
    case loses
    /// The interval lies below the margin: no gain that matters.
    case noGain = "no-gain"
    /// The interval holds 0 as well as gains that matter.
    case notKnown = "not-known"
    /// There is no interval: too few tasks.
    case tooFew = "too-few"
  }

  /// What is shown.
  public let conclusion: Conclusion
  /// The mean gain.
  public let mean: Double
  /// Its interval; nil where there are too few values for one.
  public let interval: Interval?
  /// The least gain that matters; nil where it cannot be told.
  public let margin: Double?

  /// The margin, in standard deviations over tasks of the returns before adapting.
  ///
  /// Differences between groups below a fifth of their standard deviation are less than what is
  /// called a small effect: Cohen 1988, "Statistical Power Analysis for the Behavioral Sciences",
  /// section 2.2. Tasks are what returns differ by here, so a gain below it is lost among them.
  public static let marginInDeviations = 0.2

  /// Evidence from an interval.
  public init(mean: Double, interval: Interval?, margin: Double?) {
    (self.mean, self.interval, self.margin) = (mean, interval, margin)
    guard let interval, interval.lower.isFinite, interval.upper.isFinite else {
      conclusion = .tooFew
      return
    }
    let isBelowMargin = margin.map { interval.upper < $0 } ?? false
    conclusion =
      interval.upper < 0
      ? .loses : isBelowMargin ? .noGain : interval.lower > 0 ? .gains : .notKnown
  }

  /// The least gain that matters: `marginInDeviations` · √(mean over runs of s²), s the standard
  /// deviation over tasks of the returns before adapting.
  ///
  /// - Parameter before: returns before adapting by run, then task.
  /// - Returns: nil where no run has two tasks with finite returns.
  public static func margin(before: [[Double]]) -> Double? {
    let squares = before.filter { $0.count > 1 && $0.allSatisfy(\.isFinite) }.map {
      let deviation = sampleStandardDeviation(of: $0)
      return deviation * deviation
    }
    guard !squares.isEmpty else { return nil }
    return marginInDeviations * Statistics.mean(of: squares).squareRoot()
  }

  /// The gain and its interval: `1.20 [0.30, 2.10]`.
  public var figure: String { FigureText.figure(mean, interval) }

  /// What the margin is, in words; empty where there is none.
  public var marginText: String {
    margin.map {
      "a gain of \(FigureText.significant($0)) would matter (a fifth of the standard deviation "
        + "over tasks of the returns before adapting)"
    } ?? ""
  }
}
