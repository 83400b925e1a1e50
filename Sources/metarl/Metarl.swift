import ArgumentParser
import Environments
import Experiments
import Foundation
import StrictYAML

/// The root command: parses the arguments, runs the subcommand, and turns every error into
/// one message on standard error and an exit code.
@main
struct Metarl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metarl",
    abstract: "Meta-reinforcement learning: train a policy that adapts to a task it never saw.",
    discussion: """
      A task family is a distribution over tasks that share spaces and dynamics. Training \
      looks for parameters from which a few gradient steps adapt the policy to any of them.

      Example, from nothing to a picture of the adaptation:
        metarl environments
        metarl train navigation-2d --run-dir runs/nav
        metarl evaluate runs/nav --compare random
        metarl inspect runs/nav

      Results go to standard output, progress and warnings to standard error. The exit code \
      is 0 on success, 1 for a failed check, 64 for a mistake in flags or files, and 70 for a \
      run that failed. 'metarl --version --verbose' says which libraries it runs with.
      """,
    version: Version.text,
    subcommands: [
      TrainCommand.self, WatchCommand.self, EvaluateCommand.self, AdaptCommand.self,
      ReplayCommand.self,
      InspectCommand.self,
      EnvironmentsCommand.self, AlgorithmsCommand.self, CheckCommand.self, SweepCommand.self,
      BenchmarkCommand.self, CompareCommand.self,
      PlotCommand.self, ReportCommand.self,
    ])

  static func main() async {
    // A closed pipe (`| head`) is an error of the next write, not a death by signal.
    signal(SIGPIPE, SIG_IGN)
    Console.openStreams()
    Interruption.listen()
    let arguments = UsageAdvice.joiningNegativeNumbers(Array(CommandLine.arguments.dropFirst()))
    if Set(arguments) == ["--version", "--verbose"] {
      Console.print(Version.details())
      return
    }
    do {
      try ProcessLimits.raise()
      #if MuJoCo
        ModelTrial.keep(in: ModelTrialCache.ofUser())
      #endif
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Interruption.awaitEnd()
      Foundation.exit(report(error, arguments: arguments))
    }
  }

  /// Writes the message of an error where it belongs.
  ///
  /// - Parameters:
  ///   - error: what was thrown.
  ///   - arguments: what was typed behind the program's name.
  /// - Returns: the exit code that goes with it.
  private static func report(_ error: any Error, arguments: [String]) -> Int32 {
    if let failure = error as? CommandFailure {
      Console.complain(failure.description)
      return failure.category.rawValue
    }
    // A code without a message: whoever threw it has said what there was to say.
    if let code = error as? ExitCode { return code.rawValue }
    let parserCode = exitCode(for: error)
    if parserCode == .success {
      // Help, version and completion scripts travel as errors.
      Console.print(fullMessage(for: error))
      return ExitCategory.success.rawValue
    }
    if parserCode == .validationFailure {
      if let mistake = misspelledCommand() {
        Console.complain(mistake)
        return ExitCategory.usage.rawValue
      }
      let advised = UsageAdvice.message(
        oneLine(message(for: error)),
        command: UsageAdvice.command(named: arguments, below: Metarl.self))
      Console.complain(sentence(advised) + hint(in: fullMessage(for: error)))
      return ExitCategory.usage.rawValue
    }
    Console.complain(oneLine(CommandFailure.describe(error)))
    return ExitCategory.usage.rawValue
  }

  /// What to say about a first argument that is no command, or nil when it is one.
  private static func misspelledCommand() -> String? {
    guard let name = CommandLine.arguments.dropFirst().first, !name.hasPrefix("-") else {
      return nil
    }
    let known = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    if known.contains(name) { return nil }
    let hint = nearestName(to: name, in: known).map { "; did you mean '\($0)'?" } ?? "."
    return "There is no command \(quotedForMessage(name))\(hint) "
      + "The commands: \(known.joined(separator: ", "))"
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ")
  }

  private static func sentence(_ text: String) -> String {
    [".", "?", "!", "…"].contains(text.last) ? text : text + "."
  }

  /// The parser's own pointer to the help of the subcommand, as the end of a sentence.
  private static func hint(in fullMessage: String) -> String {
    guard
      let line = fullMessage.split(whereSeparator: \.isNewline).last(where: {
        $0.contains("See '") && $0.contains("--help")
      })
    else { return "" }
    return " " + line.trimmingCharacters(in: .whitespaces)
  }
}
