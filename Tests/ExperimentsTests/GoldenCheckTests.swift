import Foundation
import Testing

@testable import Experiments

@Suite("Golden files")
struct GoldenCheckTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  @Test(
    "Every quantity of every golden file is reproduced",
    arguments: ["gaussian", "categorical", "baseline_gae", "gaussian_kl"], NetworkPrecision.allCases
  )
  func reproduces(name: String, precision: NetworkPrecision) async throws {
    let table = try await GoldenCheck.run(
      path: Self.folder.appendingPathComponent("\(name).json").path, precision: precision)
    #expect(table.rows.count >= 3)
    for row in table.rows where !row.passed {
      Issue.record("\(row.quantity): \(row.relativeError) > \(row.tolerance)")
    }
  }
}
