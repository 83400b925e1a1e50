#if MuJoCo
  import Foundation
  import Testing

  @testable import Environments

  /// Models that lead elsewhere or ask for too much are refused before MuJoCo reads them.
  @Suite struct ModelFileCheckTests {
    /// Checks files in a folder of their own, the first of them as the model.
    private func check(
      _ files: (name: String, text: String)..., links: [(name: String, target: String)] = []
    ) throws -> String? {
      let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
      defer { try? FileManager.default.removeItem(at: folder) }
      for (name, text) in files {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
      for (name, target) in links {
        try FileManager.default.createSymbolicLink(
          atPath: folder.appending(path: name).path, withDestinationPath: target)
      }
      do throws(MuJoCoError) {
        _ = try ModelFileCheck.files(of: folder.appending(path: files[0].name).path)
        return nil
      } catch {
        return error.description
      }
    }

    @Test func `the models of the suite are let through`() throws {
      for name in ["ant", "half-cheetah", "hopper", "swimmer", "walker2d"] {
        let files = try ModelFileCheck.files(of: PackageFiles.model(name))
        #expect(files.map(\.name) == ["\(name).xml"])
      }
    }

    @Test(arguments: [
      "<mesh file='/etc/passwd'/>", "<mesh file = \"../wedge.stl\"/>",
      "<include file='a/../../b'/>",
      "<compiler meshdir=\"..\"/>", "<compiler\ntexturedir\n=\n'/usr'/>",
      "<compiler assetdir='/'/>",
      "<texture fileright='&#47;etc/passwd'/>", "<mesh file='C:/x'/>",
      "<!-- file='/etc/passwd' -->",
      "<mesh file='package://x'/>",
    ])
    func `no name leads out of the model's folder`(element: String) throws {
      let said = try check(("m.xml", "<mujoco>\(element)</mujoco>"))
      #expect(said?.contains("below the model's own folder") == true)
    }

    @Test func `files below the model's folder are let through`() throws {
      let said = try check(
        (
          "m.xml",
          """
          <mujoco><compiler meshdir="meshes"/><include file="parts/a.xml"/>
          <asset><mesh file="wedge.stl"/></asset></mujoco>
          """
        ), ("parts/a.xml", "<mujoco/>"), ("meshes/wedge.stl", "solid"))
      #expect(said == nil)
    }

    @Test func `links do not lead out of the model's folder`() throws {
      for links in [[("d", "/etc")], [("passwd", "/etc/passwd")]] {
        let said = try check(
          ("m.xml", "<mujoco><compiler meshdir='d'/><mesh file='passwd'/></mujoco>"), links: links)
        #expect(said?.contains("leads out of the model's folder") == true)
      }
    }

    @Test func `included files are looked through, those they include too`() throws {
      let said = try check(
        ("m.xml", "<mujoco><include file='a.xml'/></mujoco>"),
        ("a.xml", " \n<mujoco><include file='b.part'/></mujoco>"),
        ("b.part", "\u{FEFF}<mujoco><mesh file='/etc/passwd'/></mujoco>"))
      #expect(said?.contains("below the model's own folder") == true)
    }

    @Test(arguments: ["x", "\u{1}", "#!"])
    func `what is included is looked through however it starts`(start: String) throws {
      let said = try check(
        ("m.xml", "<mujoco>< include file='a.stl'/></mujoco>"),
        ("a.stl", "\(start)<mujocoinclude><mesh file='/etc/outside.stl'/></mujocoinclude>"))
      #expect(said?.contains("below the model's own folder") == true)
    }

    @Test func `an attribute cannot hide of which element it is`() throws {
      let said = try check(
        ("m.xml", "<mujoco><include name='<mesh' file='a'/></mujoco>"),
        ("a", "<mujoco><mesh file='/etc/passwd'/></mujoco>"))
      #expect(said?.contains("has a '<'") == true)
    }

    @Test func `no file is data under one name and markup under another`() throws {
      let files = [
        ("m.xml", "<mujoco><mesh file='Part.stl'/><include file='d/part.stl'/></mujoco>"),
        ("Part.stl", "<mujoco><mesh file='/etc/passwd'/></mujoco>"),
      ]
      #expect(try check(files[0], files[1])?.contains("as data") == true)
      let other = ("d/part.stl", "<mujoco/>")
      #expect(try check(files[0], files[1], other)?.contains("one name for MuJoCo") == true)
    }

    @Test func `files that include each other are looked through once`() throws {
      let said = try check(
        ("m.xml", "<mujoco><include file='a.xml'/></mujoco>"),
        ("a.xml", "<mujoco><include file='m.xml'/></mujoco>"))
      #expect(said == nil)
    }

    @Test(arguments: [
      ("<size njmax='1000000'/>", "'njmax' is 1000000; at most 1000"),
      ("<size nstack=\"1e12\"/>", "'nstack' is"), ("<size memory='10G'/>", "'memory' is"),
      ("<size nconmax='&#57;999'/>", "no number"), ("<hfield nrow='9999' ncol='9'/>", "cells"),
      ("<texture width='4000'/><texture width='4000'/>", "cells"),
      ("<composite count='100 100 1'/>", "copies"),
      ("<replicate count='50'><replicate count='50'/></replicate>", "copies"),
      ("<size nuser_body='2147483647'/>", "'nuser_body' is 2147483647; at most 1000"),
      ("<size nuser_site='100000000'/>", "'nuser_site'"), ("<user dim='2000000000'/>", "'dim'"),
      ("<numeric size='2e9'/>", "'size'"), ("<skin subgrid='10000'/>", "'subgrid'"),
      ("<option iterations='2147483647'/>", "'iterations'"),
      ("<quality numslices='2147483647'/>", "'numslices'"),
      ("<muscle gear='nan'/>", "'gear' is 'nan'; give a finite number"),
      ("<option wind='0 -INF 0'/>", "'wind' is '-INF'"), ("<general gainprm='1e999'/>", "1e999"),
      ("<size nstack='\(String(repeating: " ", count: 5_000))20000000'/>", "'nstack'"),
      ("<composite count='\(String(repeating: "\n", count: 5_000))99 99 99'/>", "copies"),
    ])
    func `sizes are bounded before memory is asked for`(element: String, says: String) throws {
      let said = try check(("m.xml", "<mujoco>\(element)</mujoco>"))
      #expect(said?.contains(says) == true, "\(said ?? "let through")")
    }

    @Test(arguments: [
      "<geom size='0.1'/>", "<body name='nancy info'/>", "<text data='inf or nan'/>",
    ])
    func `lengths and words are no sizes`(element: String) throws {
      #expect(try check(("m.xml", "<mujoco>\(element)</mujoco>")) == nil)
    }

    @Test func `elements, attributes and bytes are bounded`() throws {
      let elements = String(repeating: "< \ngeom/>", count: 5_001)
      #expect(try check(("m.xml", "<mujoco>\(elements)</mujoco>"))?.contains("elements") == true)
      let attributes = (0...200).map { "a\($0)='1' " }.joined()
      #expect(try check(("m.xml", "<mujoco \(attributes)/>"))?.contains("attributes") == true)
      let bytes = String(repeating: " ", count: 4 << 20)
      #expect(try check(("m.xml", "<mujoco>\(bytes)</mujoco>"))?.contains("4194304 bytes") == true)
    }

    @Test(arguments: ["<mesh name='m' file='p'/>", "<include file='p'/>"])
    func `a pipe is refused and not waited for`(element: String) throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
      defer { try? FileManager.default.removeItem(at: folder) }
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try #require(mkfifo(folder.appending(path: "p").path, 0o600) == 0)
      let model = folder.appending(path: "m.xml")
      try "<mujoco>\(element)</mujoco>".write(to: model, atomically: true, encoding: .utf8)
      let error = #expect(throws: MuJoCoError.self) { try ModelFileCheck.files(of: model.path) }
      #expect(error?.description.contains("'p' is not an ordinary file") == true)
    }

    @Test func `an error that MuJoCo raises while it loads is a value, and loading goes on`() throws
    {
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).xml")
      defer { try? FileManager.default.removeItem(at: file) }
      try """
      <mujoco><size nstack="1"/><worldbody><geom type="plane" size="9 9 1"/>
      <body pos="0 0 0.05"><freejoint/><geom size="0.1"/></body></worldbody></mujoco>
      """.write(to: file, atomically: true, encoding: .utf8)
      let error = #expect(throws: MuJoCoError.self) { try MuJoCoModel(path: file.path) }
      #expect(error?.description.contains("tack") == true)
      _ = try MuJoCoModel(path: PackageFiles.model("hopper"))
    }
  }
#endif
