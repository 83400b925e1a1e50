import ArgumentParser
import DenseMath
import Foundation
import MetaLearning

/// The processor's matrix peak: large products by the BLAS on all cores at once.
struct PeakCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peak",
    abstract: "Measure single-precision products of OpenBLAS on all cores, one thread each.")

  @Option(help: "Rows and columns.") var size = 2000
  @Option(help: "The fastest of so many counts.") var repetitions = 5
  @Option(help: "Threads; 0 takes all processors.") var workers = 0

  func run() async throws {
    let backend = try Backend.start()
    let count = workers > 0 ? workers : ProcessInfo.processInfo.activeProcessorCount
    let seconds = try await Workers(count: count).map(count) { [size, repetitions] _, _ in
      Backend.secondsOfProduct(size: size, repetitions: repetitions)
    }
    let operations = 2 * Double(size) * Double(size) * Double(size)
    let rate = seconds.reduce(0) { $0 + operations / $1 * 1e-9 }
    print("{\"gflops\": \(rate), \"workers\": \(count), \"blas_core\": \"\(backend.blasCore)\"}")
  }
}
