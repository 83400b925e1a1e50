#if MuJoCo
  import Testing

  @testable import Environments

  /// What lanes do not cover is refused with the reason, and steps on MuJoCo.
  @Suite(.needsMuJoCo222) struct LaneCoverageTests {
    @Test func `a plain model is covered`() throws {
      #expect(try LaneModels.family(LaneModels.plain, physics: .lanes).physics == .lanes)
    }

    @Test(
      arguments: [
        ("name=\"bar\" type=\"capsule\"", "name=\"bar\" type=\"cylinder\"", "geoms floor and bar"),
        ("type=\"hinge\" axis=\"0 1 0\"", "type=\"ball\"", "joint turn is a ball joint"),
        ("<motor name=\"motor\"", "<position kp=\"3\" name=\"motor\"", "motor is not a motor"),
        ("axis=\"0 1 0\"/>", "axis=\"0 1 0\" frictionloss=\"1\"/>", "turn has frictionloss"),
        ("<worldbody>", "<option cone=\"elliptic\"/><worldbody>", "friction cone is elliptic"),
        ("<worldbody>", "<option solver=\"PGS\"/><worldbody>", "solver is not Newton"),
        ("<worldbody>", "<option integrator=\"implicit\"/><worldbody>", "neither Euler nor RK4"),
        ("<worldbody>", "<option noslip_iterations=\"3\"/><worldbody>", "noslip"),
        ("<worldbody>", "<option><flag contact=\"disable\"/></option><worldbody>", "flags"),
        ("<worldbody>", "<size nconmax=\"1\" njmax=\"100\"/><worldbody>", "nconmax 1 of 2"),
        ("size=\"0.1 0.3\"/>", "size=\"0.1 0.3\" condim=\"6\"/>", "condim 6"),
        ("size=\"0.1 0.3\"/>", "size=\"0.1 0.3\" solimp=\"0.9 0.9 1 0.5 3\"/>", "neither 1 nor 2"),
        (
          "<actuator>", "<equality><joint joint1=\"turn\"/></equality><actuator>",
          "equality constraints"
        ),
        (
          "<actuator>",
          "<tendon><fixed><joint joint=\"turn\" coef=\"1\"/></fixed></tendon><actuator>", "tendons"
        ),
        (
          "</worldbody>",
          """
          <body pos="0 0 3"><joint type="slide" axis="0 0 1"/>
          <geom name="ball" type="sphere" size="0.1"/></body></worldbody>
          """, "geoms ball and bar, on different branches"
        ),
      ])
    func `an uncovered model is refused`(old: String, new: String, reason: String) throws {
      let model = LaneModels.plain.replacing(old, with: new)
      try #require(model != LaneModels.plain)
      #expect {
        try LaneModels.family(model, physics: .lanes)
      } throws: {
        "\($0)".contains("cannot be stepped by physics 'lanes'") && "\($0)".contains(reason)
          && "\($0)".contains("'robot.model'") && !"\($0)".contains("\n")
      }
      let family = try LaneModels.family(model, physics: .auto)
      #expect(family.physics == .mujoco)
      let choice = try #require(family.choices.first { $0.key == "robot.physics" })
      #expect(choice.value == "mujoco" && choice.explanation.contains(reason))
    }

    @Test func `a family that reads what touches is refused`() throws {
      let text = try RobotFixture.text(of: "half-cheetah-velocity")
        .replacing("- {read: qvel}\n  reward", with: "- {read: touch, bodies: [bfoot]}\n  reward")
      func family(_ physics: PhysicsChoice) throws -> DefinedTaskFamily {
        try DefinedTaskFamily(
          FamilyDefinition(
            text: text, origin: "robot.yaml", folder: RobotFixture.folder, physics: physics))
      }
      #expect(try family(.auto).physics == .mujoco)
      #expect {
        try family(.lanes)
      } throws: {
        "\($0)".contains("reads 'touch'")
      }
    }

    // The arm reads what touches.
    @Test(arguments: RobotFixture.names.filter { !$0.hasPrefix("arm-") })
    func `every built-in robot family is covered`(name: String) throws {
      let catalog = FamilyCatalog(folders: [RobotFixture.folder], physics: .auto)
      #expect(try catalog.family(named: name).physics == .lanes)
    }

    @Test func `a family without a robot has no physics to choose`() {
      #expect {
        try FamilyCatalog(folders: [RobotFixture.folder], physics: .lanes)
          .family(named: "navigation-2d")
      } throws: {
        "\($0)".contains("no physics to choose")
      }
    }

    @Test func `the definition chooses, and the caller over it`() throws {
      let name = "half-cheetah-velocity"
      func family(_ line: String, _ physics: PhysicsChoice) throws -> DefinedTaskFamily {
        let text = try RobotFixture.text(
          of: name, replacing: "  frame_skip: 5 ", with: "\(line)  frame_skip: 5 ")
        return try DefinedTaskFamily(
          FamilyDefinition(
            text: text, origin: "robot.yaml", folder: RobotFixture.folder, physics: physics))
      }
      #expect(try family("", .definition).physics == .mujoco)
      #expect(try family("  physics: lanes\n", .definition).physics == .lanes)
      #expect(try family("  physics: auto\n", .definition).physics == .lanes)
      #expect(try family("  physics: lanes\n", .mujoco).physics == .mujoco)
      #expect(try family("", .lanes).physics == .lanes)
      #expect(throws: EnvironmentError.self) { try family("  physics: definition\n", .definition) }
    }

    @Test func `a loaded family takes another engine, and its own back`() throws {
      let catalog = FamilyCatalog(folders: [RobotFixture.folder])
      let plain = try catalog.family(named: "ant-velocity")
      let lanes = try plain.stepped(by: .lanes)
      #expect(lanes.physics == .lanes)
      #expect(try lanes.stepped(by: .definition).physics == .lanes)
      #expect(
        try lanes.stepped(by: .mujoco).canonicalDescription == plain.canonicalDescription)
      #expect {
        try catalog.family(named: "point-mass").stepped(by: .auto)
      } throws: {
        "\($0)".contains("no physics to choose")
      }
    }

    @Test func `only lanes change the digest's text`() throws {
      let name = "half-cheetah-velocity"
      let plain = try FamilyCatalog(folders: [RobotFixture.folder]).family(named: name)
      let lanes = try FamilyCatalog(folders: [RobotFixture.folder], physics: .lanes)
        .family(named: name)
      #expect(!plain.canonicalDescription.contains("robot.physics"))
      #expect(lanes.canonicalDescription.contains("robot.physics: lanes\n"))
    }
  }
#endif
