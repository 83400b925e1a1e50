/// A mapping of keys to values in the order of the file.
public struct YAMLMapping: Sendable {
  /// The node that holds it, for errors about the whole.
  public let node: YAMLNode

  private let pairs: [YAMLTree.Pair]
  private let positions: [String: Int]

  init(node: YAMLNode, pairs: [YAMLTree.Pair]) {
    self.node = node
    self.pairs = pairs
    positions = Dictionary(
      pairs.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The keys in the order of the file.
  public var keys: [String] { pairs.map(\.key) }

  /// Keys and values in the order of the file.
  public var entries: [(key: String, value: YAMLNode)] {
    pairs.map { ($0.key, child($0)) }
  }

  /// The value of a key, or nil when the key is not there.
  public subscript(key: String) -> YAMLNode? {
    positions[key].map { child(pairs[$0]) }
  }

  /// The value of a key that must be there.
  ///
  /// - Throws: `YAMLError` naming the missing key, and the one that was probably meant for it.
  public func required(_ key: String) throws(YAMLError) -> YAMLNode {
    if let value = self[key] { return value }
    let hint = nearestName(to: key, in: keys).map { "; is '\($0)' meant for it?" } ?? ""
    let place = node.path.isEmpty ? "" : " in \(quotedForMessage(node.path))"
    throw YAMLError(
      origin: node.origin, line: node.line, message: "the key '\(key)' is missing\(place)\(hint)")
  }

  /// Refuses keys that are not known.
  ///
  /// - Parameter known: every key that may stand here, in the order in which to list them.
  /// - Throws: `YAMLError` at the line of the first unknown key, with the nearest known one.
  public func checkKeys(_ known: [String]) throws(YAMLError) {
    let allowed = Set(known)
    for pair in pairs where !allowed.contains(pair.key) {
      let hint = nearestName(to: pair.key, in: known).map { "; did you mean '\($0)'?" } ?? "."
      let list = known.isEmpty ? "none" : known.joined(separator: ", ")
      throw YAMLError(
        origin: node.origin, line: pair.line,
        message: "\(quotedForMessage(path(pair.key))) is not a known key\(hint) Known keys: \(list)"
      )
    }
  }

  private func child(_ pair: YAMLTree.Pair) -> YAMLNode {
    YAMLNode(origin: node.origin, path: path(pair.key), tree: pair.value)
  }

  private func path(_ key: String) -> String {
    node.path.isEmpty ? key : "\(node.path).\(key)"
  }
}
