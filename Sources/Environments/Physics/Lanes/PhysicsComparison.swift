/// How far the lane engine and MuJoCo are apart after one control step from the same states.
public struct PhysicsComparison: Sendable {
  /// The differences of one kind over all states.
  public struct Row: Sendable {
    /// What is compared, with its unit.
    public let quantity: String
    /// The lane engine from MuJoCo with its solver run to convergence.
    public let lanes: Quantiles
    /// MuJoCo with the model's own tolerance from MuJoCo run to convergence.
    public let ownTolerance: Quantiles
    /// The greatest excess of the lane engine's distance from MuJoCo with the model's own
    /// tolerance over the distance between the two tolerances.
    public let excess: Double
    /// The greatest difference that `lanes` may have.
    public let limit: Double

    /// Rounding, which `excess` may have.
    public static let rounding = 1e-9

    /// Whether the promise is kept; never with a number that is not finite.
    public var passed: Bool { lanes.greatest <= limit && excess <= Self.rounding }
  }

  /// Quantiles of differences.
  public struct Quantiles: Sendable, Hashable {
    /// Half of the states are no farther apart.
    public let median: Double
    /// 99 of 100.
    public let percent99: Double
    /// 999 of 1000.
    public let permille999: Double
    /// All.
    public let greatest: Double

    /// Of at least one difference.
    init(_ differences: [Double]) {
      precondition(!differences.isEmpty, "differences: none, at least 1 expected")
      // A number that is not one counts as the greatest.
      let sorted = differences.map { $0.isNaN ? .infinity : $0 }.sorted()
      func quantile(_ share: Double) -> Double {
        sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
      }
      median = quantile(0.5)
      percent99 = quantile(0.99)
      permille999 = quantile(0.999)
      greatest = quantile(1)
    }
  }

  /// States compared.
  public internal(set) var states = 0
  /// Tasks they were visited on.
  public internal(set) var tasks = 0
  /// States after whose step something touched.
  public internal(set) var withContact = 0
  /// Of these, states in which two bodies of the robot touched each other.
  public internal(set) var withSelfContact = 0
  /// States after whose step a joint was beyond a limit.
  public internal(set) var withLimit = 0
  /// States from which one engine diverged and the other did not.
  public internal(set) var disagreements = 0
  /// The differences.
  public internal(set) var rows: [Row] = []

  /// Whether all promises are kept.
  public var passed: Bool { disagreements == 0 && !rows.isEmpty && rows.allSatisfy(\.passed) }
}
