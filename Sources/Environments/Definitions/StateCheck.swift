import MetaLearning
import StrictYAML

/// Makes sure that a state names only known vectors, each once, with finite numbers.
///
/// - Parameters:
///   - state: any subset of the vectors.
///   - vectors: the names with their sizes.
/// - Throws: `EnvironmentError.state` naming the vector and what is expected.
func checkState(
  _ state: LaneState, vectors: [(name: String, size: Int)]
) throws(EnvironmentError) {
  let form = vectors.map { "\($0.name): [\($0.size) numbers]" }.joined(separator: ", ")
  for (position, entry) in state.entries.enumerated() {
    guard let size = vectors.first(where: { $0.name == entry.name })?.size else {
      let near = nearestName(to: entry.name, in: vectors.map(\.name))
      let hint = near.map { "; did you mean '\($0)'?" } ?? "."
      throw .state(reason: "\(quotedForMessage(entry.name)) is not known\(hint) Known: \(form)")
    }
    guard !state.entries[..<position].contains(where: { $0.name == entry.name }) else {
      throw .state(reason: "'\(entry.name)' is given twice")
    }
    guard entry.values.count == size else {
      throw .state(
        reason: "'\(entry.name)' has \(entry.values.count) numbers instead of \(size)")
    }
    if let value = entry.values.first(where: { !$0.isFinite }) {
      throw .state(reason: "'\(entry.name)' has the value \(value)")
    }
  }
}
