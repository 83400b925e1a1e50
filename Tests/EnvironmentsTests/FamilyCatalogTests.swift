import Foundation
import MetaLearning
import Testing

@testable import Environments

@Suite struct FamilyCatalogTests {
  /// A new folder with the given files; the caller removes it.
  private func folder(_ files: [String: String]) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("families-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }
    return path
  }

  @Test func `every built-in definition and preset is readable`() throws {
    let catalog = try FamilyCatalog(withBuiltIn: [])
    let entries = try catalog.list()
    #expect(entries.map(\.name) == entries.map(\.name).sorted())
    for name in [
      "navigation-2d", "navigation-2d-sparse", "navigation-2d-wind", "point-mass",
      "point-mass-momentum", "bernoulli-bandit", "gaussian-bandit", "tabular-mdp",
    ] {
      #expect(entries.contains { $0.name == name })
    }
    for entry in entries {
      let family = try entry.family.get()
      #expect(family.name == entry.name)
      for preset in family.definition.presets {
        let variant = try catalog.family(named: "\(entry.name)@\(preset)")
        #expect(variant.qualifiedName == "\(entry.name)@\(preset)")
        // It changes the family, or what a training on it starts from.
        #expect(
          variant.canonicalDescription != family.canonicalDescription
            || String(describing: variant.definition.training)
              != String(describing: family.definition.training)
        )
      }
    }
  }

  @Test func `a user's folder comes first, and its broken files are listed with their error`()
    throws
  {
    let navigation = validDefinition.replacing("test-family", with: "navigation-2d")
    let path = try folder([
      "navigation-2d.yaml": navigation, "broken.yaml": "name: broken\nhorizn: 3\n",
      "other-name.yaml": validDefinition, "notes.txt": "not a family",
    ])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let catalog = try FamilyCatalog(withBuiltIn: [path])
    #expect(try catalog.family(named: "navigation-2d").horizon == 10)
    let entries = try catalog.list()
    let broken = try #require(entries.first { $0.name == "broken" })
    #expect(throws: EnvironmentError.self) { try broken.family.get() }
    #expect(!entries.contains { $0.name == "notes" })
    #expect {
      try catalog.family(named: "other-name")
    } throws: { "\($0)".contains("the family is named 'test-family'; name the file") }
  }

  @Test func `a path names a definition, with its preset`() throws {
    let path = try folder(["my@own.yaml": validDefinition])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let catalog = FamilyCatalog(folders: [])
    #expect(throws: EnvironmentError.self) { try catalog.family(named: path + "/my@own.yaml") }
    #expect(try catalog.family(named: path + "/my@own.yaml@fast").preset == "fast")
  }

  @Test func `what cannot be found is named with the nearest and all`() throws {
    let catalog = try FamilyCatalog(withBuiltIn: [])
    for (name, message) in [
      ("navigation2d", "there is no task family 'navigation2d'; did you mean 'navigation-2d'?"),
      ("navigation-2d@fin2017", "has no preset 'fin2017'; did you mean 'finn2017'? Its presets"),
      ("navigation-2d@", "has no preset ''"),
      ("./nowhere.yaml", "cannot read './nowhere.yaml': there is no such file"),
      ("nowhere.yaml", "there is no such file"),
      ("/", "it is a folder"),
      ("/dev/zero", "it is not an ordinary file"),
      ("", "there is no task family ''. Known families: "),
    ] {
      do {
        _ = try catalog.family(named: name)
        Issue.record("found \(name)")
      } catch {
        #expect("\(error)".contains(message), "\(error)")
      }
    }
    #expect { try FamilyCatalog(folders: ["/no/such"]).list() } throws: {
      "\($0)" == "cannot read '/no/such': it is not a folder that can be listed"
    }
  }

  @Test func `a file that is not text is refused`() throws {
    let path = try folder([:])
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: path + "/x.yaml"))
    #expect { try FamilyCatalog(folders: [path]).family(named: "x") } throws: {
      "\($0)".contains("it is not UTF-8 text")
    }
  }

  @Test func `the built-in folder is found from an installation, a build, or the sources`() throws {
    let root = try folder([:])
    defer { try? FileManager.default.removeItem(atPath: root) }
    for place in ["/usr/share/metarl", "/src", "/home"] {
      try FileManager.default.createDirectory(
        atPath: root + place + "/Environments/Families", withIntermediateDirectories: true)
    }
    func find(_ home: String?, _ executable: String?, _ current: String) throws -> String {
      try FamilyCatalog.builtInFolder(home: home, executable: executable, currentFolder: current)
    }
    let families = "/Environments/Families"
    #expect(try find(nil, root + "/usr/bin/metarl", "/") == root + "/usr/share/metarl" + families)
    #expect(
      try find(nil, root + "/src/.build/release/metarl", "/") == root + "/src" + families)
    #expect(try find(nil, "/nowhere/bin/x", root + "/src/Tests") == root + "/src" + families)
    #expect(try find(root + "/home", root + "/usr/bin/metarl", "/") == root + "/home" + families)
    #expect(throws: EnvironmentError.noBuiltInFolder(searched: [root])) {
      try find(root, root + "/usr/bin/metarl", root + "/src")
    }
  }
}
