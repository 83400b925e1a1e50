import Environments
import Foundation

/// The built-in families, from the sources.
enum BuiltInFamilies {
  static func named(_ name: String) throws -> DefinedTaskFamily {
    let folder = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Environments/Families").path
    return try FamilyCatalog(folders: [folder]).family(named: name)
  }
}
