/// The known name closest to a misspelled one, for "did you mean".
///
/// Closeness is the optimal string alignment distance: insertions, deletions, substitutions
/// and exchanges of neighbouring letters, each at cost 1, letter case ignored.
///
/// Source: Damerau 1964, doi:10.1145/363958.363994.
///
/// - Parameters:
///   - name: what was written.
///   - known: the names that exist, in order; the first of equally close ones is taken.
/// - Returns: nil when nothing is within a third of the longer length (at least 1, at most 4,
///   and not every letter).
/// - Complexity: O(|name| · total length of `known`), with names cut at 64 letters.
public func nearestName(to name: String, in known: [String]) -> String? {
  let written = Array(name.lowercased().prefix(64))
  var best: (name: String, distance: Int)?
  for candidate in known {
    let letters = Array(candidate.lowercased().prefix(64))
    let longer = max(written.count, letters.count)
    let allowed = min(4, max(1, longer / 3), longer - 1)
    guard abs(written.count - letters.count) <= allowed else { continue }
    let distance = alignmentDistance(written, letters)
    if distance <= allowed, distance < best?.distance ?? .max {
      best = (candidate, distance)
    }
  }
  return best?.name
}

/// Edits between two words, neighbouring exchanges counted once; three rows of the table.
private func alignmentDistance(_ first: [Character], _ second: [Character]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...second.count)
  for i in first.indices {
    var current = [i + 1]
    current.reserveCapacity(second.count + 1)
    for j in second.indices {
      var cost = min(
        previous[j] + (first[i] == second[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
        cost = min(cost, beforePrevious[j - 1] + 1)
      }
      current.append(cost)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[second.count]
}
