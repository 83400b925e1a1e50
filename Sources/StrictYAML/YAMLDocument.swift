import Yams

/// One YAML document, read strictly.
///
/// Refused, each with its line: syntax errors, an empty text, a second document, a key given
/// twice, anchors, aliases and tags (a few hundred bytes of aliases can unfold to gigabytes),
/// more than 64 levels, more than 8 MiB, more than 250,000 values, more than 50,000 keys. The
/// bounds keep the memory of any document within four times its size and 50 MB.
public struct YAMLDocument: Sendable {
  /// Levels of nesting that are read.
  public static let maximumDepth = 64
  /// Upper bound on the number of values of a document.
  public static let maximumNodes = 250_000
  /// Upper bound on the number of keys, all mappings together.
  public static let maximumKeys = 50_000
  /// Longest text that is read, in bytes.
  public static let maximumBytes = 8 << 20

  /// The outermost node.
  public let root: YAMLNode

  static let noAliases =
    "anchors (&), aliases (*) and tags (!) are not read; write the value out,"
    + " and do not start a text or a line with one of these characters"

  /// Parses a text.
  ///
  /// - Parameters:
  ///   - text: the document.
  ///   - origin: the file's name as errors shall show it.
  /// - Throws: `YAMLError` with the line.
  public init(text: String, origin: String) throws(YAMLError) {
    try YAMLDocument.checkBounds(text, origin: origin)
    let composed: Node?
    do {
      composed = try Yams.compose(yaml: text, .basic, .default, .utf8)
    } catch {
      throw YAMLDocument.explain(error, origin: origin)
    }
    guard let composed else {
      throw YAMLError(origin: origin, line: nil, message: "the document is empty")
    }
    let tree = try YAMLTree(composed, origin: origin)
    if case .scalar("", true) = tree.content {
      throw YAMLError(origin: origin, line: nil, message: "the document is empty")
    }
    root = YAMLNode(origin: origin, path: "", tree: tree)
  }

  /// Refuses, before anything is built, what could unfold far beyond the text's own size.
  ///
  /// An anchor, alias or tag stands where a value starts: at the start of a line or after one
  /// of `: - ? [ { ,`. The same places bound the number of values, and colons that of keys. (The nesting that the
  /// parser itself accepts, 1000 levels, fits its stack; 64 are kept.)
  private static func checkBounds(_ text: String, origin: String) throws(YAMLError) {
    guard text.utf8.count <= maximumBytes else {
      throw YAMLError(
        origin: origin, line: nil,
        message: "\(text.utf8.count) bytes; at most \(maximumBytes) are read")
    }
    var (line, starts, keys) = (1, 0, 0)
    var (atStart, isMarked, inComment, afterSpace) = (true, false, false, true)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
        if scalar == "\n" { line += 1 }
        (atStart, isMarked, inComment, afterSpace) = (true, false, false, true)
        starts += 1
      case _ where inComment: break
      case " ", "\t", "\u{FEFF}":
        (isMarked, afterSpace) = (false, true)
      case "#" where afterSpace: inComment = true
      default:
        if isMarked { throw YAMLError(origin: origin, line: line, message: noAliases) }
        isMarked = atStart && (scalar == "&" || scalar == "*" || scalar == "!")
        atStart = ":-?[{,".unicodeScalars.contains(scalar)
        if atStart { starts += 1 }
        if scalar == ":" { keys += 1 }
        afterSpace = false
      }
    }
    guard starts <= maximumNodes else {
      throw YAMLError(
        origin: origin, line: nil, message: "more than \(maximumNodes) values; split the file")
    }
    guard keys <= maximumKeys else {
      throw YAMLError(
        origin: origin, line: nil, message: "more than \(maximumKeys) keys; split the file")
    }
  }

  /// The parser's error in our form: one line, with the place.
  private static func explain(_ error: any Error, origin: String) -> YAMLError {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let place = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
      return YAMLError(
        origin: origin, line: mark.line, message: "not valid YAML: \(problem)\(place)")
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.prefix(5).map(quotedForMessage).joined(separator: ", ")
      return YAMLError(
        origin: origin, line: context.mark.line, message: "given more than once: \(names)")
    case YamlError.reader(let problem, let offset, _, _):
      let place = offset.map { " at byte \($0)" } ?? ""
      return YAMLError(
        origin: origin, line: nil, message: "not readable as text: \(problem)\(place)")
    default:
      return YAMLError(origin: origin, line: nil, message: "not valid YAML: \(error)")
    }
  }
}
