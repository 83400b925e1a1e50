#if MuJoCo
  import Testing

  @testable import Environments

  @Suite("Physics parity") struct ParityTests {
    /// A tenth of a millionth of what is asked (1e-6); the models follow the traces bit for bit
    /// where they were made, and other processors may round differently.
    static let tolerance = 1e-9

    @Test("every entry of the trace is followed", .needsMuJoCo222, arguments: ParityTrace.robots)
    func followsTrace(robot: String) throws {
      let trace = try ParityTrace.load(robot)
      let model = try MuJoCoModel(path: PackageFiles.model(robot))
      let simulation = MuJoCoSimulationFixture(try MuJoCoSimulation(MuJoCoTaskModel(model)))
      let torso = try #require(model.index(of: .body, named: "torso"))
      try simulation.simulation.setState(trace.startState)
      for step in 0...trace.actions.count {
        if step > 0 {
          try simulation.step(control: trace.actions[step - 1], count: trace.frameSkip)
        }
        let values = simulation.simulation
        #expect(worst(values.values(.position), trace.qpos[step]) <= Self.tolerance, "step \(step)")
        #expect(worst(values.values(.velocity), trace.qvel[step]) <= Self.tolerance, "step \(step)")
        let position = Array(values.values(.bodyPosition)[3 * torso..<3 * torso + 3])
        #expect(worst(position, trace.torsoPosition[step]) <= Self.tolerance, "step \(step)")
        guard let forces = trace.externalContactForces else { continue }
        #expect(values.computeContactForces())
        #expect(
          worst(values.values(.contactForces), forces[step]) <= Self.tolerance, "step \(step)")
      }
    }

    @Test("a state restored in the middle goes on to the same bits", arguments: ParityTrace.robots)
    func restoresExactly(robot: String) throws {
      let trace = try ParityTrace.load(robot)
      let model = try MuJoCoTaskModel(MuJoCoModel(path: PackageFiles.model(robot)))
      let first = MuJoCoSimulationFixture(try MuJoCoSimulation(model))
      try first.simulation.setState(trace.startState)
      for action in trace.actions.prefix(20) {
        try first.step(control: action, count: trace.frameSkip)
      }
      let second = MuJoCoSimulationFixture(try MuJoCoSimulation(model))
      let state = first.simulation.state
      try second.simulation.setState(state)
      #expect(second.simulation.state == state)
      for action in trace.actions.suffix(30) {
        try first.step(control: action, count: trace.frameSkip)
        try second.step(control: action, count: trace.frameSkip)
      }
      #expect(first.simulation.state == second.simulation.state)
      #expect(first.simulation.state != state)
    }

    /// The greatest difference between two vectors, infinite when their sizes differ.
    private func worst(_ values: [Double], _ expected: [Double]) -> Double {
      guard values.count == expected.count else { return .infinity }
      return zip(values, expected).map { abs($0 - $1) }.max() ?? 0
    }
  }
#endif
