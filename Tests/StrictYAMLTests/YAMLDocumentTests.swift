import StrictYAML
import Testing

/// Parses, and gives the message of the error that must come.
private func failure(_ text: String) -> String {
  do {
    _ = try YAMLDocument(text: text, origin: "file.yaml")
    return "no error"
  } catch {
    return error.description
  }
}

@Suite struct YAMLDocumentTests {
  @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n"])
  func `an empty document is an error`(text: String) {
    #expect(failure(text) == "file.yaml: the document is empty")
  }

  @Test func `a syntax error has its line`() {
    let message = failure("a: 1\nb: [1, 2\nc: 3\n")
    #expect(message.hasPrefix("file.yaml:3: not valid YAML: "), "\(message)")
  }

  @Test func `a key given twice is named`() {
    #expect(failure("a: 1\nb: 2\na: 3\n") == "file.yaml:1: given more than once: 'a'")
    #expect(failure("1: x\n\"1\": y\n").contains("'1'"))
  }

  @Test func `a second document is an error`() {
    #expect(failure("a: 1\n---\nb: 2\n").hasPrefix("file.yaml:2: not valid YAML: "))
  }

  @Test(
    arguments: [
      "a: &x [1]\nb: *x\n", "- *x\n", "{a: *x}", "[*x,*x]", "*x : 1", "a: !!binary aGk=\n",
      "? *x\n", "&a a: 1",
    ])
  func `anchors, aliases and tags are refused before anything unfolds`(text: String) {
    #expect(failure(text).contains("are not read"), "\(failure(text))")
  }

  @Test(
    arguments: [
      "a: reach & hold", "a: 2 * 3", "a: x*y", "# &anchor *alias\na: 1", "a: fast!",
      "a: 'it''s *here*'", "a: |\n  text with a * star\n",
    ])
  func `the same characters inside text are text`(text: String) {
    #expect(failure(text) == "no error")
  }

  @Test func `nesting is bounded`() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(failure(nested(64)) == "no error")
    #expect(failure(nested(65)).contains("nested more than 64 levels"))
    #expect(failure(nested(900)).contains("nested more than 64 levels"))
    #expect(failure(nested(100_000)) != "no error")
    #expect(failure(String(repeating: "- ", count: 900) + "a").contains("64 levels"))
    #expect(failure(String(repeating: "- ", count: 100_000) + "a") != "no error")
  }

  @Test func `the number of values is bounded`() {
    #expect(failure("[" + String(repeating: "1,", count: 250_001) + "1]").contains("250000"))
  }

  @Test func `the number of keys is bounded`() {
    let keys = (0...50_000).map { "k\($0): 1\n" }.joined()
    #expect(failure(keys).contains("50000 keys"))
  }

  @Test func `keys are names`() {
    #expect(failure("[a, b]: 1\n").contains("a key is a list or mapping"))
  }

  @Test func `control characters do not reach the terminal`() {
    #expect(quotedForMessage("a\u{1B}[2Jb\n") == "'a?[2Jb?'")
    #expect(quotedForMessage(String(repeating: "x", count: 100)).count == 63)
  }
}
