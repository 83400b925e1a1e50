/// One compared quantity of a check.
public struct CheckRow: Sendable {
  /// What was compared: `one_step: meta-gradient, on policy`.
  public let quantity: String
  /// Greatest deviation relative to the greatest reference entry of the same tensor.
  public let relativeError: Double
  /// What is allowed.
  public let tolerance: Double

  /// Whether the deviation is within the tolerance; NaN is not.
  public var passed: Bool { relativeError <= tolerance }

  /// A compared quantity.
  public init(quantity: String, relativeError: Double, tolerance: Double) {
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

  /// Whether every row passed, and there is at least one.
  public var passed: Bool { !rows.isEmpty && rows.allSatisfy(\.passed) }

  /// Adds a row with an error that was measured elsewhere.
  public mutating func add(
    _ quantity: String, relativeError: Double, tolerance: Double? = nil
  ) {
    rows.append(
      CheckRow(
        quantity: quantity, relativeError: relativeError,
        tolerance: tolerance ?? self.tolerance))
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
    let errors = tensors.map {
      deviation(Array(found[$0]), Array(reference[$0]), smallestScale: smallestScale)
    }
    let failed = errors.contains { $0.isNaN }
    add(quantity, relativeError: failed ? .nan : errors.max() ?? .infinity)
  }

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
