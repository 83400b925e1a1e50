import Environments
import Foundation
import Testing

@testable import Experiments
@testable import Files

/// A definition reaches its model in its own folder, in `Models` in it or beside it, nowhere else.
@Suite struct ConfinedModelsTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Environments/Families").path

  @Test func `names of models lead nowhere else`() throws {
    let text = String(
      decoding: try FileSystem.contents(of: "\(Self.folder)/half-cheetah-velocity.yaml"),
      as: UTF8.self)
    guard (try? FamilyDefinition(text: text, origin: "f", folder: Self.folder)) != nil else {
      return  // A build without MuJoCo.
    }
    for name in [
      "/etc/passwd", "../Models/half-cheetah.xml", "../../Package.swift", "a/../../b.xml", "..",
      "/dev/zero",
    ] {
      let error = #expect(throws: EnvironmentError.self) {
        try FamilyDefinition(
          text: text.replacingOccurrences(of: "half-cheetah.xml", with: name), origin: "f",
          folder: Self.folder)
      }
      #expect(error?.description.contains("in the definition's folder") == true, "\(name)")
    }
  }
}
