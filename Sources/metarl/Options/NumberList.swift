import ArgumentParser

/// Numbers separated by commas, as in `0.5,0.25,0.25`.
struct NumberList: ExpressibleByArgument, Sendable {
  /// The numbers in order; at least one, all finite.
  let values: [Double]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0.drop { $0 == " " }) }
    guard numbers.count == parts.count, numbers.allSatisfy(\.isFinite) else { return nil }
    values = numbers
  }
}

/// Widths of hidden layers separated by commas, as in `100,100`; `none` for a linear policy.
struct LayerWidths: ExpressibleByArgument, Sendable {
  /// The widths from the input to the output.
  let values: [Int]

  init(values: [Int]) {
    self.values = values
  }

  /// As it is typed.
  var defaultValueDescription: String {
    values.isEmpty ? "none" : values.map { "\($0)" }.joined(separator: ",")
  }

  init?(argument: String) {
    if argument == "none" {
      values = []
      return
    }
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let widths = parts.compactMap { Int($0.drop { $0 == " " }) }
    guard widths.count == parts.count, widths.allSatisfy({ $0 > 0 }) else { return nil }
    values = widths
  }
}

/// Seeds separated by commas, as in `1,2,3`.
struct SeedList: ExpressibleByArgument, Sendable {
  /// The seeds in order; at least one, all different.
  let values: [UInt64]

  init(values: [UInt64]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let seeds = parts.compactMap { UInt64($0.drop { $0 == " " }) }
    guard seeds.count == parts.count, Set(seeds).count == seeds.count else { return nil }
    values = seeds
  }

  /// As it is typed.
  var defaultValueDescription: String { values.map { "\($0)" }.joined(separator: ",") }
}

/// Whole numbers of at least 0, separated by commas, as in `1,3,5`.
struct CountList: ExpressibleByArgument, Sendable {
  /// The numbers in order; at least one.
  let values: [Int]

  init(values: [Int]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let counts = parts.compactMap { Int($0.drop { $0 == " " }) }
    guard counts.count == parts.count, counts.allSatisfy({ $0 >= 0 }) else { return nil }
    values = counts
  }

  /// As it is typed.
  var defaultValueDescription: String { values.map { "\($0)" }.joined(separator: ",") }
}
