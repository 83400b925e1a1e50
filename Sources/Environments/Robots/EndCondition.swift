#if MuJoCo
  import StrictYAML

  /// A range that the numbers of a reading must keep to; outside, the episode terminates.
  ///
  /// In a definition: `height: {qpos: 2, within: [0.2, 1]}`, one number of the position, or
  /// `speed: {read: qvel, strictly_within: [-100, 100]}`, every number of a reading;
  /// `strictly_within` leaves out the ends of the range, `at_least` and `at_most` have one end.
  /// `arrived: {reached: TERM}` ends the episode when a reward term of the kind `reached` pays.
  struct EndCondition: Sendable {
    /// What ends the episode.
    enum Kind: Sendable {
      /// A number of a reading outside a range.
      case bounds(EndBounds)
      /// The reward term of that name pays.
      case reached(term: String)
    }

    let name: String
    let kind: Kind
    /// What the range is of, as `show` prints it.
    private let subject: String

    /// Reads one condition.
    ///
    /// - Parameters:
    ///   - name: its key.
    ///   - node: its settings.
    ///   - model: the robot's.
    ///   - reached: the names of the reward's terms of the kind `reached`.
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(name: String, _ node: YAMLNode, model: MuJoCoModel, reached: [String])
      throws(YAMLError)
    {
      self.name = name
      let keys = try node.mapping()
      if let term = keys["reached"] {
        try keys.checkKeys(["reached"])
        guard !reached.isEmpty else {
          throw term.error("cannot be given: no term of the reward is of the kind 'reached'")
        }
        let term = try term.choice(of: reached)
        (kind, subject) = (.reached(term: term), "\(name): \(term) reached")
        return
      }
      let given = EndBounds.keys.filter { keys[$0] != nil }
      guard given.count == 1, let bound = given.first else {
        throw node.error(
          "must have exactly one of: \(EndBounds.keys.joined(separator: ", ")); or reached alone")
      }
      let slice: ReadingSlice
      if keys["read"] != nil {
        let reading = try Reading(keys, model: model, others: EndBounds.keys)
        slice = reading.slice
        let range = slice.isState ? "[\(slice.first) … \(slice.first + slice.count - 1)]" : ""
        subject = "\(name) (\(slice.count > 1 ? "a number of " : "")\(reading.title)\(range))"
      } else {
        try keys.checkKeys(["qpos"] + EndBounds.keys)
        let index = try keys.required("qpos").integer(in: 0...(model.positionCount - 1))
        slice = ReadingSlice(vector: .position, first: index, count: 1)
        subject = "\(name) (qpos[\(index)])"
      }
      kind = .bounds(try EndBounds(slice, key: bound, keys.required(bound)))
    }

    /// The range, or nil for another condition.
    var bounds: EndBounds? {
      if case .bounds(let bounds) = kind { bounds } else { nil }
    }

    /// The condition in words, for `show`.
    var description: String {
      guard let bounds else { return subject }
      let (low, high) = (bounds.low, bounds.high)
      if high == .infinity { return "\(subject) \(bounds.isOpen ? "not above" : "below") \(low)" }
      if low == -.infinity { return "\(subject) \(bounds.isOpen ? "not below" : "above") \(high)" }
      return "\(subject) outside " + (bounds.isOpen ? "(\(low), \(high))" : "[\(low), \(high)]")
    }
  }

  /// The range of an end condition, or of a reward.
  struct EndBounds: Sendable, Hashable {
    /// The keys of which a condition has one.
    static let keys = ["within", "strictly_within", "at_least", "at_most", "above", "below"]

    /// What must keep to the range.
    let slice: ReadingSlice
    let low: Double
    let high: Double
    /// Whether the ends of the range are outside.
    let isOpen: Bool

    /// Reads the value of one of the keys.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(_ slice: ReadingSlice, key: String, _ value: YAMLNode) throws(YAMLError) {
      self.slice = slice
      isOpen = ["strictly_within", "above", "below"].contains(key)
      switch key {
      case "at_least", "above": (low, high) = (try value.number(), .infinity)
      case "at_most", "below": (low, high) = (-.infinity, try value.number())
      default:
        let numbers = try value.numbers(count: 2)
        guard numbers[0] < numbers[1] else {
          throw value.error("must be a range [low, high] with low below high")
        }
        (low, high) = (numbers[0], numbers[1])
      }
    }

    /// The number of `qpos` that alone is bounded; nil for anything else.
    var index: Int? { slice.vector == .position && slice.count == 1 ? slice.first : nil }

    /// Whether a value ends the episode.
    func ends(at value: Double) -> Bool {
      isOpen ? !(low < value && value < high) : !(low <= value && value <= high)
    }

    /// Whether a number of the simulation is outside.
    func ends(in simulation: MuJoCoSimulation) -> Bool {
      for index in 0..<slice.count where ends(at: slice.value(index, in: simulation)) {
        return true
      }
      return false
    }
  }
#endif
