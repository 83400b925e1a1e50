/// A line broken at spaces; words wider than the width stay whole.
///
/// - Parameters:
///   - line: the line.
///   - width: most characters of a line.
/// - Returns: at least one line.
public func wrappedLines(_ line: String, width: Int) -> [String] {
  var lines: [String] = []
  for word in line.split(separator: " ") {
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] = "\(last) \(word)"
    } else {
      lines.append(String(word))
    }
  }
  return lines.isEmpty ? [""] : lines
}
