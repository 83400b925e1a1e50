import Testing

@testable import Experiments

@Suite("Finite differences")
struct FiniteDifferenceCheckTests {
  @Test("Every layer, loss, meta-gradient and curvature product agrees with finite differences")
  func agrees() async throws {
    let tables = try await FiniteDifferenceCheck.run()
    #expect(tables.count == 8)
    for table in tables {
      #expect(table.rows.count >= 28, "\(table.title)")
      for row in table.rows where !row.passed {
        Issue.record("\(table.title), \(row.quantity): \(row.relativeError)")
      }
    }
  }
}
