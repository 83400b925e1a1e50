import Testing

@testable import Environments

@Suite struct MuJoCoReleaseTests {
  @Test(
    arguments: [
      ("2.2.2", true, nil), ("3.4.0", true, nil), ("3.5.0", false, nil), ("3.12.0", false, nil),
      ("3.5.0", true, "adds the margins"), ("3.10.1", true, "adds the margins"),
      ("4.0.0", true, "adds the margins"), ("4.0.0", false, "was not compared"),
      ("2.1.5", true, "was not compared"),
    ] as [(String, Bool, String?)])
  func `a release that changes the physics of a model is told`(
    version: String, hasMargins: Bool, says: String?
  ) throws {
    let release = try #require(MuJoCoRelease(version))
    let warning = release.warning(modelHasMargins: hasMargins)
    #expect(release.description == version)
    guard let says else {
      #expect(warning == nil)
      return
    }
    let text = try #require(warning)
    #expect(text.contains(says) && text.contains("MuJoCo \(version) runs"))
    #expect(!text.contains("\n"))
  }

  @Test func `releases are compared as numbers`() throws {
    let order = ["2.2.2", "2.10.0", "3.4.0", "3.10.0"].compactMap { MuJoCoRelease($0) }
    #expect(order == order.sorted() && order.count == 4)
    for text in ["", "3", "3.5", "a.b.c", "3.x.0"] {
      #expect(MuJoCoRelease(text) == nil, "\(text)")
    }
  }

  #if MuJoCo
    @Test(arguments: [
      ("ant-velocity", true), ("hopper-dynamics", true), ("half-cheetah-velocity", false),
      ("walker2d-velocity", false), ("swimmer-velocity", false),
    ])
    func `the bodies with margins are ant and hopper`(name: String, hasMargins: Bool) throws {
      let family = try FamilyCatalog(folders: [RobotFixture.folder]).family(named: name)
      let simulator = try #require(family.definition.simulator as? RobotSimulator)
      #expect(simulator.settings.model.hasContactMargins == hasMargins)
      let running = try #require(MuJoCoRelease.running)
      let expected = running.warning(modelHasMargins: hasMargins)
      #expect(simulator.warnings == [expected].compactMap { $0 })
    }
  #endif
}
