import ArgumentParser
import CAllocations
import Foundation
import MetaLearning

/// Counts what meta-iterations ask of the allocator.
struct AllocationsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allocations",
    abstract: "Count the allocations of a meta-iteration after warm-up; one JSON line.",
    discussion: """
      Every request of the whole process is counted, libraries included. Per environment step \
      and per element of a batch nothing may be allocated, so the count must not grow with \
      episodes, horizon and width; what remains are the tasks' lanes and baselines, and the \
      report. With --sites, the places that asked most are printed as call stacks \
      (needs addr2line).
      """)

  @OptionGroup var settings: LearnerSettings
  @Option(help: "Counted iterations.") var iterations = 5
  @Option(help: "Iterations before counting starts.") var warmUp = 3
  @Option(help: "Also prints so many places that asked most.") var sites = 0

  func run() async throws {
    let learner = try settings.makeLearner()
    for _ in 0..<warmUp { _ = try await learner.iterate() }
    var counts: [allocation_count] = []
    var steps: [Int] = []
    counts.reserveCapacity(iterations)
    for _ in 0..<iterations {
      allocations_start(0)
      let report = try await learner.iterate()
      counts.append(allocations_stop())
      steps.append(report.environmentSteps.total)
    }
    let requests = counts.map { Double($0.requests) }
    let result: [(String, Double)] = [
      ("allocations", median(requests)),
      ("allocations_min", requests.min() ?? 0), ("allocations_max", requests.max() ?? 0),
      ("bytes", median(counts.map { Double($0.bytes) })),
      ("environment_steps", median(steps.map(Double.init))),
      ("allocations_per_task", median(requests) / Double(settings.metaBatchSize)),
    ]
    print("{" + result.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}")
    guard sites > 0 else { return }
    allocations_start(1)
    _ = try await learner.iterate()
    _ = allocations_stop()
    var found = [allocation_site](repeating: allocation_site(), count: 4096)
    found.removeLast(found.count - allocations_sites(&found, found.count))
    found.sort { $0.requests > $1.requests }
    for site in found.prefix(sites) {
      print("\n\(site.requests) requests, \(site.bytes) bytes")
      for line in AllocationSites.lines(site) { print("  \(line)") }
    }
  }
}
