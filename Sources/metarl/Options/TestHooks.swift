import Experiments
import Files
import Foundation

/// What tests may ask of the program through its environment; see docs/Reproducibility.md.
enum TestHooks {
  /// Milliseconds to wait at every stage of every write into the run folder, so that a kill at
  /// a random moment often lands inside one.
  private static let slowWrites = "METARL_TEST_SLOW_WRITES"

  /// Runs a training with the hooks that the environment asks for; normally none.
  static func applied<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
  ) async throws -> Result {
    guard
      let milliseconds = ProcessInfo.processInfo.environment[slowWrites].flatMap(UInt32.init)
    else { return try await body() }
    let hook = DurableFile.slowedHook(milliseconds: min(milliseconds, 10_000))
    return try await DurableFile.$stageHook.withValue(hook) { try await body() }
  }
}
