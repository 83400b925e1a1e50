#if MuJoCo
  import Foundation
  import Testing

  @testable import Environments

  /// Mistakes in a definition are answered with the line, the key and what is allowed.
  @Suite struct RobotDefinitionTests {
    @Test(
      arguments: [
        ("frame_skip: 5 ", "frame_skp: 5 ", ["'robot.frame_skp'", "did you mean 'frame_skip'?"]),
        ("frame_skip: 5 ", "frame_skip: 0 ", ["'robot.frame_skip'", "from 1 to 1000", "not 0"]),
        (
          "model: half-cheetah.xml", "model: cheetah.xml",
          ["'robot.model'", "there is no such file", "cheetah.xml"]
        ),
        (
          "read: qvel}\n  reward", "read: qvell}\n  reward",
          ["'robot.observation[1].read'", "did you mean 'qvel'?", "contact_forces"]
        ),
        (
          "{read: qvel}\n  reward", "{read: body_position, body: tors}\n  reward",
          ["'robot.observation[1].body'", "did you mean 'torso'?", "bfoot"]
        ),
        (
          "{read: qvel}\n  reward", "{read: body_position}\n  reward",
          ["the key 'body' is missing in 'robot.observation[1]'"]
        ),
        (
          "from: 1}   # without", "from: 9}   # without", ["'robot.observation[0].from'", "0 to 8"]
        ),
        (
          "kind: velocity_error", "kind: velocity_eror",
          ["'robot.reward.velocity.kind'", "did you mean 'velocity_error'?", "alive_bonus"]
        ),
        (
          "target: velocity", "target: velocitty",
          ["'robot.reward.velocity.target'", "Allowed: velocity"]
        ),
        ("target: velocity, ", "", ["the key 'target' is missing in 'robot.reward.velocity'"]),
        (
          "kind: velocity_error, target: velocity", "kind: goal_distance, goal: velocity",
          ["'robot.reward.velocity.kind'", "give 'point' an x and a y"]
        ),
        ("qpos: {uniform: 0.1}", "qpos: {uniform: -1}", ["'robot.reset_noise.qpos.uniform'"]),
        ("point: {qpos: [0]}", "point: {qpos: [9]}", ["'robot.point.qpos[0]'", "0 to 8"]),
        (
          "  reward:", "  ends:\n    z: {qpos: 1, within: [1, 0]}\n  reward:",
          ["'robot.ends.z.within'", "low below high"]
        ),
        (
          "  reward:", "  dynamics:\n    mas: velocity\n  reward:",
          ["'robot.dynamics.mas'", "did you mean 'mass'?"]
        ),
        ("  reward:", "  timestep: 0\n  reward:", ["'robot.timestep'", "must be above 0"]),
        (
          "  reward:", "  start: {qpos: [1, 2]}\n  reward:",
          ["'robot.start.qpos'", "a list of 9 numbers, not of 2"]
        ),
      ])
    func `a mistake is named`(old: String, new: String, parts: [String]) throws {
      let text = try RobotFixture.text(of: "half-cheetah-velocity")
      let range = try #require(text.range(of: old))
      let wrong = text.replacingCharacters(in: range, with: new)
      let error = #expect(throws: EnvironmentError.self) { try RobotFixture.family(wrong) }
      let message = try #require(error).description
      #expect(message.hasPrefix("robot.yaml:"))
      #expect(!message.contains("\n"))
      for part in parts { #expect(message.contains(part)) }
    }

    @Test func `a family and a model dropped into a folder are a new family`() throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let model = try String(contentsOfFile: PackageFiles.model("half-cheetah"), encoding: .utf8)
      try model.replacingOccurrences(
        of: "type=\"plane\"", with: "type=\"plane\" axisangle=\"0 1 0 -0.1\""
      ).write(to: folder.appending(path: "cheetah-slope.xml"), atomically: true, encoding: .utf8)
      try RobotFixture.text(of: "half-cheetah-velocity")
        .replacingOccurrences(of: "half-cheetah.xml", with: "cheetah-slope.xml")
        .replacingOccurrences(of: "name: half-cheetah-velocity", with: "name: cheetah-slope")
        .write(to: folder.appending(path: "cheetah-slope.yaml"), atomically: true, encoding: .utf8)
      let family = try FamilyCatalog(folders: [folder.path]).family(named: "cheetah-slope")
      for outcome in EnvironmentContract(family).run() {
        #expect(outcome.passed, "\(outcome.name): \(outcome.failure ?? "")")
      }
      #expect(
        try family.choices.first { $0.key == "robot.model_checksum" }
          != RobotFixture("half-cheetah-velocity").family.choices
          .first { $0.key == "robot.model_checksum" })
      var slope = try RobotFixture(family)
      var plain = try RobotFixture("half-cheetah-velocity")
      for index in 0..<20 {
        slope.step(index)
        plain.step(index)
      }
      #expect(slope.batch.observations != plain.batch.observations)
    }

    @Test(arguments: [
      ("<worldbody><geom size='1'/></worldbody>", "has no joint"),
      (
        "<worldbody><body><joint type='slide'/><geom size='1'/></body></worldbody>",
        "has no actuator"
      ),
      (
        """
        <worldbody><body><joint name='j' type='slide'/><geom size='1'/></body></worldbody>
        <actuator><motor name='m' joint='j' ctrllimited='true' ctrlrange='nan 1'/></actuator>
        """, "'ctrlrange' is 'nan'; give a finite number"
      ),
    ])
    func `a model that cannot move or be moved is no robot`(body: String, says: String) throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try "<mujoco>\(body)</mujoco>".write(
        to: folder.appending(path: "half-cheetah.xml"), atomically: true, encoding: .utf8)
      let error = #expect(throws: EnvironmentError.self) {
        try FamilyDefinition(
          text: RobotFixture.text(of: "half-cheetah-velocity"), origin: "robot.yaml",
          folder: folder.path)
      }
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "no error")")
    }

    @Test func `show says what each number is`() throws {
      let family = try RobotFixture("ant-velocity@finn2017").family
      let entries = family.definition.simulator.observation
      #expect(entries[0].meaning == "qpos[0], x of root" && entries[0].unit == "m")
      #expect(entries[3].meaning == "qpos[3], orientation of root, w")
      #expect(entries[7].meaning == "qpos[7], angle of hip_1" && entries[7].unit == "rad")
      #expect(entries[29].meaning == "contact_forces, torque x on world")
      #expect(entries[29].range == -1...1)
      #expect(entries[124].meaning == "centre_of_mass of torso, z")
      let actions = family.definition.simulator.action
      #expect(actions[0].meaning == "control of hip_4" && actions[0].range == -1...1)
      let scaled = try RobotFixture("ant-velocity@pytorch-maml-rl").family
      #expect(scaled.definition.simulator.action[0].range == -10...10)
      let keys = family.choices.map(\.key)
      #expect(Set(keys).count == keys.count)
      #expect(keys.contains("robot.model_checksum"))
      let terms = family.definition.simulator.rewardTerms.map(\.formula)
      #expect(terms.contains("-1.0·|v - velocity|"))
    }
  }
#endif
