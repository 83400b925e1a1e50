import Foundation

/// What runs that are taken together are called in every table and picture.
package enum GroupName {
  /// Letters of a run's name.
  private static let longestLabel = 32

  /// The names of groups, with as many of the folders above as tell them apart.
  ///
  /// - Parameter groups: the runs of each, as named by the user; at least one each.
  /// - Returns: one a group, all different.
  package static func labels(_ groups: [[String]]) -> [String] {
    for depth in 1...4 {
      let labels = groups.map { label($0, depth: depth) }
      if Set(labels).count == labels.count { return labels }
    }
    return groups.enumerated().map { "\($0 + 1): \(label($1))" }
  }

  /// The name of a group: what its runs' folder names begin with, or the first of them.
  ///
  /// - Parameters:
  ///   - runs: folders or checkpoints in them, at least one.
  ///   - depth: components of the path that make a name.
  /// - Returns: the name.
  package static func label(_ runs: [String], depth: Int = 1) -> String {
    let longestLabel = longestLabel * depth
    let names = runs.map { run in
      var parts = run.split(separator: "/")
      // A checkpoint is called after its run.
      if parts.count > 2, parts[parts.count - 2] == "checkpoints" { parts.removeLast(2) }
      return parts.suffix(depth).joined(separator: "/")
    }
    guard runs.count > 1 else { return String(names[0].suffix(longestLabel)) }
    let separators = CharacterSet(charactersIn: "-_. /")
    var stem = commonWords(names).trimmingCharacters(in: separators)
    if stem.hasSuffix("seed") {
      stem = String(stem.dropLast(4)).trimmingCharacters(in: separators)
    }
    return stem.isEmpty
      ? "\(names[0].suffix(longestLabel)) and \(runs.count - 1) more"
      : "\(stem.suffix(longestLabel)), \(runs.count) seeds"
  }

  /// What all names begin with, without a word or a number that only begins alike.
  private static func commonWords(_ names: [String]) -> String {
    var common = names.dropFirst().reduce(names[0]) { $0.commonPrefix(with: $1) }
    let followers = names.compactMap { $0.dropFirst(common.count).first }
    for isOneWord in [\Character.isLetter, \Character.isNumber]
    where common.last?[keyPath: isOneWord] == true
      && followers.contains(where: { $0[keyPath: isOneWord] })
    {
      while common.last?[keyPath: isOneWord] == true { common.removeLast() }
    }
    return common
  }
}
