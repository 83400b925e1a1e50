/// One compared quantity of a check.
public struct CheckRow: Sendable {
  /// What was compared: `one_step: meta-gradient, on policy`.
  public let quantity: String
  /// Greatest deviation relative to the greatest reference entry of the same tensor.
  public let relativeError: Double
  /// What is allowed; nil where the deviation shows nothing and is not judged.
  public let tolerance: Double?

  /// Whether the deviation says anything.
  public var isJudged: Bool { tolerance != nil }
  /// Whether the deviation is within the tolerance, or not judged; NaN is not within any.
  public var passed: Bool { tolerance.map { relativeError <= $0 } ?? true }

  /// A compared quantity.
  public init(quantity: String, relativeError: Double, tolerance: Double?) {
    self.quantity = quantity
    self.relativeError = relativeError
    self.tolerance = tolerance
  }
}

/// The rows of one check, under its title.
public struct CheckTable: Sendable {
  /// What was checked: a file's name or a part of the mathematics.
  public let title: String
  /// The compared quantities.
  public private(set) var rows: [CheckRow] = []
  /// What a row is allowed unless it says otherwise.
  public let tolerance: Double

  /// An empty table whose rows are allowed `tolerance`.
  public init(title: String, tolerance: Double) {
    self.title = title
    self.tolerance = tolerance
  }

  /// What a file has and the check does not compare, by path.
  public var unchecked: [String] = []

  /// Whether every row passed, and at least one was judged.
  public var passed: Bool { rows.contains(where: \.isJudged) && rows.allSatisfy(\.passed) }

  /// Adds a row with an error that was measured elsewhere.
  public mutating func add(
    _ quantity: String, relativeError: Double, tolerance: Double? = nil
  ) {
    rows.append(
      CheckRow(
        quantity: quantity, relativeError: relativeError,
        tolerance: tolerance ?? self.tolerance))
  }

  /// Adds a row whose deviation is shown and not judged.
  ///
  /// - Parameters:
  ///   - quantity: the row's name, with the reason.
  ///   - relativeError: the deviation; not a number where it was not even computed.
  public mutating func addUnjudged(_ quantity: String, relativeError: Double = .nan) {
    rows.append(CheckRow(quantity: quantity, relativeError: relativeError, tolerance: nil))
  }

  /// Compares numbers that rounding moves by a measured noise.
  ///
  /// - Parameters:
  ///   - quantity: the row's name.
  ///   - found: what was computed.
  ///   - reference: what it should be.
  ///   - noise: how rounding moves it.
  public mutating func compare(
    _ quantity: String, _ found: [Double], _ reference: [Double], noise: RoundingNoise
  ) {
    let error = deviation(found, reference, smallestScale: 1e-300)
    if let tolerance = noise.tolerance(atLeast: self.tolerance) {
      add(quantity, relativeError: error, tolerance: tolerance)
    } else {
      addUnjudged("\(quantity): \(noise.reason)", relativeError: error)
    }
  }

  /// Compares numbers with a reference.
  ///
  /// - Parameters:
  ///   - quantity: the row's name.
  ///   - found: what was computed.
  ///   - reference: what it should be; a different count is an infinite error.
  ///   - smallestScale: errors are relative to at least this (1 for quantities that are zero).
  public mutating func compare(
    _ quantity: String, _ found: [Double], _ reference: [Double], smallestScale: Double = 1e-300
  ) {
    add(quantity, relativeError: deviation(found, reference, smallestScale: smallestScale))
  }

  /// Compares flat parameter vectors tensor by tensor; the row shows the worst tensor.
  public mutating func compare(
    _ quantity: String, _ found: [Double], _ reference: [Double], tensors: [Range<Int>],
    smallestScale: Double = 1e-300
  ) {
    guard found.count == reference.count else {
      add(quantity, relativeError: .infinity)
      return
    }
    // A tensor whose entries cancel has rounding of the size of the others.
    let greatest = reference.reduce(0) { max($0, abs($1)) }
    let scale = max(smallestScale, Self.smallestTensor * greatest)
    let errors = tensors.map {
      deviation(Array(found[$0]), Array(reference[$0]), smallestScale: scale)
    }
    let failed = errors.contains { $0.isNaN }
    add(quantity, relativeError: failed ? .nan : errors.max() ?? .infinity)
  }

  /// Share of the greatest entry of a whole vector that a tensor's errors are relative to at least.
  private static let smallestTensor = 1e-3

  private func deviation(
    _ found: [Double], _ reference: [Double], smallestScale: Double
  ) -> Double {
    guard found.count == reference.count else { return .infinity }
    var (difference, scale) = (0.0, smallestScale)
    for (a, b) in zip(found, reference) {
      if !a.isFinite { return .nan }
      difference = max(difference, abs(a - b))
      scale = max(scale, abs(b))
    }
    return difference / scale
  }
}
