import ArgumentParser

/// Refuses a count below 1 or beyond a million.
///
/// - Throws: `ValidationError` that names the flag.
func requirePositive(_ count: Int, _ flag: String) throws {
  guard (1...1_000_000).contains(count) else {
    throw ValidationError("\(flag) is \(count); give a number from 1 to 1000000.")
  }
}

/// Refuses numbers below 0.
///
/// - Throws: `ValidationError` that names the flag.
func requireNotNegative(_ values: [Double], _ flag: String) throws {
  if let negative = values.first(where: { $0 < 0 }) {
    throw ValidationError("\(flag) has \(negative); give 0 or more.")
  }
}
