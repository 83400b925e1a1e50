#if MuJoCo
  import DenseMath

  /// What a robot's sensors and motors remember: past readings and commands, one set a lane.
  ///
  /// Each reading with a delay, a history or noise keeps its last values, newest first; before
  /// the start there was what the start shows. Commands before the first are 0.
  struct RobotMemory: Sendable {
    /// One reading that is kept.
    struct Slot: Sendable {
      let start, count, depth: Int
    }

    /// Where the readings of each observation part are; nil for a part that is read afresh.
    let slots: [Slot?]
    /// Numbers of the readings of a lane.
    let readingCount: Int
    /// Commands of a lane: delay + 1 of them, newest first; 0 without an action section.
    let commandCount: Int
    /// Whether random numbers are drawn in steps.
    let isNoisy: Bool
    /// [L, readingCount].
    var readings: [Double]
    /// [L, commandCount].
    var commands: [Double]
    /// The episode's noise number and its step, [L] each.
    var numbers: [UInt64]
    var steps: [Int]

    init(_ settings: RobotSettings, laneCount: Int) {
      var start = 0
      slots = settings.observation.map { part in
        guard part.isKept else { return nil }
        defer { start += part.slice.count * part.depth }
        return Slot(start: start, count: part.slice.count, depth: part.depth)
      }
      readingCount = start
      let action = settings.action
      commandCount = action.isPlain ? 0 : (action.delay + 1) * settings.model.actuatorCount
      isNoisy = action.noise != .none || settings.observation.contains { $0.noise != .none }
      readings = Array(repeating: 0, count: laneCount * readingCount)
      commands = Array(repeating: 0, count: laneCount * commandCount)
      numbers = Array(repeating: 0, count: laneCount)
      steps = Array(repeating: 0, count: laneCount)
    }

    /// The stream of a lane's present step.
    func stream(_ lane: Int) -> RandomStream {
      RandomStream(
        key: RandomKey(seed: numbers[lane], purpose: .environmentNoise), step: steps[lane])
    }

    /// Starts a lane's episode; without noise no random number is used.
    mutating func reset(_ lane: Int, using stream: inout RandomStream) {
      // 53 bits, so that the number is exact in a recording.
      if isNoisy { numbers[lane] = stream.next() >> 11 }
      steps[lane] = 0
      forgetCommands(lane)
    }

    /// Sets a lane's commands to 0.
    mutating func forgetCommands(_ lane: Int) {
      for index in lane * commandCount..<(lane + 1) * commandCount { commands[index] = 0 }
    }

    /// Adds a command and gives the one that the motors get now.
    ///
    /// - Parameters:
    ///   - command: the clipped control.
    ///   - lane: whose.
    ///   - index: of the actuator.
    ///   - width: how many actuators there are.
    /// - Returns: that of `delay` steps before.
    mutating func pass(_ command: Double, lane: Int, index: Int, width: Int) -> Double {
      let base = lane * commandCount
      var place = commandCount - width + index
      while place >= width {
        commands[base + place] = commands[base + place - width]
        place -= width
      }
      commands[base + index] = command
      return commands[base + commandCount - width + index]
    }

    /// Adds a reading, or fills a slot with it.
    mutating func add(
      _ values: [Double], from first: Int, lane: Int, slot: Slot, fills: Bool
    ) {
      let base = lane * readingCount + slot.start
      if !fills {
        var place = slot.count * slot.depth - 1
        while place >= slot.count {
          readings[base + place] = readings[base + place - slot.count]
          place -= 1
        }
      }
      for place in 0..<(fills ? slot.count * slot.depth : slot.count) {
        readings[base + place] = values[first + place % slot.count]
      }
    }
  }
#endif
