#if MuJoCo
  import StrictYAML

  /// One part of a robot's observation: a reading, clipped, as a sensor gives it.
  ///
  /// In a definition: `- {read: qpos, from: 1}`, `- {read: qvel, clip: 10}`,
  /// `- {read: joint_position, joint: elbow, noise: {normal: 0.01}, delay: 2, history: 3}`,
  /// `- {read: previous_action}`.
  struct ObservationPart: Sendable {
    /// The name by which the last command is read.
    static let previousAction = "previous_action"

    /// What is read; nil for the last command.
    let reading: Reading?
    /// Where the numbers are; for the last command in the simulation's control.
    let slice: ReadingSlice
    /// The greatest magnitude passed on; infinite for any.
    let bound: Double
    /// Added to every number when it is read.
    let noise: ResetNoise
    /// Control steps by which the policy sees it late.
    let delay: Int
    /// How many values it sees, newest first.
    let history: Int
    private let coordinates: [MuJoCoModel.Coordinate]
    private let title: String

    /// Reads one item of the list `observation`.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(_ node: YAMLNode, model: MuJoCoModel) throws(YAMLError) {
      let keys = try node.mapping()
      let others = ["clip", "noise", "delay", "history"]
      let read = try keys.required("read").choice(
        of: Reading.Quantity.allCases.map(\.rawValue) + [Self.previousAction])
      if read == Self.previousAction {
        try keys.checkKeys(["read"] + others)
        reading = nil
        slice = ReadingSlice(vector: .control, first: 0, count: model.actuatorCount)
        title = read
        coordinates = model.actuatorNames.map { .init(meaning: "\(read), \($0)", unit: "") }
      } else {
        let reading = try Reading(keys, model: model, others: others)
        self.reading = reading
        (slice, title, coordinates) = (reading.slice, reading.title, reading.coordinates)
      }
      bound = try keys["clip"].map { node throws(YAMLError) in try positive(node) } ?? .infinity
      noise = try ResetNoise(keys["noise"])
      delay = try keys["delay"]?.integer(in: 0...100) ?? 0
      history = try keys["history"]?.integer(in: 1...100) ?? 1
    }

    /// Whether the part is the last command.
    var isCommand: Bool { reading == nil }
    /// Values that are kept.
    var depth: Int { delay + history }
    /// Whether values are kept beyond the step.
    var isKept: Bool { depth > 1 || noise != .none }
    /// Numbers of the observation.
    var size: Int { slice.count * history }

    /// What each number is.
    var entries: [SpaceEntry] {
      (0..<history).flatMap { age in
        let late = age + delay
        return coordinates.map {
          SpaceEntry(
            meaning: $0.meaning + (late == 0 ? "" : ", \(late) step\(late == 1 ? "" : "s") ago"),
            unit: $0.unit, range: bound.isFinite ? -bound...bound : nil)
        }
      }
    }

    /// The part in one line, for `show`.
    var description: String {
      let range =
        slice.isState && !isCommand ? "[\(slice.first) … \(slice.first + slice.count - 1)]" : ""
      return title + range + (noise == .none ? "" : " plus noise \(noise.description)")
        + (bound.isFinite ? " clipped to ±\(bound)" : "")
        + (delay == 0 ? "" : " delayed by \(delay)") + (history == 1 ? "" : ", last \(history)")
    }
  }

  /// What happens to a command on its way to the motors.
  ///
  /// In a definition: `action: {delay: 2, noise: {normal: 0.05}}`.
  struct ActionPath: Sendable {
    /// Control steps by which it arrives late; until then the control is 0.
    let delay: Int
    /// Added to the control, in control units, before it is clipped again.
    let noise: ResetNoise

    /// Reads the section; nil is a plain path.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(_ node: YAMLNode?) throws(YAMLError) {
      let keys = try node?.mapping()
      try keys?.checkKeys(["delay", "noise"])
      delay = try keys?["delay"]?.integer(in: 0...100) ?? 0
      noise = try ResetNoise(keys?["noise"])
    }

    /// Whether the motors get the command itself, at once.
    var isPlain: Bool { delay == 0 && noise == .none }
  }
#endif
