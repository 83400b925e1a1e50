#if MuJoCo
  import Foundation
  import Testing

  @testable import Environments

  /// A family knows every file that it is made from, and its digest depends on each.
  @Suite struct FamilyFileTests {
    /// A folder with a hopper whose actuators and a mesh lie in files of their own.
    private func folder(gear: String = "200", height: String = "1") throws -> URL {
      let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
      let robots = folder.appending(path: "robots/parts")
      try FileManager.default.createDirectory(at: robots, withIntermediateDirectories: true)
      let text = try String(contentsOfFile: PackageFiles.model("hopper"), encoding: .utf8)
      let start = try #require(text.range(of: "<actuator>"))
      let end = try #require(text.range(of: "</actuator>"))
      let files = [
        "robots/m.xml": text[..<start.lowerBound] + """
          <include file="parts/motors.xml"/>
          <asset><mesh name="hat" file="parts/hat.obj"/></asset>
          """ + text[end.upperBound...],
        "robots/parts/motors.xml":
          "<mujoco>\(text[start.lowerBound..<end.upperBound])</mujoco>"
          .replacing("joint=\"leg\"", with: "joint=\"leg\" gear=\"\(gear)\""),
        "robots/parts/hat.obj":
          "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 \(height)\nf 1 2 3\nf 1 4 2\nf 1 3 4\nf 2 4 3\n",
        "f.yaml": try String(
          contentsOfFile: PackageFiles.root.appending(
            path: "Environments/Families/hopper-dynamics.yaml"
          ).path,
          encoding: .utf8
        ).replacing("hopper.xml", with: "robots/m.xml"),
      ]
      for (name, text) in files {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      }
      return folder
    }

    private func family(in folder: URL) throws -> DefinedTaskFamily {
      try FamilyCatalog(folders: []).family(named: folder.appending(path: "f.yaml").path)
    }

    @Test func `written into one folder, the files are the family again`() throws {
      let folder = try folder()
      let copy = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
      defer { [folder, copy].forEach { try? FileManager.default.removeItem(at: $0) } }
      let family = try family(in: folder)
      let files = family.definition.files
      #expect(
        files.map(\.name) == [
          "f.yaml", "robots/m.xml", "robots/parts/motors.xml", "robots/parts/hat.obj",
        ])
      #expect(files.map(\.role) == [.definition, .model, .part, .part])
      for file in files {
        let place = copy.appending(path: file.name)
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.contents).write(to: place)
        #expect(try Data(contentsOf: folder.appending(path: file.name)) == Data(file.contents))
      }
      let again = try self.family(in: copy)
      #expect(again.canonicalDescription == family.canonicalDescription)
      #expect(again.definition.files == files)
    }

    @Test func `a change in any file changes what the digest is taken of`() throws {
      let folders = [try folder(), try folder(gear: "201"), try folder(height: "2")]
      defer { folders.forEach { try? FileManager.default.removeItem(at: $0) } }
      let texts = try folders.map { try family(in: $0).canonicalDescription }
      #expect(Set(texts).count == 3)
    }

    @Test func `families without files of their own are their definition`() throws {
      let family = try FamilyCatalog(withBuiltIn: []).family(named: "navigation-2d")
      #expect(family.definition.files.map(\.name) == ["navigation-2d.yaml"])
      #expect(family.definition.files[0].contents == Array(family.definition.text.utf8))
    }
  }
#endif
