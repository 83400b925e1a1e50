#if MuJoCo
  import DenseMath
  import Foundation
  import MetaLearning

  @testable import Environments

  /// The built-in robot families and lanes of them that tests step.
  struct RobotFixture {
    static let folder = PackageFiles.root.appending(path: "Environments/Families").path

    /// Every family with the number of entries of its observation, presets included.
    static let observationSizes: [(name: String, size: Int)] = [
      ("half-cheetah-velocity", 17), ("half-cheetah-velocity@finn2017", 20),
      ("half-cheetah-velocity@promp", 17), ("half-cheetah-velocity@pytorch-maml-rl", 20),
      ("half-cheetah-direction", 17), ("half-cheetah-direction@finn2017", 20),
      ("half-cheetah-direction@promp", 17), ("half-cheetah-direction@pytorch-maml-rl", 20),
      ("half-cheetah-dynamics", 17),
      ("ant-velocity", 27), ("ant-velocity@finn2017", 125), ("ant-velocity@pytorch-maml-rl", 125),
      ("ant-direction", 27), ("ant-direction@finn2017", 125),
      ("ant-direction@pytorch-maml-rl", 125),
      ("ant-heading", 27), ("ant-heading@finn2017", 125), ("ant-heading@pytorch-maml-rl", 125),
      ("ant-goal", 29), ("ant-goal@promp", 29), ("ant-goal@finn2017", 125),
      ("ant-goal@pytorch-maml-rl", 125),
      ("walker2d-velocity", 17), ("walker2d-dynamics", 17), ("hopper-dynamics", 11),
      ("walker2d-velocity@gymnasium-v4", 17), ("walker2d-dynamics@gymnasium-v4", 17),
      ("hopper-dynamics@gymnasium-v4", 11),
      ("swimmer-velocity", 8), ("arm-reach", 12),
      ("arm-reach@payload", 12), ("arm-reach@sensors", 18),
    ]
    static let names = observationSizes.map(\.name)

    let family: DefinedTaskFamily
    let lanes: MuJoCoLanes
    var batch: LaneBatch

    /// Lanes of a built-in family on a task of its training split, reset.
    init(_ name: String, task: TaskParameters? = nil, laneCount: Int = 1, seed: UInt64 = 3) throws {
      try self.init(
        FamilyCatalog(folders: [Self.folder]).family(named: name), task: task,
        laneCount: laneCount, seed: seed)
    }

    /// Lanes of a family, reset.
    init(
      _ family: DefinedTaskFamily, task: TaskParameters? = nil, laneCount: Int = 1,
      seed: UInt64 = 3
    ) throws {
      self.family = family
      let task = task ?? family.task(split: .train, index: 0, seed: seed)
      let lanes = try family.makeLanes(task: task, laneCount: laneCount)
      guard let robot = lanes as? MuJoCoLanes else { throw MuJoCoError.unavailable }
      self.lanes = robot
      batch = LaneBatch(family: family, laneCount: laneCount)
      reset(seed: seed)
    }

    mutating func reset(seed: UInt64) {
      let key = RandomKey(seed: seed, purpose: .reset)
      var streams = (0..<lanes.laneCount).map { RandomStream(key: key, episode: $0) }
      lanes.reset(&batch, streams: &streams)
    }

    /// One step with actions of the check stream, in ±1.5 control units.
    mutating func step(_ index: Int) {
      var stream = RandomStream(key: RandomKey(seed: 1, purpose: .check), step: index)
      let scale = 1.5 / family.definition.actionScale
      for entry in batch.actions.indices {
        batch.actions[entry] = stream.uniform(in: -scale...scale)
      }
      lanes.step(&batch)
    }

    /// One number of a lane's state.
    func state(_ name: String, _ index: Int, lane: Int = 0) -> Double {
      lanes.state(ofLane: lane)[name]?[index] ?? .nan
    }

    /// A definition's text with some of it replaced.
    static func text(of family: String, replacing old: String = "", with new: String = "") throws
      -> String
    {
      let text = try String(contentsOfFile: "\(folder)/\(family).yaml", encoding: .utf8)
      return old.isEmpty ? text : text.replacingOccurrences(of: old, with: new)
    }

    /// The family of a text, as if it were a file of the built-in folder.
    static func family(_ text: String, preset: String? = nil) throws -> DefinedTaskFamily {
      try DefinedTaskFamily(
        FamilyDefinition(text: text, origin: "robot.yaml", folder: folder, preset: preset))
    }
  }

  extension TaskParameters {
    /// A task of one scalar parameter.
    init(_ name: String, _ values: Double...) {
      self.init([Entry(name: name, values: values)])
    }
  }
#endif
