#if MuJoCo
  import DenseMath
  import Foundation
  import MetaLearning
  import Testing

  @testable import Environments

  /// Every word of the section `robot` against what it says, on an arm whose kinematics are short
  /// enough to be written down.
  @Suite struct RobotVocabularyTests {
    /// The arm with another reward, observation, ends or dynamics.
    private func arm(
      reward: String? = nil, observation: String? = nil, ends: String = "", dynamics: String = "",
      action: String = "", parameters: [String] = []
    ) throws -> DefinedTaskFamily {
      var text = try RobotFixture.text(of: "arm-reach")
      let presets = try #require(text.range(of: "\npresets:"))
      text = String(text[..<presets.lowerBound])
      func put(_ lines: String?, from start: String, to end: String) throws {
        guard let lines else { return }
        let (first, last) = (
          try #require(text.range(of: start)), try #require(text.range(of: end))
        )
        text.replaceSubrange(first.upperBound..<last.lowerBound, with: "\n\(lines)\n")
      }
      try put(observation, from: "  observation:", to: "  reward:")
      try put(reward, from: "  reward:", to: "\ntask:")
      let more = ends + dynamics + action
      text = text.replacing("\ntask:", with: "\(more)\ntask:")
      for parameter in parameters {
        text += "\n  \(parameter):\n    train: {uniform: {low: 0.5, high: 2}}\n"
      }
      return try RobotFixture.family(text)
    }

    /// Where the hand is and how fast it moves, from the angles alone.
    private struct Hand {
      let place, velocity: SIMD3<Double>
      /// The pitch of the hand, rad.
      let pitch: Double

      init(_ q: [Double], _ v: [Double], length: Double = 0.25) {
        // A turn about y takes x to −z.
        let (turn, speed) = (q[1] + q[2], v[1] + v[2])
        let reach = 0.3 * cos(q[1]) + length * cos(turn)
        let reaching = -0.3 * sin(q[1]) * v[1] - length * sin(turn) * speed
        place = SIMD3(
          reach * cos(q[0]), reach * sin(q[0]), 0.3 - 0.3 * sin(q[1]) - length * sin(turn))
        velocity = SIMD3(
          reaching * cos(q[0]) - reach * sin(q[0]) * v[0],
          reaching * sin(q[0]) + reach * cos(q[0]) * v[0],
          -0.3 * cos(q[1]) * v[1] - length * cos(turn) * speed)
        pitch = turn
      }
    }

    private func length(_ v: SIMD3<Double>) -> Double { (v * v).sum().squareRoot() }

    @Test func `every reward of places, joints and bodies pays what its row says`() throws {
      let family = try arm(
        reward: """
              l1: {kind: distance, from: {site: tip}, to: goal, norm: l1, weight: 2}
              body: {kind: distance, from: {body: hand}, to: [0.1, 0.2, 0.3], weight: 3}
              between: {kind: distance, from: {body: hand}, to: {site: tip}}
              arrived: {kind: reached, from: {body: hand}, to: goal, within: 0.3, weight: 5}
              speed: {kind: value, read: joint_velocity, joint: elbow, weight: 0.5}
              sum: {kind: value, read: qvel, from: 0, to: 1}
              pose: {kind: value_error, read: qpos, from: 1, to: 2, target: [0.1, -0.2], weight: 1.5}
              box: {kind: inside, read: joint_position, joint: shoulder, within: [-0.7, -0.4], weight: 4}
              upright: {kind: value, read: upright, body: hand}
              smooth: {kind: smoothness, weight: 7}
              effort: {kind: control_cost, weight: 6}
              alive: {kind: alive_bonus, weight: 0.25}
              plane: {kind: goal_distance, goal: [0.2, 0.1], weight: 2}
              corner: {kind: goal_distance, goal: [0.2, 0.1], norm: l1}
              pace: {kind: velocity_error, target: 0.3}
              along: {kind: velocity_along, direction: -1, weight: 2}
              head: {kind: heading, direction: [0.6, 0.8]}
              apart: {kind: value, read: touch, bodies: [hand, upper_arm]}
              contact: {kind: contact_cost, clip: 0.5, weight: 0.1}
          """)
      let goal = SIMD3(0.4, 0.1, 0.3)
      var robot = try RobotFixture(family, task: TaskParameters("goal", 0.4, 0.1, 0.3))
      var last = SIMD3<Double>.zero
      var (inside, arrived) = (Set<Double>(), Set<Double>())
      for index in 0..<40 {
        robot.step(index)
        let state = robot.lanes.state(ofLane: 0)
        let (q, v) = (try #require(state["qpos"]), try #require(state["qvel"]))
        let (hand, tip) = (Hand(q, v), Hand(q, v, length: 0.29))
        let command = SIMD3(robot.batch.actions.map { min(max($0, -1), 1) })
        let offset = tip.place - goal
        let forces = robot.lanes.simulations[0].values(.contactForces)
        let near = length(hand.place - goal) <= 0.3
        let expected = [
          -2 * (abs(offset.x) + abs(offset.y) + abs(offset.z)),
          -3 * length(hand.place - SIMD3(0.1, 0.2, 0.3)), -0.04, near ? 5 : 0, 0.5 * v[2],
          v[0] + v[1], -1.5 * (abs(q[1] - 0.1) + abs(q[2] + 0.2)),
          (-0.7...(-0.4)).contains(q[1]) ? 4 : 0, cos(hand.pitch),
          -7 * ((command - last) * (command - last)).sum(), -6 * (command * command).sum(), 0.25,
          -2 * length(hand.place * [1, 1, 0] - [0.2, 0.1, 0]),
          -abs(hand.place.x - 0.2) - abs(hand.place.y - 0.1), -abs(hand.velocity.x - 0.3),
          -2 * hand.velocity.x, 0.6 * hand.velocity.x + 0.8 * hand.velocity.y, 0,
          -0.1 * forces.reduce(0) { $0 + min(abs($1), 0.5) * min(abs($1), 0.5) },
        ]
        for (term, (seen, wanted)) in zip(robot.batch.rewardTerms, expected).enumerated() {
          #expect(
            abs(seen - wanted) < 1e-9, "\(family.rewardTermNames[term]): \(seen), \(wanted)")
        }
        inside.insert(expected[7])
        arrived.insert(expected[3])
        last = command
      }
      // Both sides of every threshold were met.
      #expect(inside == [0, 4] && arrived == [0, 5])
      #expect(family.successTerms == [3])
    }

    @Test func `every reading shows what its row says`() throws {
      let family = try arm(
        observation: """
              - {read: joint_velocity, joint: yaw, clip: 0.1}
              - {read: joint_position, joint: elbow}
              - {read: qvel, from: 1, to: 2}
              - {read: body_position, body: hand}
              - {read: rotation_matrix, body: hand}
              - {read: upright, body: hand}
              - {read: centre_of_mass, body: hand}
              - {read: centre_of_mass_velocity, body: hand}
              - {read: site_position, site: tip}
              - {read: contact_forces, body: hand, clip: 0.5}
              - {read: touch, bodies: [hand, world]}
              - {read: touch, geoms: [hand]}
          """)
      var robot = try RobotFixture(family)
      var touched = Set<Double>()
      for index in 0..<60 {
        robot.step(index)
        let state = robot.lanes.state(ofLane: 0)
        let (q, v) = (try #require(state["qpos"]), try #require(state["qvel"]))
        let (hand, tip) = (Hand(q, v), Hand(q, v, length: 0.29))
        let seen = robot.batch.observations
        func check(_ word: String, _ start: Int, _ wanted: [Double]) {
          for (offset, value) in wanted.enumerated() {
            #expect(abs(seen[start + offset] - value) < 1e-9, "\(word), step \(index)")
          }
        }
        func list(_ v: SIMD3<Double>) -> [Double] { [v.x, v.y, v.z] }
        check("joint_velocity, clip", 0, [min(max(v[0], -0.1), 0.1)])
        check("joint_position", 1, [q[2]])
        check("qvel, from, to", 2, [v[1], v[2]])
        check("body_position", 4, list(hand.place))
        // Yaw, then a turn about y by the pitch.
        let ((c, s), (cp, sp)) = ((cos(q[0]), sin(q[0])), (cos(hand.pitch), sin(hand.pitch)))
        check("rotation_matrix", 7, [c * cp, -s, c * sp, s * cp, c, s * sp, -sp, 0, cp])
        check("upright", 16, [cp])
        check("centre_of_mass", 17, list(hand.place))
        check("centre_of_mass_velocity", 20, list(hand.velocity))
        check("site_position", 23, list(tip.place))
        let forces = robot.lanes.simulations[0].values(.contactForces)
        let body = try #require(robot.lanes.settings.model.index(of: .body, named: "hand"))
        check(
          "contact_forces, body, clip", 26,
          forces[6 * body..<6 * body + 6].map { min(max($0, -0.5), 0.5) })
        // The hand touches nothing but the floor, which is the world's.
        #expect(seen[32] == seen[33], "touch")
        if hand.place.z > 0.06 { #expect(seen[32] == 0, "touch in the air") }
        touched.insert(seen[32])
      }
      #expect(touched == [0, 1])
    }

    @Test(arguments: [
      ("within: [-1, 2]", [-1, 2, 0], [-1.001, 2.001]),
      ("strictly_within: [-1, 2]", [-0.999, 1.999], [-1, 2]),
      ("at_least: 1", [1, 50], [0.999]), ("above: 1", [1.001, 50], [1, -3]),
      ("at_most: 1", [1, -50], [1.001]), ("below: 1", [0.999, -50], [1, 3]),
    ])
    func `a range leaves out what its word says`(
      range: String, inside: [Double], outside: [Double]
    ) throws {
      let family = try arm(
        ends:
          "  ends:\n    a: {qpos: 1, \(range)}\n    b: {read: joint_velocity, joint: elbow, \(range)}\n"
      )
      let robot = try RobotFixture(family)
      let bounds = robot.lanes.settings.ends.compactMap(\.bounds)
      #expect(bounds.count == 2 && bounds[0].index == 1)
      let simulation = try MuJoCoSimulation(MuJoCoTaskModel(robot.lanes.settings.model))
      for (bound, (vector, index)) in zip(
        bounds, [(MuJoCoVector.position, 1), (MuJoCoVector.velocity, 2)])
      {
        for value in inside + outside {
          simulation.set(vector, index, to: value)
          #expect(bound.ends(in: simulation) == outside.contains(value), "\(range), \(value)")
        }
      }
    }

    @Test func `ends are looked at, and a sound one is no divergence`() throws {
      let family = try arm(
        ends: "  ends:\n    fast: {read: joint_velocity, joint: yaw, below: 0.5}\n")
      var robot = try RobotFixture(family)
      robot.batch.actions = [1, 0, 0]
      var steps = 0
      while steps < 100, robot.batch.terminated == [false] {
        robot.lanes.step(&robot.batch)
        steps += 1
        let speed = robot.state("qvel", 0)
        #expect(robot.batch.terminated == [speed >= 0.5], "\(speed)")
      }
      #expect(steps < 100 && robot.batch.diverged == [false])
    }

    @Test func `dynamics change what they name, for the whole model or one thing of it`() throws {
      let family = try arm(
        dynamics:
          "  dynamics: {friction: {hand: grip}, gravity: pull, gear: power, damping: oil, mass: load}\n",
        parameters: ["grip", "pull", "power", "oil", "load"])
      let factors = ["grip": 1.5, "pull": 0.5, "power": 3.0, "oil": 2.0, "load": 1.25]
      let task = TaskParameters(
        family.definition.parameters.map { parameter in
          let name = parameter.rule.name
          return .init(name: name, values: factors[name].map { [$0] } ?? [0.3, 0, 0.3])
        })
      let robot = try RobotFixture(family, task: task)
      let model = robot.lanes.settings.model
      let (shared, own) = (
        model.pointer.pointee, robot.lanes.simulations[0].model.pointer.pointee
      )
      let hand = try #require(model.index(of: .geom, named: "hand"))
      for geom in 0..<Int(shared.ngeom) {
        for axis in 0..<3 {
          let factor = geom == hand ? 1.5 : 1
          #expect(
            own.geom_friction[3 * geom + axis] == shared.geom_friction[3 * geom + axis] * factor,
            "friction")
        }
      }
      #expect(own.opt.gravity.2 == shared.opt.gravity.2 * 0.5, "gravity")
      for joint in 0..<3 {
        #expect(own.actuator_gear[6 * joint] == shared.actuator_gear[6 * joint] * 3, "gear")
        #expect(own.dof_damping[joint] == shared.dof_damping[joint] * 2, "damping")
      }
      for body in 1..<Int(shared.nbody) {
        #expect(own.body_mass[body] == shared.body_mass[body] * 1.25, "mass")
      }
    }

    @Test func `noise is of its kind and size, and a command stays within the motor's range`()
      throws
    {
      let family = try arm(
        observation: """
              - {read: qpos, noise: {uniform: 0.02}}
              - {read: qvel, noise: {normal: 0.5}}
          """, action: "  action: {delay: 2, noise: {uniform: 0.1}}\n")
      var (uniform, normal, motor) = ([Double](), [Double](), [Double]())
      for seed in 0..<10 {
        var robot = try RobotFixture(family, seed: UInt64(seed))
        for index in 0..<60 {
          robot.batch.actions = [0.3, 1, -0.3]
          robot.lanes.step(&robot.batch)
          let state = robot.lanes.state(ofLane: 0)
          uniform += zip(robot.batch.observations, state["qpos"] ?? []).map { $0 - $1 }
          normal += zip(robot.batch.observations[3...], state["qvel"] ?? []).map { $0 - $1 }
          let control = try #require(state["ctrl"])
          #expect(control.allSatisfy { abs($0) <= 1 })
          // Two steps late: before that there was no command.
          motor.append(control[0] - (index < 2 ? 0 : 0.3))
        }
      }
      for (values, bound) in [(uniform, 0.02), (motor, 0.1)] {
        #expect(values.allSatisfy { abs($0) <= bound })
        let mean = values.reduce(0, +) / Double(values.count)
        #expect(abs(mean) < 4 * bound / Double(3 * values.count).squareRoot(), "\(mean)")
        // The standard deviation of a uniform draw is its bound over √3.
        let spread = (values.map { $0 * $0 }.reduce(0, +) / Double(values.count)).squareRoot()
        #expect(abs(spread * 3.0.squareRoot() / bound - 1) < 0.1, "\(spread)")
      }
      let spread = (normal.map { $0 * $0 }.reduce(0, +) / Double(normal.count)).squareRoot()
      #expect(abs(spread / 0.5 - 1) < 0.1 && normal.contains { abs($0) > 1 })
    }
  }
#endif
