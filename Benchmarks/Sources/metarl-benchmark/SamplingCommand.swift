import ArgumentParser
import DenseMath
import Environments
import Foundation
import MetaLearning
import Networks

/// Rollouts alone: environment steps a second with a policy choosing the actions.
struct SamplingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sampling",
    abstract: "Time rollouts with a policy on all cores; one JSON line.")

  @Option(help: "The task family.") var family = "half-cheetah-velocity"
  @Option(help: "What steps a robot's model: mujoco, lanes or auto.") var physics = "mujoco"
  @Option(help: "Widths of the hidden layers.") var hidden = "100,100"
  @Option(help: "Episodes a task.") var rolloutsPerTask = 10
  @Option(help: "Threads; 0 takes all processors.") var workers = 0
  @Option(help: "Seconds to measure.") var seconds = 5.0

  func run() async throws {
    guard let physics = PhysicsChoice(rawValue: physics) else {
      throw ValidationError("--physics is '\(physics)'; give mujoco, lanes or auto.")
    }
    let family = try FamilyCatalog(withBuiltIn: [], physics: physics).family(named: family)
    var configuration = PolicyConfiguration()
    configuration.hidden = hidden.split(separator: ",").compactMap { Int($0) }
    let policy = Policy<Float>(family: family, configuration: configuration)
    let theta = policy.initialParameters(seed: 1, initialStandardDeviation: 1)
    let count = workers > 0 ? workers : ProcessInfo.processInfo.activeProcessorCount
    let (episodes, seconds) = (rolloutsPerTask, seconds)
    let rates = try await Workers(count: count).map(count) { worker, _ in
      let sampler = RolloutSampler(
        policy: policy, family: family, workspace: policy.makeWorkspace())
      let parameters = policy.makeParameters()
      parameters.set(theta)
      var (steps, round) = (0, 0)
      let start = ContinuousClock.now
      var elapsed = 0.0
      while elapsed < seconds {
        let index = round * count + worker
        let lanes = try family.makeLanes(
          task: family.task(split: .train, index: index, seed: 1), laneCount: episodes)
        let batch = sampler.rollOut(
          parameters, lanes: lanes,
          address: RolloutAddress(seed: 1, use: .training, task: index))
        steps += batch.stepCount
        round += 1
        elapsed = start.duration(to: .now).seconds
      }
      return Double(steps) / elapsed
    }
    print("{\"steps_per_second\": \(Int(rates.reduce(0, +))), \"workers\": \(count)}")
  }
}
