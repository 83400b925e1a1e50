import ArgumentParser
import DenseMath
import Environments
import Foundation
import MetaLearning

/// Steps a second of simulators alone, without a policy.
struct SimulatorsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulators",
    abstract: "Time environment steps of each family alone, on all cores; a line a family.")

  @Argument(help: "Families; all when none is given.") var families: [String] = []
  @Option(help: "Episodes stepped at a time by one worker.") var lanes = 20
  @Option(help: "Threads; 0 takes all processors.") var workers = 0
  @Option(help: "Seconds a family.") var seconds = 1.0

  func run() async throws {
    let catalog = try FamilyCatalog(withBuiltIn: [])
    let names = try families.isEmpty ? catalog.list().map(\.name) : families
    let count = workers > 0 ? workers : ProcessInfo.processInfo.activeProcessorCount
    for name in names {
      let family = try catalog.family(named: name)
      let (lanes, seconds) = (lanes, seconds)
      let rates = try await Workers(count: count).map(count) { index, _ in
        try Self.stepsPerSecond(family, lanes: lanes, seconds: seconds, task: index)
      }
      let total = rates.reduce(0, +)
      print("{\"family\": \"\(name)\", \"steps_per_second\": \(Int(total)), \"workers\": \(count)}")
    }
  }

  private static func stepsPerSecond(
    _ family: DefinedTaskFamily, lanes count: Int, seconds: Double, task: Int
  ) throws -> Double {
    let lanes = try family.makeLanes(
      task: family.task(split: .train, index: task, seed: 1), laneCount: count)
    var batch = LaneBatch(family: family, laneCount: count)
    var random = RandomStream(key: RandomKey(seed: 1, purpose: .check), task: task)
    let key = RandomKey(seed: 1, purpose: .reset)
    var (steps, episode) = (0, 0)
    let start = ContinuousClock.now
    var elapsed = 0.0
    while elapsed < seconds {
      var streams = (0..<count).map { RandomStream(key: key, task: task, episode: episode + $0) }
      episode += count
      for lane in 0..<count { batch.active[lane] = true }
      lanes.reset(&batch, streams: &streams)
      for _ in 0..<family.horizon {
        if case .continuous = family.actionSpace {
          for i in batch.actions.indices { batch.actions[i] = random.uniform() * 2 - 1 }
        }
        lanes.step(&batch)
        steps += batch.active.reduce(0) { $0 + ($1 ? 1 : 0) }
        for lane in 0..<count where batch.terminated[lane] { batch.active[lane] = false }
      }
      elapsed = start.duration(to: .now).seconds
    }
    return Double(steps) / elapsed
  }
}
