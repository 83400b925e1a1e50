import Environments
import MetaLearning

/// Steps of recorded episodes on their way into a batch, each checked against the family.
struct EpisodeGatherer {
  private let family: DefinedTaskFamily
  private let origin: String
  private var lengths: [Int] = []
  private var observations: [Double] = []
  private var actions: [Double] = []
  private var rewards: [Double] = []
  private var terminated: [Bool] = []
  private var firstStep = 0

  init(family: DefinedTaskFamily, origin: String) {
    (self.family, self.origin) = (family, origin)
  }

  /// O.
  var observationSize: Int { family.observationSize }
  /// A.
  var actionWidth: Int { family.actionSpace.width }

  /// Starts an episode.
  mutating func beginEpisode() { firstStep = rewards.count }

  /// Adds a step: what was seen, what was done then, and what it earned.
  ///
  /// - Throws: `ReplayError` for numbers that the family does not have.
  mutating func add(
    observation: [Double], action: [Double], reward: Double, line: Int
  ) throws(ReplayError) {
    func fail(_ message: String) -> ReplayError {
      ReplayError(origin: origin, line: line, message: message)
    }
    let step = rewards.count - firstStep
    guard observation.count == observationSize, action.count == actionWidth else {
      throw fail(
        "step \(step) has \(observation.count) observations and \(action.count) actions; "
          + "\(family.qualifiedName) has \(observationSize) and \(actionWidth).")
    }
    guard observation.allSatisfy(\.isFinite), action.allSatisfy(\.isFinite), reward.isFinite else {
      throw fail("step \(step) has a number that is not finite; leave the episode out.")
    }
    if case .discrete(let count) = family.actionSpace,
      !(action[0] >= 0 && action[0] < Double(count) && action[0] == action[0].rounded())
    {
      throw fail(
        "the action of step \(step) is \(action[0]); \(family.qualifiedName) takes whole numbers "
          + "from 0 to \(count - 1).")
    }
    guard rewards.count < RecordedEpisodes.mostSteps else {
      throw fail("there are more than \(RecordedEpisodes.mostSteps) steps.")
    }
    observations += observation
    actions += action
    rewards.append(reward)
  }

  /// Ends the episode.
  ///
  /// - Throws: `ReplayError` for one without a step.
  mutating func endEpisode(terminated: Bool, line: Int) throws(ReplayError) {
    guard rewards.count > firstStep else {
      throw ReplayError(origin: origin, line: line, message: "the episode has no steps.")
    }
    lengths.append(rewards.count - firstStep)
    self.terminated.append(terminated)
    firstStep = rewards.count
  }

  /// All episodes.
  ///
  /// - Throws: `ReplayError` where there are none.
  func batch() throws(ReplayError) -> TrajectoryBatch {
    guard !lengths.isEmpty else { throw ReplayError(origin: origin, message: "has no episodes.") }
    return TrajectoryBatch(
      lengths: lengths, observations: observations, actions: actions, rewards: rewards,
      terminated: terminated)
  }
}
