import Experiments
import Files
import Testing

@Suite struct JSONValueTests {
  @Test func `members keep their order and integers stay exact`() throws {
    let text = #"{"b":[1,-2.5,true,null],"a":{"x":"é\n\"\\"},"n":9007199254740993}"#
    let value = try JSONValue(parsing: text)
    #expect(value.members?.map(\.key) == ["b", "a", "n"])
    #expect(value["n"] == .integer(9_007_199_254_740_993))
    #expect(value.line == text)
  }

  @Test(arguments: [
    0.1, -0.0, .leastNonzeroMagnitude, 1.7976931348623157e308, 1e16, 123456789.123456789, 1.0 / 3,
  ])
  func `numbers read back as the same bits`(number: Double) throws {
    let value = try JSONValue(parsing: JSONValue.number(number).line)
    #expect(value.number?.bitPattern == number.bitPattern)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a number that is not finite is written as null`(number: Double) {
    #expect(JSONValue.numbers([1, number]).line == "[1.0,null]")
  }

  @Test func `escapes and surrogate pairs are read`() throws {
    let value = try JSONValue(parsing: #" "\u0041\ud83d\ude00\/\b\f\r\t" "#)
    #expect(value == .text("A😀/\u{8}\u{c}\r\t"))
    let control = JSONValue.text("\u{1}")
    #expect(control.line == #""\u0001""#)
    #expect(try JSONValue(parsing: control.line) == control)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "-", "1e", "nul", "truex", "\"a",
    "\"\\x\"", "\"\\ud800\"", "\"\\u12g4\"", "\"\t\"", "1 2", "{\"a\":1,\"a\":2}", "1e999",
    "{a:1}", "NaN",
  ])
  func `anything else is refused with a place`(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test func `nesting is bounded and bytes must be UTF-8`() {
    let deep = String(repeating: "[", count: 1_000_000)
    #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
  }

  @Test func `the number of values is bounded, names counted`() throws {
    func list(_ count: Int) -> String {
      "[" + String(repeating: "0,", count: count - 1) + "0]"
    }
    #expect(try JSONValue(parsing: list(499_999)).elements?.count == 499_999)
    #expect(throws: JSONError.self) { try JSONValue(parsing: list(500_000)) }
    let members = (0..<250_000).map { "\"\($0)\":0" }.joined(separator: ",")
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\(members)}") }
    #expect(error?.reason == "more than 500000 values")
  }
}
