import ArgumentParser

/// Measures this machine; `compare` runs it beside its peers.
@main
struct Benchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metarl-benchmark",
    abstract: "Measure meta-iterations, simulators and the processor's matrix peak.",
    subcommands: [
      IterationCommand.self, SamplingCommand.self, SimulatorsCommand.self, PeakCommand.self,
      AllocationsCommand.self,
    ])
}

/// The median of at least one value.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
