import Yams

/// A parsed document without paths: what `YAMLNode` points into.
struct YAMLTree: Sendable {
  /// A key with its value.
  struct Pair: Sendable {
    let key: String
    let line: Int
    var value: YAMLTree
  }

  /// The three types of node.
  enum Content: Sendable {
    case scalar(text: String, isPlain: Bool)
    case list([YAMLTree])
    case mapping([Pair])
  }

  let line: Int
  let content: Content

  init(line: Int, content: Content) {
    self.line = line
    self.content = content
  }

  /// Copies what Yams composed, with every bound and rule of a strict document checked.
  init(_ node: Node, origin: String, depth: Int = 1) throws(YAMLError) {
    let line = node.mark?.line ?? 1
    self.line = line
    guard depth <= YAMLDocument.maximumDepth else {
      throw YAMLError(
        origin: origin, line: line,
        message: "nested more than \(YAMLDocument.maximumDepth) levels deep")
    }
    switch node {
    case .scalar(let scalar):
      content = .scalar(text: scalar.string, isPlain: scalar.style == .plain)
    case .sequence(let sequence):
      var items: [YAMLTree] = []
      items.reserveCapacity(sequence.count)
      for item in sequence {
        items.append(try YAMLTree(item, origin: origin, depth: depth + 1))
      }
      content = .list(items)
    case .mapping(let mapping):
      content = .mapping(try YAMLTree.pairs(mapping, origin: origin, depth: depth))
    case .alias:
      throw YAMLError(origin: origin, line: line, message: YAMLDocument.noAliases)
    }
  }

  private static func pairs(
    _ mapping: Node.Mapping, origin: String, depth: Int
  ) throws(YAMLError) -> [Pair] {
    var pairs: [Pair] = []
    pairs.reserveCapacity(mapping.count)
    var lines: [String: Int] = [:]
    for (key, value) in mapping {
      let line = key.mark?.line ?? 1
      guard case .scalar(let name) = key else {
        throw YAMLError(
          origin: origin, line: line, message: "a key is a list or mapping; keys are names")
      }
      // The parser distinguishes 1 from "1"; here both are the name 1, so repetition is checked again.
      if let earlier = lines.updateValue(line, forKey: name.string) {
        throw YAMLError(
          origin: origin, line: line,
          message: "the key \(quotedForMessage(name.string)) was already given in line \(earlier)")
      }
      let tree = try YAMLTree(value, origin: origin, depth: depth + 1)
      pairs.append(Pair(key: name.string, line: line, value: tree))
    }
    return pairs
  }

  /// This tree with another laid over it: mappings key by key, everything else replaced.
  ///
  /// Mappings at a path for which `isWhole` says so are replaced too.
  func merged(with override: YAMLTree, path: String, isWhole: (String) -> Bool) -> YAMLTree {
    guard case .mapping(var pairs) = content, case .mapping(let changes) = override.content,
      !isWhole(path)
    else { return override }
    for change in changes {
      if let index = pairs.firstIndex(where: { $0.key == change.key }) {
        let value = pairs[index].value.merged(
          with: change.value, path: path.isEmpty ? change.key : "\(path).\(change.key)",
          isWhole: isWhole)
        pairs[index] = Pair(key: change.key, line: change.line, value: value)
      } else {
        pairs.append(change)
      }
    }
    return YAMLTree(line: line, content: .mapping(pairs))
  }
}
