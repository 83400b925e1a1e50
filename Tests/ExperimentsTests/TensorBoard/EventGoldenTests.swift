import Foundation
import Testing

@testable import Experiments
@testable import Files

/// The bytes against those of TensorBoard's own messages and record writer; see
/// `scripts/make-tensorboard-goldens`.
@Suite struct EventGoldenTests {
  private func golden(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return try FileSystem.contents(
      of: folder.appendingPathComponent("Golden/TensorBoard/\(name).tfevents").path)
  }

  @Test func `an iteration with its picture is the golden one`() throws {
    try EventFixture.folder { folder in
      try EventFixture.write(folder, 3...3)
      #expect(try EventFixture.bytes(folder) == golden("iteration"))
    }
  }

  @Test func `text and hyperparameters of a configuration are the golden ones`() throws {
    let bytes = try ConfigurationEvents.bytes(
      text: "a: 1\n",
      values: [
        ("family", .text("navigation-2d")), ("seed", .integer(3)),
        ("policy.hidden", .integers([100, 100])), ("outer.damping", .number(1e-5)),
      ], wallTime: 10)
    #expect(try bytes == golden("configuration"))
  }
}
