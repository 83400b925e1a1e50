import ArgumentParser
import Experiments
import Files

/// How every list on the command line is split: at commas, without the spaces around them.
///
/// All flags that take several values go through it, so that `--seeds 1,2` and
/// `--only learning,paths` are written alike.
enum ListArgument {
  /// The items of a list; empty ones stay, so that `1,,2` is no list of numbers.
  static func items(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false)
      .map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
  }

  /// Every piece read, or nil when one cannot be.
  static func values<Value>(_ text: String, _ read: (String) -> Value?) -> [Value]? {
    let items = items(text)
    let values = items.compactMap(read)
    return values.count == items.count ? values : nil
  }

  /// Names, paths and the like, given as several arguments, as lists, or both.
  ///
  /// A path that has a comma in its own name is taken whole where it exists.
  static func words(_ arguments: [String]) -> [String] {
    arguments.flatMap { argument in
      FileSystem.kind(of: argument) != nil
        ? [argument] : items(argument).filter { !$0.isEmpty }
    }
  }
}

/// Choices from a fixed set separated by commas, as in `learning,paths`.
struct ChoiceList<Choice: ExpressibleByArgument & Sendable>: ExpressibleByArgument, Sendable {
  /// The choices in order; at least one.
  let values: [Choice]

  init?(argument: String) {
    guard let values = ListArgument.values(argument, { Choice(argument: $0) }) else { return nil }
    self.values = values
  }

  /// Those of the choice, for help, errors and completion.
  static var allValueStrings: [String] { Choice.allValueStrings }
}

/// Numbers separated by commas, as in `0.5,0.25,0.25`.
struct NumberList: ExpressibleByArgument, Sendable {
  /// The numbers in order; at least one, all finite.
  let values: [Double]

  init?(argument: String) {
    guard let values = ListArgument.values(argument, Double.init), values.allSatisfy(\.isFinite)
    else { return nil }
    self.values = values
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
    guard let values = ListArgument.values(argument, { Int($0) }), values.allSatisfy({ $0 > 0 })
    else { return nil }
    self.values = values
  }
}

/// Seeds separated by commas, ranges among them: `1,2,3` and `1-3` are the same.
struct SeedList: ExpressibleByArgument, Sendable {
  /// Most seeds of a list: more than anybody trains.
  static let most = 10_000

  /// The seeds in order; at least one, all different.
  let values: [UInt64]

  init(values: [UInt64]) {
    self.values = values
  }

  init?(argument: String) {
    guard let ranges = ListArgument.values(argument, Self.range),
      ranges.allSatisfy({ $0.upperBound - $0.lowerBound < UInt64(Self.most) })
    else { return nil }
    let seeds = ranges.flatMap(Array.init)
    guard seeds.count <= Self.most, Set(seeds).count == seeds.count else { return nil }
    values = seeds
  }

  private static func range(_ text: String) -> ClosedRange<UInt64>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
    guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
      first <= last
    else { return nil }
    return first...last
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
    guard let values = ListArgument.values(argument, { Int($0) }), values.allSatisfy({ $0 >= 0 })
    else { return nil }
    self.values = values
  }

  /// As it is typed.
  var defaultValueDescription: String { values.map { "\($0)" }.joined(separator: ",") }
}
