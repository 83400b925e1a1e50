/// What an exit code of `metarl` means.
enum ExitCategory: Int32, Sendable {
  /// Everything asked for was done.
  case success = 0
  /// A check, an expectation or a verification did not hold.
  case failedCheck = 1
  /// A mistake in flags, configuration or input files (EX_USAGE of sysexits.h).
  case usage = 64
  /// A run failed after it had started (EX_SOFTWARE of sysexits.h).
  case runFailed = 70
}

/// An error that ends the command with a message and an exit code.
///
/// Errors that are not of this type and come up before the work has started count as usage.
struct CommandFailure: Error, CustomStringConvertible {
  /// What the exit code says.
  let category: ExitCategory
  /// What failed, on what, why, and what to do: one line.
  let description: String

  /// A failure with its message.
  init(_ category: ExitCategory, _ description: String) {
    self.category = category
    self.description = description
  }

  /// Runs work that has started: its errors are no longer mistakes of usage.
  ///
  /// - Throws: a `CommandFailure` of category `runFailed`, unless `body` threw one itself.
  static func whileRunning<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
  ) async throws -> Result {
    do {
      return try await body()
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(.runFailed, describe(error))
    }
  }

  /// The message of any error; our own errors describe themselves in a sentence.
  static func describe(_ error: any Error) -> String { "\(error)" }
}
