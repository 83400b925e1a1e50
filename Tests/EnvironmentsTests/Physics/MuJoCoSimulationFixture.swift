#if MuJoCo
  import MetaLearning
  import Testing

  @testable import Environments

  /// A simulation that is stepped with whole control vectors.
  struct MuJoCoSimulationFixture {
    let simulation: MuJoCoSimulation

    init(_ simulation: MuJoCoSimulation) {
      self.simulation = simulation
    }

    func step(control: [Double], count: Int) throws {
      for (index, value) in control.enumerated() { simulation.set(.control, index, to: value) }
      try #require(simulation.step(count: count))
    }
  }

  extension Trait where Self == ConditionTrait {
    /// The numbers of a test are those of MuJoCo 2.2.2; other releases round, and sometimes
    /// compute, differently.
    static var needsMuJoCo222: Self {
      .enabled(if: muJoCoVersion == "2.2.2", "needs MuJoCo 2.2.2")
    }
  }

  extension ParityTrace {
    /// Position and velocity before the first step.
    var startState: LaneState {
      LaneState([
        LaneState.Entry(name: "qpos", values: qpos0), LaneState.Entry(name: "qvel", values: qvel0),
      ])
    }
  }
#endif
