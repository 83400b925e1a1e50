#if MuJoCo
  import Foundation
  import Testing

  @testable import Environments

  @Suite struct RobotDrawingTests {
    private func drawing(_ name: String) throws -> RobotDrawing {
      let family = try FamilyCatalog(folders: [RobotFixture.folder]).family(named: name)
      return try #require(try RobotDrawing(family))
    }

    @Test func `a walker's parts are where the model has them`() throws {
      let drawing = try drawing("hopper-dynamics")
      // Upright, one metre along: the torso's capsule is 0.4 m long about its frame at 1.25 m.
      let ends = try #require(drawing.endPoints(position: [1, 1.25, 0, 0, 0, 0]))
      let expected = [1, 0, 1.05, 1, 0, 1.45]
      for (end, value) in zip(ends, expected) { #expect(abs(end - value) < 1e-12) }
      #expect(ends.count == 6 * drawing.parts.count)
      #expect(drawing.parts.map(\.name) == ["torso", "thigh", "leg", "foot"])
      #expect(drawing.parts.map(\.radius) == [0.05, 0.05, 0.04, 0.06])
      #expect(drawing.heightLimits == 0.7 ... .infinity)
    }

    @Test func `a quarter turn of the root turns the torso`() throws {
      let drawing = try drawing("hopper-dynamics")
      let ends = try #require(drawing.endPoints(position: [0, 1.25, .pi / 2, 0, 0, 0]))
      let expected = [-0.2, 0, 1.25, 0.2, 0, 1.25]
      for (end, value) in zip(ends, expected) { #expect(abs(end - value) < 1e-12) }
    }

    @Test(
      arguments: [
        ("half-cheetah-velocity", RobotDrawing.Viewpoint.side), ("hopper-dynamics", .side),
        ("walker2d-velocity", .side), ("swimmer-velocity", .above), ("ant-goal", .turnable),
      ])
    func `a robot is seen from where it moves`(
      name: String, viewpoint: RobotDrawing.Viewpoint
    ) throws {
      #expect(try drawing(name).viewpoint == viewpoint)
    }

    @Test func `a ball has no length`() throws {
      let drawing = try drawing("ant-goal")
      let ends = try #require(
        drawing.endPoints(position: [3, -2, 0.75, 1, 0, 0, 0, 0, 1, 0, -1, 0, -1, 0, 1]))
      #expect(Array(ends.prefix(6)) == [3, -2, 0.75, 3, -2, 0.75])
      #expect(drawing.parts.count == 13)
    }

    @Test(arguments: [[], [0, 1.25, 0, 0, 0], [0, .nan, 0, 0, 0, 0], [0, 0, .infinity, 0, 0, 0]])
    func `what is no position has no drawing`(position: [Double]) throws {
      #expect(try drawing("hopper-dynamics").endPoints(position: position) == nil)
    }

    @Test func `a point has no drawing`() throws {
      let family = try FamilyCatalog(folders: [RobotFixture.folder]).family(
        named: "navigation-2d")
      #expect(try RobotDrawing(family) == nil)
    }
  }
#endif
