/// A parameter that a simulator's tasks must have.
public struct TaskParameterRule: Sendable, Hashable {
  /// Its name in definitions and scripts.
  public let name: String
  /// How many numbers it has.
  public let size: Int
  /// Its unit; empty for a pure number.
  public let unit: String
  /// What it is.
  public let meaning: String
  /// Whether every number must be above 0, as a mass.
  public let isPositive: Bool
  /// What every number must lie in, as a probability; nil for no bound.
  public let range: ClosedRange<Double>?
  /// Whether every number must be whole.
  public let isWhole: Bool
  /// When set, each run of so many numbers must be probabilities whose sum is 1.
  public let probabilityGroup: Int?

  /// A rule.
  public init(
    name: String, size: Int, unit: String, meaning: String, isPositive: Bool = false,
    range: ClosedRange<Double>? = nil, isWhole: Bool = false, probabilityGroup: Int? = nil
  ) {
    self.name = name
    self.size = size
    self.unit = unit
    self.meaning = meaning
    self.isPositive = isPositive
    self.isWhole = isWhole
    self.range = probabilityGroup == nil ? range : 0...1
    self.probabilityGroup = probabilityGroup
  }

  /// What is wrong with finite values of the right size, continuing "the parameter …".
  ///
  /// Sums of probabilities may miss 1 by 10⁻⁹.
  func complaint(about values: [Double]) -> String? {
    if isPositive, let value = values.first(where: { $0 <= 0 }) {
      return "must be above 0, not \(value): it is \(meaning)"
    }
    if isWhole, let value = values.first(where: { $0 != $0.rounded() }) {
      return "must be whole, not \(value): it is \(meaning)"
    }
    if let range, let value = values.first(where: { !range.contains($0) }) {
      return "must lie in \(range.lowerBound) … \(range.upperBound), not \(value):"
        + " it is \(meaning)"
    }
    if let probabilityGroup {
      for start in stride(from: 0, to: values.count, by: probabilityGroup) {
        let sum = values[start..<start + probabilityGroup].reduce(0, +)
        if abs(sum - 1) > 1e-9 {
          return "must hold probabilities: the \(probabilityGroup) numbers from index \(start)"
            + " have the sum \(sum) instead of 1"
        }
      }
    }
    return nil
  }

  /// What is wrong with a distribution of the right size, or nil.
  func complaint(about distribution: TaskDistribution) -> String? {
    switch distribution {
    case .constant(let values): return complaint(about: values)
    case .choice(let list), .fixedList(let list):
      return list.lazy.compactMap { complaint(about: $0) }.first
    case .simplex(_, let group) where group == probabilityGroup: return nil
    default:
      if let probabilityGroup {
        return "must be {simplex: {group: \(probabilityGroup)}}, or listed numbers:"
          + " it is \(meaning)"
      }
      let (low, high) = distribution.bounds
      return complaint(about: low) ?? complaint(about: high)
    }
  }
}
