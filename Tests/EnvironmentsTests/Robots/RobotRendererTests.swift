#if OSMesa
  import Testing

  @testable import Environments

  /// One renderer at a time: an OSMesa context belongs to the thread that draws.
  @Suite(.serialized) struct RobotRendererTests {
    private func renderer(_ name: String) throws -> RobotRenderer {
      let family = try FamilyCatalog(folders: [RobotFixture.folder]).family(named: name)
      return try #require(try RobotRenderer(family, width: 160, height: 120))
    }

    /// How many pixels are more blue than red.
    private func bluePixels(_ picture: [UInt8]) -> Int {
      stride(from: 0, to: picture.count, by: 3).count {
        Int(picture[$0 + 2]) > Int(picture[$0]) + 60
      }
    }

    @Test(
      arguments: [
        ("half-cheetah-velocity", [0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("swimmer-velocity", [0, 0, 0, 0, 0]),
        ("ant-goal", [3, -2, 0.75, 1, 0, 0, 0, 0, 1, 0, -1, 0, -1, 0, 1]),
      ] as [(String, [Double])])
    func `a robot is drawn in blue on a light floor, without a mark beyond it`(
      name: String, position: [Double]
    ) throws {
      let picture = try renderer(name).picture(position: position, marks: [])
      #expect(picture.count == 3 * 160 * 120)
      let blue = bluePixels(picture)
      #expect(blue > 200 && blue < 160 * 120 / 3, "\(blue)")
      #expect(picture.reduce(0) { $0 + Int($1) } / picture.count > 150)
    }

    @Test func `poses and marks change the picture, equal ones do not`() throws {
      let renderer = try renderer("hopper-dynamics")
      let rest = [0, 1.25, 0, 0, 0, 0]
      let first = try renderer.picture(position: rest, marks: [])
      #expect(try renderer.picture(position: rest, marks: []) == first)
      #expect(try renderer.picture(position: [0, 1.25, 0.6, 0, 0, 0], marks: []) != first)
      #expect(try renderer.picture(position: rest, marks: [.pace(x: 0.3)]) != first)
      #expect(try renderer.picture(position: rest, marks: [.direction([-1, 0])]) != first)
      #expect(try renderer.picture(position: rest, marks: [.goal([0.5, 0])]) != first)
    }

    @Test func `what is no position is an error`() throws {
      let renderer = try renderer("hopper-dynamics")
      #expect(throws: MuJoCoError.wrongSize(name: "qpos", count: 1, expected: 6)) {
        try renderer.picture(position: [0], marks: [])
      }
      #expect(throws: MuJoCoError.notFinite(name: "qpos", index: 2)) {
        try renderer.picture(position: [0, 1, .nan, 0, 0, 0], marks: [])
      }
    }
  }
#endif
