import Statistics
import Testing

@Suite struct LibraryVersionTests {
  @Test func `the library says its version in numbers and points`() {
    #expect(gslVersion.split(separator: ".").count >= 2)
    #expect(gslVersion.allSatisfy { $0.isNumber || $0 == "." || $0 == "+" })
  }
}
