#if MuJoCo
  import StrictYAML

  /// One part of a robot's observation: a reading, clipped.
  ///
  /// In a definition: `- {read: qpos, from: 1}`, `- {read: qvel, clip: 10}`,
  /// `- {read: centre_of_mass, body: torso}`.
  struct ObservationPart: Sendable {
    /// What is read.
    let reading: Reading
    /// The greatest magnitude passed on; infinite for any.
    let bound: Double

    /// Where the numbers are.
    var slice: ReadingSlice { reading.slice }

    /// Reads one item of the list `observation`.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(_ node: YAMLNode, model: MuJoCoModel) throws(YAMLError) {
      let keys = try node.mapping()
      reading = try Reading(keys, model: model, others: ["clip"])
      bound = try keys["clip"].map { node throws(YAMLError) in try positive(node) } ?? .infinity
    }

    /// What each number is.
    var entries: [SpaceEntry] {
      reading.coordinates.map {
        SpaceEntry(
          meaning: $0.meaning, unit: $0.unit, range: bound.isFinite ? -bound...bound : nil)
      }
    }

    /// The part in one line, for `show`.
    var description: String {
      let range = slice.isState ? "[\(slice.first) … \(slice.first + slice.count - 1)]" : ""
      return reading.title + range + (bound.isFinite ? " clipped to ±\(bound)" : "")
    }
  }
#endif
