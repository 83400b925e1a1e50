import StrictYAML
import Testing

private enum Colour: String, CaseIterable {
  case red, green
  case darkBlue = "dark-blue"
}

/// The root of a text that must parse.
private func root(_ text: String) throws -> YAMLNode {
  try YAMLDocument(text: text, origin: "f.yaml").root
}

/// The message of the error that `read` must throw.
private func failure<T>(_ text: String, _ read: (YAMLNode) throws -> T) throws -> String {
  let node = try root(text)
  do {
    _ = try read(node)
    return "no error"
  } catch let error as YAMLError {
    return error.description
  }
}

@Suite struct YAMLNodeTests {
  @Test func `values come with path and line`() throws {
    let node = try root(
      "reward:\n  terms:\n    - {weight: 1}\n    - name: speed\n      weight: -2.5e-1\n")
    let terms = try node.mapping().required("reward").mapping().required("terms").list()
    let weight = try terms[1].mapping().required("weight")
    #expect(weight.path == "reward.terms[1].weight")
    #expect(weight.line == 5)
    #expect(try weight.number() == -0.25)
    #expect(weight.error("is odd").description == "f.yaml:5: 'reward.terms[1].weight' is odd")
    #expect(try terms.count == 2 && terms[1].mapping().keys == ["name", "weight"])
  }

  @Test(arguments: [("1", 1.0), ("-0.5", -0.5), (".5", 0.5), ("2.", 2), ("+1e3", 1000)])
  func `plain decimals are numbers`(text: String, value: Double) throws {
    #expect(try root(text).number() == value)
    #expect(try root(text).isNumber)
  }

  @Test(
    arguments: [
      ("'1'", "f.yaml:1: must be a number, not the quoted text '1'"),
      (".inf", "f.yaml:1: must be a finite number, not .inf"),
      (".nan", "f.yaml:1: must be a finite number, not .nan"),
      ("1e999", "f.yaml:1: must be a finite number; 1e999 is too large"),
      ("0x10", "f.yaml:1: must be a number, not '0x10'"),
      ("1_000", "f.yaml:1: must be a number, not '1_000'"),
      ("~", "f.yaml:1: must be a number, not empty"),
      ("[1]", "f.yaml:1: must be a number, not a list"),
      ("{a: 1}", "f.yaml:1: must be a number, not a mapping"),
      ("true", "f.yaml:1: must be a number, not true"),
    ])
  func `what is not a number is named`(text: String, message: String) throws {
    #expect(try failure(text) { try $0.number() } == message)
  }

  @Test func `ranges are part of the message`() throws {
    #expect(
      try failure("2") { try $0.number(in: 0...1) }
        == "f.yaml:1: must be a number from 0.0 to 1.0, not 2")
    #expect(
      try failure("-2") { try $0.number(in: 0...(.infinity)) }
        == "f.yaml:1: must be a number of at least 0.0, not -2")
    #expect(
      try failure("0") { try $0.integer(in: 1...(.max)) }
        == "f.yaml:1: must be a whole number of at least 1, not 0")
    #expect(
      try failure("1.5") { try $0.integer(in: 1...9) }
        == "f.yaml:1: must be a whole number from 1 to 9, not 1.5")
    #expect(try root("9").integer(in: 1...9) == 9)
    #expect(try root("18446744073709551615").unsigned() == .max)
    #expect(try failure("-1") { try $0.unsigned() }.contains("not -1"))
  }

  @Test func `text is text only when every reader would say so`() throws {
    #expect(try root("run seven").string() == "run seven")
    #expect(try root("'7'").string() == "7")
    #expect(
      try failure("7") { try $0.string() } == "f.yaml:1: must be text; write it in quotes: \"7\"")
    #expect(try failure("a:") { try $0.mapping().required("a").string() }.contains("not empty"))
    #expect(try root("'true'").isString)
    #expect(try !root("true").isString)
    #expect(try root("true").boolean())
    #expect(try failure("yes") { try $0.boolean() }.contains("must be true or false, not 'yes'"))
  }

  @Test func `lists of numbers have a size`() throws {
    #expect(try root("[1, 2.5]").numbers(count: 2) == [1, 2.5])
    #expect(
      try failure("[1]") { try $0.numbers(count: 2) }
        == "f.yaml:1: must be a list of 2 numbers, not of 1")
    #expect(
      try failure("[1, x]") { try $0.numbers() } == "f.yaml:1: '[1]' must be a number, not 'x'")
    #expect(try failure("3") { try $0.numbers(count: 2) }.contains("a list of 2 numbers, not 3"))
  }

  @Test func `a choice lists what is allowed and the nearest`() throws {
    #expect(try root("dark-blue").choice(of: Colour.self) == .darkBlue)
    #expect(
      try failure("grene") { try $0.choice(of: Colour.self) }
        == "f.yaml:1: cannot be 'grene'; did you mean 'green'? Allowed: red, green, dark-blue")
    #expect(
      try failure("zzzzzz") { try $0.choice(of: Colour.self) }
        == "f.yaml:1: cannot be 'zzzzzz'. Allowed: red, green, dark-blue")
  }

  @Test func `unknown keys are named with the nearest known one`() throws {
    #expect(
      try failure("reward:\n  weight: 1\n  velocty: 2\n") {
        try $0.mapping().required("reward").mapping().checkKeys(["velocity", "weight"])
      }
        == "f.yaml:3: 'reward.velocty' is not a known key; did you mean 'velocity'?"
        + " Known keys: velocity, weight")
    try root("a: 1").mapping().checkKeys(["b", "a"])
  }

  @Test func `a missing key is named with what may have been meant`() throws {
    #expect(
      try failure("task:\n  horizn: 3\n") {
        try $0.mapping().required("task").mapping().required("horizon")
      } == "f.yaml:2: the key 'horizon' is missing in 'task'; is 'horizn' meant for it?")
  }

  @Test func `merging goes key by key and keeps the lines of both`() throws {
    let base = try root("a: 1\nb:\n  c: [1, 2]\n  d: 4\n")
    let change = try root("# one\n# two\nb:\n  c: [9]\n  e: 5\n")
    let merged = try base.merged(with: change).mapping()
    let inner = try merged.required("b").mapping()
    #expect(merged.keys == ["a", "b"] && inner.keys == ["c", "d", "e"])
    #expect(try inner.required("c").numbers() == [9])
    #expect(try inner.required("c").line == 4 && inner.required("d").line == 4)
    #expect(try inner.required("d").integer() == 4)
    #expect(try merged.required("a").line == 1)
    #expect(
      throws: YAMLError(
        origin: "f.yaml", line: 5, message: "'b.e' is not a known key. Known keys: c, d")
    ) {
      try inner.checkKeys(["c", "d"])
    }
  }
}

@Suite struct NearestNameTests {
  @Test(
    arguments: [
      ("velocty", "velocity"), ("hroizon", "horizon"), ("HORIZON", "horizon"),
      ("navigation2d", "navigation-2d"),
    ])
  func `typing slips find their word`(written: String, meant: String) {
    let known = ["horizon", "velocity", "navigation-2d", "navigation-2d-sparse"]
    #expect(nearestName(to: written, in: known) == meant)
  }

  @Test func `an exchange of neighbours counts once`() {
    #expect(nearestName(to: "ab", in: ["ba"]) == "ba")
    #expect(nearestName(to: "abc", in: ["bca"]) == nil)
  }

  @Test func `nothing near is nil`() {
    #expect(nearestName(to: "pressure", in: ["velocity", "x", ""]) == nil)
    #expect(nearestName(to: "", in: ["velocity"]) == nil)
    #expect(nearestName(to: "a", in: []) == nil)
  }
}
