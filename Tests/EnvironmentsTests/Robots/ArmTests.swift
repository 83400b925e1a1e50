#if MuJoCo
  import DenseMath
  import Foundation
  import MetaLearning
  import Testing

  @testable import Environments

  /// The vocabulary beyond running: places, contacts, sensors, motors, single links.
  @Suite struct ArmTests {
    private func arm(
      _ preset: String = "", goal: [Double] = [0.3, 0, 0.3], with others: [String: Double] = [:]
    ) throws -> RobotFixture {
      let family = try FamilyCatalog(folders: [RobotFixture.folder])
        .family(named: "arm-reach\(preset)")
      let task = TaskParameters(
        family.definition.parameters.map {
          .init(name: $0.rule.name, values: $0.rule.size == 3 ? goal : [others[$0.rule.name] ?? 1])
        })
      return try RobotFixture(family, task: task)
    }

    private func tip(_ robot: RobotFixture) -> [Double] {
      robot.lanes.simulations[0].values(.sitePosition)
    }

    @Test func `distance, success and smoothness are what their formulas say`() throws {
      var robot = try arm()
      #expect(
        robot.family.rewardTermNames == ["distance", "success", "smooth", "control", "floor"])
      var last = [0.0, 0, 0]
      for index in 0..<20 {
        robot.step(index)
        let command = robot.batch.actions.map { min(max($0, -1), 1) }
        let distance = zip(tip(robot), [0.3, 0, 0.3]).map { ($0 - $1) * ($0 - $1) }
          .reduce(0, +).squareRoot()
        let change = zip(command, last).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
        #expect(abs(robot.batch.rewardTerms[0] + distance) < 1e-12)
        #expect(robot.batch.rewardTerms[1] == (distance <= 0.05 ? 1 : 0))
        #expect(abs(robot.batch.rewardTerms[2] + 0.01 * change) < 1e-12)
        // The tip and the last command are observed.
        #expect(Array(robot.batch.observations[6..<9]) == tip(robot))
        #expect(Array(robot.batch.observations[9..<12]) == command)
        last = command
      }
    }

    @Test func `arriving pays, and ends the episode where the definition says so`() throws {
      let still = try arm("@sparse")
      let place = tip(still)
      var near = try arm("@sparse", goal: [place[0], place[1], place[2] + 0.02])
      var far = try arm("@sparse", goal: [place[0], place[1], place[2] + 0.3])
      for robot in [near, far] { #expect(robot.family.rewardTermNames == ["success"]) }
      near.batch.actions = [0, 0, 0]
      near.lanes.step(&near.batch)
      #expect(near.batch.rewards == [1] && near.batch.terminated == [true])
      #expect(near.batch.diverged == [false])
      far.lanes.step(&far.batch)
      #expect(far.batch.rewards == [0] && far.batch.terminated == [false])
    }

    @Test func `a hand on the floor is a touch, one in the air is none`() throws {
      for (angles, touches) in [([0, 1.1, 0.0], true), ([0, -0.5, 1], false)] {
        var robot = try arm()
        try robot.lanes.setState(
          LaneState([.init(name: "qpos", values: angles)]), ofLane: 0, batch: &robot.batch)
        robot.batch.actions = [0, 0, 0]
        robot.lanes.step(&robot.batch)
        #expect(robot.batch.rewardTerms[4] == (touches ? -0.1 : 0))
      }
      let robot = try arm()
      let simulation = robot.lanes.simulations[0]
      let model = robot.lanes.settings.model
      let (hand, floor) = (
        try #require(model.index(of: .body, named: "hand")),
        try #require(model.index(of: .body, named: "world"))
      )
      simulation.set(.position, 1, to: 1.1)
      simulation.set(.position, 2, to: 0)
      #expect(simulation.forward())
      func touches(_ first: Int, _ second: Int?) -> Bool {
        simulation.touches(ContactPair(isOfBodies: true, first: first, second: second))
      }
      #expect(touches(hand, floor) && touches(floor, hand) && touches(hand, nil))
      #expect(!touches(hand, hand))
    }

    @Test func `a payload changes one body, one joint and one motor`() throws {
      let robot = try arm(
        "@payload", with: ["payload": 3, "stiffness": 2, "strength": 0.5, "forearm_length": 1])
      let model = robot.lanes.settings.model
      let (shared, task) = (
        model.pointer.pointee, robot.lanes.simulations[0].model.pointer.pointee
      )
      let hand = try #require(model.index(of: .body, named: "hand"))
      for body in 0..<Int(shared.nbody) {
        #expect(task.body_mass[body] == shared.body_mass[body] * (body == hand ? 3 : 1))
        for axis in 0..<3 {
          let (one, other) = (
            task.body_inertia[3 * body + axis], shared.body_inertia[3 * body + axis]
          )
          #expect(one == other * (body == hand ? 3 : 1))
        }
      }
      for joint in 0..<3 {
        #expect(task.dof_damping[joint] == shared.dof_damping[joint] * (joint == 2 ? 2 : 1))
        #expect(
          task.actuator_gear[6 * joint] == shared.actuator_gear[6 * joint] * (joint == 2 ? 0.5 : 1))
      }
    }

    @Test(arguments: [0.8, 1, 1.25])
    func `a longer link carries the hand farther, as a model of that length does`(factor: Double)
      throws
    {
      let robot = try arm("@payload", with: ["forearm_length": factor])
      let simulation = robot.lanes.simulations[0]
      let model = robot.lanes.settings.model
      let forearm = try #require(model.index(of: .body, named: "forearm"))
      for angles in [[0.3, -0.4, 0.9], [-1, 0.2, 1.7]] {
        for (index, angle) in angles.enumerated() {
          simulation.set(.position, index, to: angle)
        }
        #expect(simulation.computeKinematics())
        // Forward kinematics by hand; a turn about y by q takes x to −z.
        let reach =
          0.3 * cos(angles[1]) + (0.25 * factor + 0.04) * cos(angles[1] + angles[2])
        let height =
          0.3 - 0.3 * sin(angles[1]) - (0.25 * factor + 0.04) * sin(angles[1] + angles[2])
        let expected = [reach * cos(angles[0]), reach * sin(angles[0]), height]
        for (value, wanted) in zip(simulation.values(.sitePosition), expected) {
          #expect(abs(value - wanted) < 1e-12)
        }
      }
      let (shared, task) = (model.pointer.pointee, simulation.model.pointer.pointee)
      #expect(task.body_mass[forearm] == shared.body_mass[forearm])
      // Second moments: along the link times factor², across it as they were.
      func moments(_ inertia: UnsafeMutablePointer<Double>) -> [Double] {
        let three = (0..<3).map { inertia[3 * forearm + $0] }
        return three.map { three.reduce(0, +) / 2 - $0 }.sorted()
      }
      let (before, after) = (moments(shared.body_inertia), moments(task.body_inertia))
      #expect(abs(after[2] - factor * factor * before[2]) < 1e-12)
      for index in 0..<2 { #expect(abs(after[index] - before[index]) < 1e-12) }
      let geom = try #require(model.index(of: .geom, named: "forearm"))
      #expect(abs(task.geom_size[3 * geom + 1] - 0.125 * factor) < 1e-12)
      #expect(abs(task.geom_rbound[geom] - (0.125 * factor + 0.025)) < 1e-12)
    }

    /// The preset `sensors` without its noise.
    private func quiet() throws -> RobotFixture {
      let text = try RobotFixture.text(of: "arm-reach")
        .replacing("noise: {normal: 0.01}, ", with: "")
        .replacing("noise: {normal: 0.05}, ", with: "")
        .replacing(", noise: {normal: 0.02}}", with: "}")
      return try RobotFixture(RobotFixture.family(text, preset: "sensors"))
    }

    @Test func `sensors show what was, motors get what was commanded`() throws {
      var robot = try quiet()
      var positions = [robot.lanes.state(ofLane: 0)["qpos"] ?? []]
      var commands = [[0.0, 0, 0]]
      #expect(robot.batch.observations.count == 18)
      for index in 0..<12 {
        robot.step(index)
        commands.append(robot.batch.actions.map { min(max($0, -1), 1) })
        positions.append(robot.lanes.state(ofLane: 0)["qpos"] ?? [])
        let now = index + 1
        let seen = robot.batch.observations
        for age in 0..<3 {
          let past = positions[max(now - 1 - age, 0)]
          #expect(Array(seen[3 * age..<3 * age + 3]) == past, "step \(now), \(age) before")
        }
        #expect(Array(seen[12..<15]) == commands[now])
        #expect(Array(seen[15..<18]) == commands[now - 1])
        #expect(robot.lanes.state(ofLane: 0)["ctrl"] == commands[now - 1])
      }
    }

    @Test func `noise has its deviation, is fresh at every step, and depends on the seed`() throws {
      let family = try FamilyCatalog(folders: [RobotFixture.folder])
        .family(named: "arm-reach@sensors")
      var errors: [Double] = []
      var motors: [Double] = []
      var firsts: [[Double]] = []
      for seed in 0..<20 {
        var robot = try RobotFixture(family, seed: UInt64(seed))
        firsts.append(robot.batch.observations)
        for index in 0..<40 {
          let before = robot.lanes.state(ofLane: 0)["qpos"] ?? []
          robot.batch.actions = [0.1, 0.1, 0.1]
          robot.lanes.step(&robot.batch)
          // One step late: the newest that is seen is of the state before.
          errors += zip(robot.batch.observations[0..<3], before).map { $0 - $1 }
          if index > 1 {
            motors += (robot.lanes.state(ofLane: 0)["ctrl"] ?? []).map { $0 - 0.1 }
          }
        }
      }
      #expect(Set(firsts).count == firsts.count)
      for (values, deviation) in [(errors, 0.01), (motors, 0.02)] {
        let mean = values.reduce(0, +) / Double(values.count)
        let spread =
          (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
          / Double(values.count)).squareRoot()
        #expect(abs(mean) < 4 * deviation / Double(values.count).squareRoot())
        #expect(abs(spread / deviation - 1) < 0.1)
      }
    }

    @Test func `one draw drives the parameters that follow it`() throws {
      let family = try FamilyCatalog(folders: [RobotFixture.folder])
        .family(named: "arm-reach@payload")
      var seen: Set<Double> = []
      for split in family.splits {
        for index in 0..<50 {
          let task = family.task(split: split, index: index, seed: 4)
          let (wear, strength) = (task["stiffness"]?[0] ?? 0, task["strength"]?[0] ?? 0)
          #expect(strength == 1.2 + -0.2 * wear)
          seen.insert(wear)
        }
      }
      #expect(seen.count > 150)
    }

    @Test(
      arguments: [
        ("{hand: payload}", "{hnd: payload}", ["did you mean 'hand'?", "upper_arm"]),
        ("{hand: payload}", "{hand: paylod}", ["did you mean 'payload'?", "stiffness"]),
        ("{elbow: stiffness}", "{elbw: stiffness}", ["did you mean 'elbow'?", "shoulder"]),
        ("{forearm: forearm_length}", "{hand: forearm_length}", ["no capsule or cylinder"]),
        ("length: {forearm: forearm_length}", "length: forearm_length", ["{BODY: PARAMETER}"]),
        ("parameter: stiffness", "parameter: strength", ["payload, forearm_length, stiffness"]),
        ("parameter: stiffness", "parameter: goal", ["has not the 1 numbers"]),
        ("offset: 1.2", "offset: 0.6", ["must be above 0, not -", "factor on the gear of elbow"]),
        ("scale: -0.2", "scal: -0.2", ["did you mean 'scale'?"]),
        ("site: tip}\n    - {read: previous", "site: tp}\n    - {read: previous", ["'tip'"]),
        ("joint: yaw}", "joint: jaw}", ["did you mean 'yaw'?", "shoulder, elbow"]),
        ("geoms: [hand, floor]", "geoms: [hand, flor]", ["did you mean 'floor'?", "forearm"]),
        (
          "geoms: [hand, floor]", "geoms: [hand], bodies: [hand]", ["exactly one of: bodies, geoms"]
        ),
        ("from: {site: tip}, to: goal, weight", "from: {sit: tip}, to: goal, weight", ["'site'"]),
        ("within: 0.05", "within: 0", ["must be above 0"]),
        ("{reached: success}", "{reached: distance}", ["Allowed: success"]),
        ("history: 3", "history: 0", ["from 1 to 100"]),
        ("delay: 1, noise", "delay: -1, noise", ["from 0 to 100"]),
        ("read: touch", "read: tuch", ["did you mean 'touch'?"]),
        ("mass: {hand: payload}", "mass: {hand: goal}", ["'goal'", "3", "1 numbers"]),
      ])
    func `a mistake is answered with what is there`(old: String, new: String, parts: [String])
      throws
    {
      let text = try RobotFixture.text(of: "arm-reach")
      let range = try #require(text.range(of: old), "\(old)")
      let wrong = text.replacingCharacters(in: range, with: new)
      let error = #expect(throws: EnvironmentError.self) { try RobotFixture.family(wrong) }
      let message = try #require(error).description
      #expect(message.hasPrefix("robot.yaml:") && !message.contains("\n"), "\(message)")
      for part in parts { #expect(message.contains(part), "\(message)") }
    }
  }
#endif
