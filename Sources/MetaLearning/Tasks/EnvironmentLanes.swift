import DenseMath

/// The flat arrays through which lanes are stepped, owned by the caller and reused.
///
/// Letters: L lanes, O observation size, A action width, R reward terms.
public struct LaneBatch: Sendable {
  /// L.
  public let laneCount: Int
  /// O.
  public let observationSize: Int
  /// A.
  public let actionWidth: Int
  /// R.
  public let rewardTermCount: Int
  /// Which lanes a step advances, [L]; the entries of the others are left as they are.
  public var active: [Bool]
  /// Actions in the policy's units, not clipped, [L, A]; a discrete action is its index.
  public var actions: [Double]
  /// Observations after the last reset or step, [L, O].
  public var observations: [Double]
  /// Rewards of the last step, [L]; each the sum of its terms, in order.
  public var rewards: [Double]
  /// The reward's terms, [L, R].
  public var rewardTerms: [Double]
  /// Whether the task itself ended the episode at the last step, [L].
  public var terminated: [Bool]
  /// Whether the simulation diverged at the last step (then it is also terminated), [L].
  public var diverged: [Bool]

  /// Arrays of zeros for the given sizes, all lanes active.
  public init(laneCount: Int, observationSize: Int, actionWidth: Int, rewardTermCount: Int) {
    precondition(laneCount > 0, "laneCount: \(laneCount), at least 1 expected")
    self.laneCount = laneCount
    self.observationSize = observationSize
    self.actionWidth = actionWidth
    self.rewardTermCount = rewardTermCount
    active = Array(repeating: true, count: laneCount)
    actions = Array(repeating: 0, count: laneCount * actionWidth)
    observations = Array(repeating: 0, count: laneCount * observationSize)
    rewards = Array(repeating: 0, count: laneCount)
    rewardTerms = Array(repeating: 0, count: laneCount * rewardTermCount)
    terminated = Array(repeating: false, count: laneCount)
    diverged = Array(repeating: false, count: laneCount)
  }

  /// Arrays sized for a family.
  public init(family: some TaskFamily, laneCount: Int) {
    self.init(
      laneCount: laneCount, observationSize: family.observationSize,
      actionWidth: family.actionSpace.width, rewardTermCount: family.rewardTermNames.count)
  }
}

/// The full state of one lane: named vectors; restoring it continues to the same bits.
public struct LaneState: Sendable, Equatable {
  /// One named vector of the state.
  public struct Entry: Sendable, Equatable {
    /// The simulator's name of it (`position`, `velocity`, `qpos`).
    public let name: String
    /// Its values.
    public var values: [Double]

    /// A named vector.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// The vectors in the simulator's order.
  public var entries: [Entry]

  /// A state from entries.
  public init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// The values of the entry `name`, or nil.
  public subscript(name: String) -> [Double]? {
    entries.first { $0.name == name }?.values
  }
}

/// A simulator of one task, stepped as L independent episodes at once.
///
/// Lanes do not influence each other: the numbers of a lane are the same bits whatever the
/// others do and however many there are. An instance belongs to one worker at a time.
public protocol EnvironmentLanes: AnyObject {
  /// L, the number of lanes.
  var laneCount: Int { get }

  /// Starts a new episode in every active lane and writes its first observation.
  ///
  /// - Parameters:
  ///   - batch: `active` says which lanes; `observations` is written, `terminated` and
  ///     `diverged` are cleared for them.
  ///   - streams: one stream a lane for the start state, [L]. A simulator that is random
  ///     inside `step` derives those numbers from the same stream.
  func reset(_ batch: inout LaneBatch, streams: inout [RandomStream])

  /// Applies `actions` for one control step in every active lane.
  ///
  /// Writes observations, rewards, reward terms, terminated and diverged of the active lanes.
  /// Truncation at the horizon is the caller's.
  func step(_ batch: inout LaneBatch)

  /// The full state of a lane.
  func state(ofLane lane: Int) -> LaneState

  /// Overwrites the named vectors of a lane's state; what is not named stays.
  ///
  /// - Parameters:
  ///   - state: any subset of the vectors that `state(ofLane:)` gives.
  ///   - lane: which lane.
  ///   - batch: the lane's observation is written anew.
  /// - Throws: an error naming an unknown vector (with the known ones), a wrong size, or a
  ///   non-finite number.
  func setState(_ state: LaneState, ofLane lane: Int, batch: inout LaneBatch) throws
}
