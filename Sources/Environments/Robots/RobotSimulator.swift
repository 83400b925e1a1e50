#if MuJoCo
  import MetaLearning
  import StrictYAML

  /// A robot simulated by MuJoCo, entirely described by a definition's section `robot`.
  public struct RobotSimulator: Simulator {
    /// `mujoco`.
    public static let kind = "mujoco"
    /// `robot`.
    public static let section = "robot"

    private(set) var settings: RobotSettings
    let actionScale: Double

    /// A preset's noise, end conditions and tracked point are alternatives, not additions.
    public static func presetReplacesWhole(path: String) -> Bool {
      let parts = path.split(separator: ".")
      guard parts.first == "robot", parts.count >= 2 else { return false }
      return switch parts[1] {
      case "point": parts.count == 2
      case "reset_noise", "ends", "reward", "dynamics": parts.count == 3
      default: false
      }
    }

    /// Reads the section `robot` and loads its model.
    public init(context: SimulatorContext) throws(YAMLError) {
      settings = try RobotSettings(
        context.settings, folder: context.folder, parameters: context.declaredParameters,
        physics: context.physics)
      actionScale = context.actionScale
    }

    /// The parts of the observation, one after the other.
    public var observation: [SpaceEntry] { settings.observation.flatMap(\.entries) }

    /// The controls of the model's actuators, in its order.
    public var action: [SpaceEntry] {
      zip(settings.model.actuatorNames, settings.model.controlRanges).map { name, range in
        let limits = range.lowerBound / actionScale...range.upperBound / actionScale
        return SpaceEntry(
          meaning: "control of \(name)", unit: "", range: range.lowerBound.isFinite ? limits : nil)
      }
    }

    /// One number for each actuator.
    public var actionSpace: ActionSpace { .continuous(size: settings.model.actuatorCount) }

    /// The definition's terms, in its order.
    public var rewardTerms: [RewardTerm] {
      settings.reward.map { term in
        let isSuccess = if case .reached = term.kind { true } else { false }
        return RewardTerm(name: term.name, formula: term.formula, isSuccess: isSuccess)
      }
    }

    /// The definition's conditions, and that the simulation diverges.
    public var ends: String {
      (settings.ends.map(\.description) + ["simulation diverges"]).joined(separator: "; ")
    }

    /// The parameters that the reward and the dynamics name, in that order.
    public var taskParameters: [TaskParameterRule] {
      var rules: [TaskParameterRule] = []
      // A factor that must be positive comes first, whatever else the parameter drives.
      let scales = settings.dynamics.map(\.rule)
      let ordered = scales.filter(\.isPositive) + scales.filter { !$0.isPositive }
      for rule in settings.reward.compactMap(\.parameter) + ordered
      where !rules.contains(where: { $0.name == rule.name }) {
        rules.append(rule)
      }
      return rules
    }

    /// Whether what is observed of the start follows from a figure that tasks change: places from
    /// a length, centres of mass from a mass, contact forces from any.
    public var taskShowsAtReset: Bool {
      let read = settings.observation.map(\.slice)
      return settings.dynamics.contains { choice in
        read.contains { slice in
          switch choice.factor {
          case .length: !slice.isState
          case .mass where choice.target != nil:
            slice.usesContactForces
              || slice.vector == .subtreeCentre || slice.vector == .subtreeVelocity
          default: slice.usesContactForces
          }
        }
      }
    }

    /// Every setting but the reward and the ends, which have tables of their own.
    public var choices: [Choice] {
      let overrides = settings.overrides
      let files = files
      return [
        Choice("model", settings.modelName),
        Choice("model_checksum", files[0].checksum, "64-bit FNV-1a of the file"),
      ]
        + files.dropFirst().map {
          Choice("model_file[\($0.name)]", $0.checksum, "64-bit FNV-1a of the file")
        } + [
          Choice("frame_skip", "\(settings.frameSkip)", "physics steps a control step"),
          Choice("timestep", "\(settings.model.timestep)", "s, one physics step"),
          Choice("contact.solref", overrides.contactSolref.map(text) ?? "the model's"),
          Choice("contact.solimp", overrides.contactSolimp.map(text) ?? "the model's"),
          Choice("start.qpos", text(settings.startPosition)),
          Choice("start.qvel", text(settings.startVelocity)),
          Choice("reset_noise.qpos", settings.positionNoise.description),
          Choice("reset_noise.qvel", settings.velocityNoise.description),
          Choice("kinematics", settings.kinematics.rawValue),
          Choice("point", settings.point.description(of: settings.model)),
          Choice(
            "observation", settings.observation.map(\.description).joined(separator: ", ")),
        ]
        + (settings.action.delay == 0
          ? [] : [Choice("action.delay", "\(settings.action.delay)", "control steps")])
        + (settings.action.noise == .none
          ? [] : [Choice("action.noise", settings.action.noise.description, "control units")])
        + settings.dynamics.map { Choice($0.key, $0.parameter) }
        + [
          // MuJoCo is left out of the digest: definitions had one before there was a choice.
          Choice(
            "physics", settings.physics.rawValue, settings.physicsReason,
            isInDigest: settings.physics != .mujoco)
        ]
    }

    /// The model and every file that it includes or names.
    public var files: [FamilyFile] { settings.files }

    /// A MuJoCo that computes contacts differently, where the model has what it does so for.
    public var warnings: [String] {
      [MuJoCoRelease.running?.warning(about: settings.model)].compactMap { $0 }
    }

    /// What steps the model.
    public var physics: PhysicsEngine? { settings.physics }

    /// The same robot on another engine, or why the lane engine does not cover it.
    public func stepped(by choice: PhysicsChoice) -> (simulator: (any Simulator)?, refusal: String)
    {
      do throws(PhysicsRefusal) {
        var copy = self
        try copy.settings.choose(choice)
        return (copy, "")
      } catch {
        return (nil, error.reason)
      }
    }

    /// One MuJoCo simulation a lane; for dynamics tasks on the task's own copy of the model.
    public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
      try MuJoCoLanes(
        settings: settings, task: task, actionScale: actionScale, laneCount: laneCount)
    }

    private func text(_ values: [Double]) -> String {
      "[\(values.map(\.description).joined(separator: ", "))]"
    }
  }
#else
  import MetaLearning
  import StrictYAML

  /// What stands for the robots in a build without MuJoCo: reading one is an error.
  public struct RobotSimulator: Simulator {
    /// `mujoco`.
    public static let kind = "mujoco"
    /// `robot`.
    public static let section = "robot"

    /// Always throws.
    public init(context: SimulatorContext) throws(YAMLError) {
      throw context.settings.node.error("cannot be simulated: \(MuJoCoError.unavailable)")
    }

    /// Empty.
    public var observation: [SpaceEntry] { [] }
    /// Empty.
    public var action: [SpaceEntry] { [] }
    /// Without entries.
    public var actionSpace: ActionSpace { .continuous(size: 0) }
    /// Empty.
    public var rewardTerms: [RewardTerm] { [] }
    /// Empty.
    public var ends: String { "" }
    /// Empty.
    public var taskParameters: [TaskParameterRule] { [] }
    /// Empty.
    public var choices: [Choice] { [] }

    /// Always throws.
    public func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
      throw MuJoCoError.unavailable
    }
  }
#endif
