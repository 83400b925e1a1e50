/// A value of the configuration, as text formats hold it.
enum ConfigurationValue: Sendable, Hashable {
  case integer(Int)
  case seed(UInt64)
  case number(Double)
  case text(String)
  case integers([Int])
  case texts([String])
}

/// Which numbers a field takes.
struct NumberRange: Sendable, Hashable {
  let lower: Double
  let upper: Double
  /// Whether `lower` itself is refused.
  var lowerIsOpen = false
  /// Whether `upper` itself is refused.
  var upperIsOpen = false

  static let notNegative = NumberRange(lower: 0, upper: .infinity)
  /// The ratio stays above zero; beyond 10⁶ nothing is ever clipped.
  static let clipRange = NumberRange(lower: 1e-6, upper: 1e6)
  static let unit = NumberRange(lower: 0, upper: 1)
  /// σ: its inverse square, by which inner gradients grow, stays a number that single precision
  /// calculates with; 10⁻⁶ is also the floor of rllab's Gaussian policies.
  static let deviation = NumberRange(lower: 1e-6, upper: 1e6)
  /// The ridge: below, it vanishes in the rounding of sums over a thousand steps, and what solves
  /// the least squares is noise; above, no baseline is left.
  static let ridge = NumberRange(lower: 1e-10, upper: 1e15)
  /// A bound on a KL divergence: below, it is the rounding of single-precision outputs; above, it
  /// bounds nothing.
  static let divergence = NumberRange(lower: 1e-10, upper: 1e6)
  /// β of Adam, about the length by which each parameter moves: below, single precision does not
  /// move it.
  static let outerLearningRate = NumberRange(lower: 1e-10, upper: 1e6)
  static let insideUnit = NumberRange(lower: 0, upper: 1, lowerIsOpen: true, upperIsOpen: true)

  func contains(_ value: Double) -> Bool {
    value.isFinite && (lowerIsOpen ? value > lower : value >= lower)
      && (upperIsOpen ? value < upper : value <= upper)
  }

  /// "a number more than 0 and at most 1".
  var description: String {
    let low = "\(lowerIsOpen ? "more than" : "at least") \(lower)"
    return upper.isFinite
      ? "a number \(low) and \(upperIsOpen ? "less than" : "at most") \(upper)"
      : "a number \(low)"
  }
}

/// One key of the configuration: where it stands in files, what it allows, and how it is read
/// from and written to the value.
///
/// Files, flags, checks and checkpoints all go through the one list of these fields.
struct ConfigurationField: Sendable {
  /// What a field holds and allows.
  enum Kind: Sendable, Hashable {
    case integer(ClosedRange<Int>)
    case seed
    case number(NumberRange)
    case choice([String])
    case integers(ClosedRange<Int>)
    case text
    case texts
  }

  /// `section.key`, or `key` at the top.
  let path: String
  let kind: Kind
  /// The comment above it in a written file.
  let comment: String
  /// Whether another value gives another run; such keys cannot change on resuming.
  let changesNumbers: Bool
  let get: @Sendable (RunConfiguration) -> ConfigurationValue
  /// Stores a value of the field's kind that passed `problem(with:)`.
  let set: @Sendable (inout RunConfiguration, ConfigurationValue) -> Void
  /// Names that older files say for a choice, and what they are called now.
  var formerNames: [String: String] = [:]
  /// The path that older files have for it.
  var formerPath: String?

  /// The section's name, or nil at the top.
  var section: String? {
    path.firstIndex(of: ".").map { String(path[..<$0]) }
  }

  /// The key without its section.
  var key: String {
    path.firstIndex(of: ".").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// What is wrong with a value ("must be …"), or nil.
  func problem(with value: ConfigurationValue) -> String? {
    switch (kind, value) {
    case (.integer(let range), .integer(let integer)):
      return range.contains(integer) ? nil : "must be \(Self.describe(range)), not \(integer)"
    case (.number(let range), .number(let number)):
      return range.contains(number) ? nil : "must be \(range.description), not \(number)"
    case (.choice(let names), .text(let name)):
      return names.contains(name)
        ? nil : "must be one of \(names.joined(separator: ", ")), not '\(name)'"
    case (.integers(let range), .integers(let integers)):
      guard integers.count <= Self.longestList else {
        return "must have at most \(Self.longestList) entries, not \(integers.count)"
      }
      guard let wrong = integers.first(where: { !range.contains($0) }) else { return nil }
      return "must hold \(Self.describe(range)) at each place, not \(wrong)"
    case (.seed, .seed), (.text, .text), (.texts, .texts):
      return nil
    default:
      return "must be \(expectation)"
    }
  }

  /// Most entries of a list.
  static let longestList = 64

  /// What the field takes, for messages.
  var expectation: String {
    switch kind {
    case .integer(let range): Self.describe(range)
    case .seed: "a whole number from 0 to \(UInt64.max)"
    case .number(let range): range.description
    case .choice(let names): "one of \(names.joined(separator: ", "))"
    case .integers(let range): "a list like [100, 100], each \(Self.describe(range))"
    case .text: "text"
    case .texts: "a list of texts"
    }
  }

  private static func describe(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "a whole number of at least \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
  }
}
