/// A place in a YAML document: a value, with its path and line for error messages.
public struct YAMLNode: Sendable {
  /// The file's name as errors show it.
  public let origin: String
  /// Where the value stands, like `reward.terms[2].weight`; empty at the root.
  public let path: String

  let tree: YAMLTree

  /// The line, counted from 1.
  public var line: Int { tree.line }

  init(origin: String, path: String, tree: YAMLTree) {
    self.origin = origin
    self.path = path
    self.tree = tree
  }

  /// Whether the value is a list.
  public var isList: Bool {
    if case .list = tree.content { true } else { false }
  }

  /// Whether the value is a mapping of keys to values.
  public var isMapping: Bool {
    if case .mapping = tree.content { true } else { false }
  }

  /// Whether the value is text: quoted, or plain and not a number, truth value or null.
  public var isString: Bool {
    guard case .scalar(let text, let isPlain) = tree.content else { return false }
    return !isPlain || ScalarKind(plain: text) == .text
  }

  /// Whether the value is a number (not in quotes).
  public var isNumber: Bool { plainKind == .number }

  /// Whether the value is `true` or `false` (not in quotes).
  public var isBoolean: Bool { plainKind == .boolean }

  /// Whether the value is missing: nothing after the colon, `~` or `null`.
  public var isNull: Bool { plainKind == .null }

  private var plainKind: ScalarKind? {
    guard case .scalar(let text, true) = tree.content else { return nil }
    return ScalarKind(plain: text)
  }

  /// An error at this node's line: the path, if there is one, and the message.
  ///
  /// The message continues the path: "must be …", "is not …".
  public func error(_ message: String) -> YAMLError {
    let subject = path.isEmpty ? "" : "\(quotedForMessage(path)) "
    return YAMLError(origin: origin, line: line, message: subject + message)
  }

  /// This node with another laid over it, as presets do.
  ///
  /// Mappings are merged key by key, at every depth; anything else is replaced. What was
  /// overridden has the line of the override, for errors. The origin stays this node's.
  ///
  /// - Parameters:
  ///   - override: what is laid over.
  ///   - isWhole: says for a path whether a mapping there is one choice, replaced as a whole.
  /// - Returns: the merged value at this node's path.
  public func merged(
    with override: YAMLNode, replacing isWhole: (String) -> Bool = { _ in false }
  ) -> YAMLNode {
    let merged = tree.merged(with: override.tree, path: path, isWhole: isWhole)
    return YAMLNode(origin: origin, path: path, tree: merged)
  }

  /// This mapping without one of its keys; any other value unchanged.
  public func removing(key: String) -> YAMLNode {
    guard case .mapping(let pairs) = tree.content else { return self }
    let rest = YAMLTree(line: tree.line, content: .mapping(pairs.filter { $0.key != key }))
    return YAMLNode(origin: origin, path: path, tree: rest)
  }

  /// The value's items, in order.
  ///
  /// - Throws: `YAMLError` when the value is not a list.
  public func list() throws(YAMLError) -> [YAMLNode] {
    guard case .list(let items) = tree.content else { throw unexpected("a list like [a, b]") }
    return items.enumerated().map { index, item in
      YAMLNode(origin: origin, path: "\(path)[\(index)]", tree: item)
    }
  }

  /// The value as a mapping.
  ///
  /// - Throws: `YAMLError` when it is not one.
  public func mapping() throws(YAMLError) -> YAMLMapping {
    guard case .mapping(let pairs) = tree.content else {
      throw unexpected("a mapping of keys to values")
    }
    return YAMLMapping(node: self, pairs: pairs)
  }

  /// The scalar as written, and whether it stood without quotes.
  func scalar(expecting expected: String) throws(YAMLError) -> (text: String, isPlain: Bool) {
    guard case .scalar(let text, let isPlain) = tree.content else { throw unexpected(expected) }
    return (text, isPlain)
  }

  /// "must be X, not Y" at this node.
  func unexpected(_ expected: String) -> YAMLError {
    error("must be \(expected), not \(found)")
  }

  private var found: String {
    switch tree.content {
    case .list: "a list"
    case .mapping: "a mapping"
    case .scalar(let text, false): "the quoted text \(quotedForMessage(text))"
    case .scalar(let text, true):
      switch ScalarKind(plain: text) {
      case .null: "empty"
      case .number, .boolean: String(quotedForMessage(text).dropFirst().dropLast())
      case .text: quotedForMessage(text)
      }
    }
  }
}

/// What an unquoted scalar is.
enum ScalarKind {
  case null, boolean, number, text

  init(plain text: String) {
    switch text {
    case "", "~", "null": self = .null
    case "true", "false": self = .boolean
    default: self = isDecimal(text) ? .number : .text
    }
  }
}

/// Whether the text is `[+-]digits[.digits][e[+-]digits]`, where either digits may be missing.
private func isDecimal(_ text: String) -> Bool {
  var rest = text.utf8[...]
  func digits() -> Int {
    let count = rest.prefix { (48...57).contains($0) }.count
    rest = rest.dropFirst(count)
    return count
  }
  func skip(_ letters: String) -> Bool {
    guard let first = rest.first, letters.utf8.contains(first) else { return false }
    rest = rest.dropFirst()
    return true
  }
  _ = skip("+-")
  var count = digits()
  if skip(".") { count += digits() }
  guard count > 0 else { return false }
  if skip("eE") {
    _ = skip("+-")
    guard digits() > 0 else { return false }
  }
  return rest.isEmpty
}
