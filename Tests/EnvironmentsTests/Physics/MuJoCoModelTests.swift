#if MuJoCo
  import Foundation
  import MetaLearning
  import Testing

  @testable import Environments

  @Suite("MuJoCo models and simulations") struct MuJoCoModelTests {
    @Test(
      "a bad model is an error with MuJoCo's message on one line",
      arguments: [
        ("<mujoco><worldbod/></mujoco>", "Schema violation: unrecognized element"),
        ("no XML", "XML parse error"),
        (
          "<mujoco><worldbody><body><joint/></body></worldbody></mujoco>",
          "mass and inertia of moving bodies"
        ),
      ])
    func badModel(text: String, message: String) throws {
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).xml")
      try text.write(to: file, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: file) }
      let error = #expect(throws: MuJoCoError.self) { try MuJoCoModel(path: file.path) }
      let description = try #require(error).description
      #expect(description.contains(message))
      #expect(description.contains(file.path))
      #expect(!description.contains("\n"))
    }

    @Test(
      "a model that asks for a newer MuJoCo is told which one runs, and what to do",
      .needsMuJoCo222,
      arguments: [
        ("<option integrator='implicitfast'/>", true), ("<compiler alignfree='true'/>", true),
        ("<deformable/>", true), ("<option timestep='1 2'/>", false),
      ])
    func newerModel(part: String, isUnknown: Bool) throws {
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).xml")
      try "<mujoco>\(part)</mujoco>".write(to: file, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: file) }
      let error = #expect(throws: MuJoCoError.self) { try MuJoCoModel(path: file.path) }
      let description = try #require(error).description
      #expect(description.contains("MuJoCo 2.2.2 runs") == isUnknown, "\(description)")
      #expect(description.contains("MUJOCO_DIR=/path/to/mujoco make build") == isUnknown)
      #expect(!description.contains("\n"))
    }

    @Test("a missing model is an error that names the file")
    func missingModel() throws {
      let error = #expect(throws: MuJoCoError.self) { try MuJoCoModel(path: "absent.xml") }
      #expect(try #require(error).description.contains("absent.xml"))
    }

    @Test("scaled dynamics change a copy and leave the shared model")
    func scaledCopy() throws {
      let model = try MuJoCoModel(path: PackageFiles.model("half-cheetah"))
      var scales = DynamicsScales()
      scales.mass = 1.5
      scales.damping = 0.5
      scales.friction = 2
      scales.gravity = 0.5
      scales.gear = 3
      let before = model.pointer.pointee
      let mass = before.body_mass[1]
      let scaled = try MuJoCoTaskModel(model, scales: scales)
      #expect(scaled.pointer != model.pointer)
      #expect(scaled.pointer.pointee.body_mass[1] == 1.5 * mass)
      #expect(scaled.pointer.pointee.body_inertia[3] == 1.5 * before.body_inertia[3])
      #expect(abs(scaled.pointer.pointee.body_subtreemass[1] - 21) < 1e-9)
      #expect(scaled.pointer.pointee.dof_damping[3] == 3)
      #expect(scaled.pointer.pointee.geom_friction[0] == 0.8)
      #expect(scaled.pointer.pointee.opt.gravity.2 == -9.81 / 2)
      #expect(scaled.pointer.pointee.actuator_gear[0] == 360)
      #expect(model.pointer.pointee.body_mass[1] == mass)
      #expect(model.pointer.pointee.dof_damping[3] == 6)
      #expect(model.pointer.pointee.geom_friction[0] == 0.4)
      #expect(model.pointer.pointee.opt.gravity.2 == -9.81)
      #expect(model.pointer.pointee.actuator_gear[0] == 120)
      #expect(try MuJoCoTaskModel(model).pointer == model.pointer)
    }

    @Test("a pooled copy carries nothing over from the task before")
    func pooledCopy() throws {
      let model = try MuJoCoModel(path: PackageFiles.model("hopper"))
      var scales = DynamicsScales()
      scales.mass = 2
      let mass = model.pointer.pointee.body_mass[1]
      for _ in 0..<3 {
        #expect(try MuJoCoTaskModel(model, scales: scales).pointer.pointee.body_mass[1] == 2 * mass)
      }
    }

    @Test("a simulation that explodes is seen, and a reset mends it")
    func divergence() throws {
      let model = try MuJoCoModel(path: PackageFiles.model("half-cheetah"))
      let simulation = try MuJoCoSimulation(MuJoCoTaskModel(model))
      let fixture = MuJoCoSimulationFixture(simulation)
      simulation.set(.velocity, 0, to: 1e200)
      simulation.set(.velocity, 3, to: 1e200)
      try fixture.step(control: Array(repeating: 0, count: 6), count: 5)
      #expect(simulation.hasDiverged)
      simulation.reset()
      #expect(!simulation.hasDiverged)
      try fixture.step(control: Array(repeating: 0.1, count: 6), count: 5)
      #expect(!simulation.hasDiverged && simulation.hasFiniteState)
    }

    @Test("an error inside a step comes back as a value", .needsMuJoCo222)
    func errorInsideStep() throws {
      let balls = (0..<4).map {
        "<body pos='\($0) 0 1'><freejoint/><geom size='0.1' condim='6'/></body>"
      }
      let text = """
        <mujoco><size nstack="1500"/><worldbody><geom type="plane" size="9 9 1"/>
        \(balls.joined())</worldbody></mujoco>
        """
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).xml")
      try text.write(to: file, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: file) }
      let model = try MuJoCoModel(path: file.path)
      let simulation = try MuJoCoSimulation(MuJoCoTaskModel(model))
      #expect(simulation.step(count: 1))
      for ball in 0..<4 { simulation.set(.position, 7 * ball + 2, to: 0.05) }
      #expect(!simulation.step(count: 1))
      #expect(MuJoCoSimulation.lastErrorMessage.contains("tack overflow"))
      simulation.reset()
      #expect(simulation.hasFiniteState)
    }

    @Test("a wrong state is an error that says what is wrong and changes nothing")
    func wrongState() throws {
      let model = try MuJoCoModel(path: PackageFiles.model("hopper"))
      let simulation = try MuJoCoSimulation(MuJoCoTaskModel(model))
      let before = simulation.state
      typealias Entry = LaneState.Entry
      let known = ["qpos", "qvel", "qacc_warmstart", "ctrl", "time", "act"]
      #expect(throws: MuJoCoError.unknownVector(name: "pose", known: known)) {
        try simulation.setState(LaneState([Entry(name: "pose", values: [1])]))
      }
      #expect(throws: MuJoCoError.wrongSize(name: "qpos", count: 2, expected: 6)) {
        try simulation.setState(LaneState([Entry(name: "qpos", values: [1, 2])]))
      }
      #expect(throws: MuJoCoError.notFinite(name: "qvel", index: 1)) {
        try simulation.setState(
          LaneState([Entry(name: "qvel", values: [1, .nan, 0, 0, 0, 0])]))
      }
      #expect(simulation.state == before)
    }
  }
#endif
