import Experiments
import Statistics

/// What learning curves are drawn against, and what stands about them.
public struct LearningStyle: Sendable {
  /// The horizontal axis.
  public enum Axis: String, Sendable, CaseIterable {
    /// Meta-iterations.
    case iterations
    /// Environment steps of every use, those of validation included, as in TensorBoard.
    case environmentSteps = "environment-steps"

    /// One place on it, in words.
    var unit: String { self == .iterations ? "iteration" : "environment step" }
    /// Its label.
    var label: String { self == .iterations ? "meta-iteration" : "environment steps" }
  }

  /// The band about the mean of several seeds.
  public enum Spread: String, Sendable, CaseIterable {
    /// From the lowest to the highest seed.
    case range
    /// The 95 % Student t interval of the mean over seeds.
    case interval

    /// What the band is, in words.
    var words: String {
      self == .range ? "lowest to highest seed" : "95 % Student t interval over seeds"
    }

    /// The band of the means of at least one run; nothing for one.
    func band(_ means: [Double]) -> (low: Double?, high: Double?) {
      switch self {
      case .range: (means.min(), means.max())
      case .interval:
        studentInterval(of: means).map { ($0.lower, $0.upper) } ?? (means.first, means.first)
      }
    }
  }

  let axis: Axis
  let spread: Spread

  /// What places are counted in, so that the numbers of the tics stay short.
  func scale(_ histories: [LearningHistory]) -> (unit: Int, words: String) {
    guard axis == .environmentSteps else { return (1, "") }
    let most = histories.flatMap { $0.environmentSteps().values }.max() ?? 0
    return most >= 2e6 ? (1_000_000, ", millions") : most >= 2e3 ? (1000, ", thousands") : (1, "")
  }

  /// A style; iterations and the range of the seeds where nothing else is asked for.
  public init(axis: Axis = .iterations, spread: Spread = .range) {
    (self.axis, self.spread) = (axis, spread)
  }
}
