import DenseMath
import Environments
import Foundation
import MetaLearning
import Testing

/// Mean and variance of many numbers.
private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
  let mean = values.reduce(0, +) / Double(values.count)
  return (mean, values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count))
}

@Suite struct DiscreteFamilyTests {
  @Test func `an arm of a Bernoulli bandit pays with its own probability`() throws {
    let means = [0.0, 0.2, 0.5, 0.9, 1]
    var lane = try SingleLane(builtIn("bernoulli-bandit"), [("means", means)])
    #expect(lane.batch.observations == [0])
    for (arm, mean) in means.enumerated() {
      let payoffs = (0..<4000).map { _ in lane.step([Double(arm)]) }
      #expect(payoffs.allSatisfy { $0 == 0 || $0 == 1 })
      #expect(abs(moments(payoffs).mean - mean) < 0.03)
      #expect(mean != 0 || payoffs.allSatisfy { $0 == 0 })
      #expect(mean != 1 || payoffs.allSatisfy { $0 == 1 })
    }
    #expect(!lane.batch.terminated[0])
  }

  @Test func `an arm of a Gaussian bandit pays about its mean`() throws {
    var lane = try SingleLane(builtIn("gaussian-bandit"), [("means", [0, 1, -5, 3, 2])])
    for (arm, mean) in [0.0, 1, -5, 3, 2].enumerated() {
      let found = moments((0..<4000).map { _ in lane.step([Double(arm)]) })
      #expect(abs(found.mean - mean) < 0.07 && abs(found.variance - 1) < 0.1)
    }
  }

  @Test(arguments: [-1, 5, 0.5, .nan, .infinity])
  func `an action that is no arm ends the episode as diverged`(action: Double) throws {
    var lane = try SingleLane(builtIn("bernoulli-bandit"), [("means", [1, 1, 1, 1, 1])])
    #expect(lane.step([action]) == 0)
    #expect(lane.batch.terminated[0] && lane.batch.diverged[0])
    #expect(lane.step([4]) == 1 && !lane.batch.diverged[0])
  }

  @Test func `the process moves by its transition probabilities and shows its state`() throws {
    let family = try builtIn("tabular-mdp")
    #expect(family.observationSize == 10 && family.actionSpace == .discrete(count: 5))
    // Action 0 leads from every state to 3 or 7, action 1 always to 9.
    var transitions = [Double](repeating: 0, count: 500)
    for state in 0..<10 {
      for action in 0..<5 {
        let row = (state * 5 + action) * 10
        if action == 0 {
          transitions[row + 3] = 0.25
          transitions[row + 7] = 0.75
        } else {
          transitions[row + 9] = 1
        }
      }
    }
    let means = (0..<50).map { Double($0) * 10 }
    var lane = try SingleLane(family, [("transitions", transitions), ("reward_means", means)])
    #expect(lane.batch.observations == [1] + [Double](repeating: 0, count: 9))
    var visits: [Int: Int] = [:]
    var state = 0
    for _ in 0..<4000 {
      // The reward is about the mean of the state before the move.
      let reward = lane.step([0])
      #expect(abs(reward - means[state * 5]) < 6)
      #expect(lane.batch.observations.reduce(0, +) == 1)
      state = try #require(lane.batch.observations.firstIndex(of: 1))
      visits[state, default: 0] += 1
    }
    #expect(Set(visits.keys) == [3, 7])
    #expect(abs(Double(visits[3] ?? 0) / 4000 - 0.25) < 0.03)
    lane.step([1])
    #expect(lane.batch.observations.last == 1)
  }

  @Test func `processes are drawn with Dirichlet rows and normal means`() throws {
    let family = try builtIn("tabular-mdp")
    let tasks = (0..<40).map { family.task(split: .train, index: $0, seed: 1) }
    var probabilities: [Double] = []
    for task in tasks {
      let transitions = try #require(task["transitions"])
      for row in stride(from: 0, to: 500, by: 10) {
        #expect(abs(transitions[row..<row + 10].reduce(0, +) - 1) < 1e-12)
      }
      probabilities += transitions
    }
    // A part of Dirichlet(1, …, 1) of ten has mean 1/10 and variance 9/1100.
    let found = moments(probabilities)
    #expect(abs(found.mean - 0.1) < 1e-9 && abs(found.variance - 9.0 / 1100) < 3e-4)
    let means = moments(tasks.flatMap { $0["reward_means"] ?? [] })
    #expect(abs(means.mean - 1) < 0.08 && abs(means.variance - 1) < 0.12)
    #expect(family.splits == [.train, .validation, .heldOut])
  }

  @Test func `what is no probability is refused`() throws {
    func refuse(_ name: String, _ task: [(String, [Double])], _ message: String) throws {
      do {
        _ = try SingleLane(builtIn(name), task)
        Issue.record("accepted: \(message)")
      } catch {
        #expect("\(error)".contains(message), "\(error)")
      }
    }
    try refuse(
      "bernoulli-bandit", [("means", [0, 0, 0, 0, 1.5])],
      "'means' must lie in 0.0 … 1.0, not 1.5: it is each arm's probability")
    var transitions = [Double](repeating: 0.1, count: 500)
    transitions[12] = 0.2
    try refuse(
      "tabular-mdp",
      [("transitions", transitions), ("reward_means", .init(repeating: 0, count: 50))],
      "must hold probabilities: the 10 numbers from index 10 have the sum 1.")
  }

  @Test func `a state must be one of the process's`() throws {
    let family = try builtIn("tabular-mdp")
    let task = family.task(split: .train, index: 0, seed: 1)
    var lane = try SingleLane(family, task.entries.map { ($0.name, $0.values) })
    try lane.place([("state", [4])])
    #expect(lane.batch.observations.firstIndex(of: 1) == 4)
    for value in [-1.0, 10, 0.5] {
      #expect(throws: EnvironmentError.self) { try lane.place([("state", [value])]) }
    }
  }

  @Test(
    arguments: [
      (
        "tabular-mdp", "group: 10", "group: 7",
        "must divide the parameter's 500 numbers; 7 does not"
      ),
      ("tabular-mdp", "group: 10", "group: 5", "must be {simplex: {group: 10}}, or listed numbers"),
      (
        "tabular-mdp", "deviation: 1}", "deviation: -1}",
        "'task.reward_means.train.normal.deviation'"
      ),
      ("tabular-mdp", "states: 10", "states: 1", "must be a whole number from 2 to 100, not 1"),
      ("bernoulli-bandit", "high: 1", "high: 2", "must lie in 0.0 … 1.0, not 2.0"),
      ("bernoulli-bandit", "arms: 5", "arm: 5", "did you mean 'arms'?"),
    ])
  func `mistakes in their definitions are named`(
    name: String, old: String, new: String, message: String
  ) throws {
    let path = try FamilyCatalog.builtInFolder() + "/\(name).yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains(old))
    #expect { try family(text.replacing(old, with: new)) } throws: {
      "\($0)".contains(message)
    }
  }
}
