#if MuJoCo
  import StrictYAML

  /// A range that a number of the position must keep to; outside, the episode terminates.
  ///
  /// In a definition: `height: {qpos: 2, within: [0.2, 1]}`; `strictly_within` leaves out the
  /// ends of the range, `at_least` and `at_most` have one end.
  struct EndCondition: Sendable {
    let name: String
    let bounds: EndBounds

    /// Reads one condition.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(name: String, _ node: YAMLNode, model: MuJoCoModel) throws(YAMLError) {
      let bounds = ["within", "strictly_within", "at_least", "at_most"]
      let keys = try node.mapping()
      try keys.checkKeys(["qpos"] + bounds)
      let given = bounds.filter { keys[$0] != nil }
      guard given.count == 1, let bound = given.first else {
        throw node.error("must have exactly one of: \(bounds.joined(separator: ", "))")
      }
      self.name = name
      let index = try keys.required("qpos").integer(in: 0...(model.positionCount - 1))
      let value = try keys.required(bound)
      let (low, high): (Double, Double)
      switch bound {
      case "at_least": (low, high) = (try value.number(), .infinity)
      case "at_most": (low, high) = (-.infinity, try value.number())
      default:
        let numbers = try value.numbers(count: 2)
        guard numbers[0] < numbers[1] else {
          throw value.error("must be a range [low, high] with low below high")
        }
        (low, high) = (numbers[0], numbers[1])
      }
      self.bounds = EndBounds(
        index: index, low: low, high: high, isOpen: bound == "strictly_within")
    }

    /// The condition in words, for `show`.
    var description: String {
      let (low, high) = (bounds.low, bounds.high)
      let subject = "\(name) (qpos[\(bounds.index)])"
      if high == .infinity { return "\(subject) below \(low)" }
      if low == -.infinity { return "\(subject) above \(high)" }
      return "\(subject) outside " + (bounds.isOpen ? "(\(low), \(high))" : "[\(low), \(high)]")
    }
  }

  /// The range of an end condition.
  struct EndBounds: Sendable {
    /// The number of `qpos`.
    let index: Int
    let low: Double
    let high: Double
    /// Whether the ends of the range are outside.
    let isOpen: Bool

    /// Whether a value ends the episode.
    func ends(at value: Double) -> Bool {
      isOpen ? !(low < value && value < high) : !(low <= value && value <= high)
    }
  }
#endif
