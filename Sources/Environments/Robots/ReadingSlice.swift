#if MuJoCo
  import StrictYAML

  /// Two bodies or geoms that may touch.
  struct ContactPair: Sendable, Hashable {
    /// Whether the indices are bodies, else geoms.
    let isOfBodies: Bool
    /// One of the two.
    let first: Int
    /// The other; nil for anything.
    let second: Int?
  }

  /// Consecutive numbers of one of MuJoCo's vectors, or whether two things touch.
  struct ReadingSlice: Sendable, Hashable {
    let vector: MuJoCoVector
    /// The first number read.
    let first: Int
    /// How many numbers are read.
    let count: Int
    /// What touches; nil for numbers of `vector`.
    var touch: ContactPair?

    /// Whether the numbers are position, velocity or control, which the state holds by itself.
    var isState: Bool { vector == .position || vector == .velocity || vector == .control }
    /// Whether they need MuJoCo's post-constraint pass.
    var usesContactForces: Bool { vector == .contactForces && touch == nil }
    /// Whether they follow from positions, and can be computed again for the state after a step.
    var isKinematic: Bool { !isState && vector != .contactForces }

    /// One of the numbers; `index` runs from 0 to below `count`.
    func value(_ index: Int, in simulation: MuJoCoSimulation) -> Double {
      if let touch { return simulation.touches(touch) ? 1 : 0 }
      return simulation.value(vector, first + index)
    }

    /// Writes all numbers, each clipped to ±`bound`.
    func copy(
      from simulation: MuJoCoSimulation, clippedTo bound: Double, into output: inout [Double],
      at start: Int
    ) {
      guard touch == nil else {
        output[start] = min(value(0, in: simulation), bound)
        return
      }
      simulation.copy(
        vector, from: first, count: count, clippedTo: bound, into: &output, at: start)
    }
  }

  extension MuJoCoModel {
    /// The thing that a definition names.
    ///
    /// - Throws: `YAMLError` with the nearest and all names of the kind.
    func named(_ kind: Kind, _ node: YAMLNode) throws(YAMLError) -> (index: Int, name: String) {
      let known = names(of: kind)
      guard !known.isEmpty else {
        throw node.error("cannot be given: no \(kind.rawValue) of the model has a name")
      }
      let name = try node.choice(of: known)
      guard let index = index(of: kind, named: name) else {
        throw node.error("is not a \(kind.rawValue) of the model")
      }
      return (index, name)
    }
  }

  /// A number above 0.
  func positive(_ node: YAMLNode) throws(YAMLError) -> Double {
    let value = try node.number(in: 0...(.infinity))
    guard value > 0 else { throw node.error("must be above 0") }
    return value
  }
#endif
