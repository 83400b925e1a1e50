import ArgumentParser
import Experiments

/// What to say beyond the parser's own words about a command line that it refuses.
enum UsageAdvice {
  /// Names that the field and other programs have for our flags.
  private static let synonyms: [(names: [String], flag: String)] = [
    (
      [
        "lr", "alpha", "inner-lr", "inner-learning-rates", "fast-lr", "adapt-lr", "learning-rate",
        "inner-step-size", "step-size",
      ], "--inner-learning-rate"
    ),
    (["meta-lr", "outer-lr", "beta", "meta-learning-rate"], "--outer-learning-rate"),
    (["batch-size", "meta-batch", "num-tasks", "tasks-per-batch", "tasks"], "--meta-batch-size"),
    (
      ["fast-batch-size", "episodes", "num-episodes", "rollouts", "adapt-batch-size", "k-shot"],
      "--rollouts-per-task"
    ),
    (
      ["inner-steps", "num-steps", "adapt-steps", "num-updates", "num-grad-updates", "steps"],
      "--adaptation-steps"
    ),
    (
      ["epochs", "itr", "n-itr", "iters", "num-iterations", "num-batches", "meta-iterations"],
      "--iterations"
    ),
    (["threads", "jobs", "num-workers", "cpus", "processes"], "--workers"),
    (["random-seed"], "--seed"),
    (["hidden-sizes", "hidden-size", "hidden-layers", "layers", "num-layers"], "--hidden"),
    (["nonlinearity"], "--activation"),
    (["first-order"], "--order"),
    (["optimizer", "outer-step"], "--outer"),
    (["dtype"], "--precision"),
    (["output-dir", "out-dir", "logdir", "log-dir", "save-dir", "output"], "--run-dir"),
    (["baseline"], "--compare"),
    (["out", "output-folder"], "--output"),
  ]

  /// What flags take whose value could not be read; those that are read as a plain number are
  /// answered with their range by whoever checks it.
  private static let expectations: [(flag: String, text: String)] = [
    ("--seed", "give a whole number from 0 to \(UInt64.max)"),
    (
      "--seeds",
      "give whole numbers from 0 to \(UInt64.max), each once and at most \(SeedList.most), as in "
        + "1,2,3 or 1-5"
    ),
    ("--hidden", "give widths of at least 1, as in 100,100, or none"),
    ("--inner-learning-rate", "give a number of 0 or more; where several are taken, as in 0.1,0.2"),
    (
      "--rollouts-per-task",
      "give a whole number of at least 1; where several are taken, as in 10,20"
    ),
    ("--steps", "give a whole number of at least 0; where several are taken, as in 0,1,3"),
    ("--task-range", "give NAME=FROM:TO:STEP or NAME[INDEX]=FROM:TO:STEP, as in velocity=0:4:0.25"),
    ("--size", "give WIDTHxHEIGHT in points, each from 100 to 10000, as in 660x460"),
  ]

  /// What to do about arguments that are too many, by command.
  private static let surplus: [(command: String, text: String)] = [
    (
      "evaluate",
      "It takes one run-or-checkpoint: several runs of one policy are given with --runs, as in "
        + "--runs a,b, and other policies beside it with --compare"
    ),
    ("sweep", "It takes one run-or-checkpoint; sweep each by itself"),
    ("inspect", "It takes one path; inspect each by itself"),
    ("watch", "It takes one run folder; watch each by itself"),
    (
      "train", "It takes one task family; several seeds are trained with --seeds, as in --seeds 1-5"
    ),
    ("replay", "It takes one script; replay each by itself"),
  ]

  /// The arguments with a negative number joined to the flag before it: `--seed -1` becomes
  /// `--seed=-1`.
  ///
  /// The parser would take the number for a flag and say that a value is missing, where the value
  /// is there and out of range.
  static func joiningNegativeNumbers(_ arguments: [String]) -> [String] {
    // Requests of completion scripts quote a command line that is not to be changed.
    guard arguments.first != "---completion" else { return arguments }
    var joined: [String] = []
    for argument in arguments {
      if let flag = joined.last, flag.hasPrefix("--"), flag.count > 2, !flag.contains("="),
        isNegativeNumber(argument)
      {
        joined[joined.count - 1] = "\(flag)=\(argument)"
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  /// Whether a text is, or begins with, a negative number: `-1`, `-.5`, `-1e3,2`, `-inf`.
  private static func isNegativeNumber(_ text: String) -> Bool {
    guard text.hasPrefix("-"), let first = ListArgument.items(text).first else { return false }
    return Double(first) != nil || first.dropFirst().first?.isNumber == true
  }

  /// The parser's message, with what helps further.
  ///
  /// - Parameters:
  ///   - message: the parser's, in one line.
  ///   - command: the command that it is about.
  /// - Returns: one line.
  static func message(
    _ message: String, command: any ParsableCommand.Type
  ) -> String {
    let quoted = message.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
    if message.hasPrefix("Unknown option '--"), quoted.count > 1 {
      return unknownFlag(quoted[1], command: command) ?? message
    }
    if message.hasPrefix("The value '"), message.hasSuffix("'"), quoted.count > 3 {
      let flag = quoted[quoted.count - 2].prefix { $0 != " " }
      if let expectation = expectations.first(where: { $0.flag == flag }) {
        return "\(message): \(expectation.text)"
      }
    }
    if message.hasPrefix("Unexpected argument") || message.contains(" unexpected arguments: "),
      let advice = surplus.first(where: { $0.command == command.configuration.commandName })
    {
      return "\(message). \(advice.text)"
    }
    return message
  }

  /// The right flag for a name that others have for it, or how to set a key of the configuration
  /// that has no flag.
  private static func unknownFlag(_ flag: String, command: any ParsableCommand.Type) -> String? {
    let known = flags(of: command)
    let name = String(flag.dropFirst(2)).lowercased().replacing("_", with: "-")
    if known.contains("--\(name)") {
      return "Unknown option '\(flag)'. Did you mean '--\(name)'?"
    }
    let meant = synonyms.filter { $0.names.contains(name) }.map(\.flag)
    if let right = meant.first(where: known.contains) {
      return "Unknown option '\(flag)'. Did you mean '\(right)'?"
    }
    let key = name.replacing("-", with: "_")
    if known.contains("--set"),
      let path = RunConfiguration.keys.first(where: {
        $0 == key || $0.hasSuffix(".\(key)") || $0.replacing(".", with: "_") == key
      })
    {
      return "Unknown option '\(flag)'. It is set with --set \(path)=…"
    }
    return nil
  }

  /// The flags in the help of a command.
  private static func flags(of command: any ParsableCommand.Type) -> Set<String> {
    Set(
      command.helpMessage(columns: 1000).split(whereSeparator: { " ,\n".contains($0) })
        .filter { $0.hasPrefix("--") }.map(String.init))
  }

  /// The command that arguments name, from the root down.
  static func command(
    named arguments: [String], below root: any ParsableCommand.Type
  ) -> any ParsableCommand.Type {
    guard let name = arguments.first(where: { !$0.hasPrefix("-") }),
      let next = root.configuration.subcommands.first(where: {
        $0.configuration.commandName == name
      })
    else { return root }
    return command(named: Array(arguments.drop { $0 != name }.dropFirst()), below: next)
  }
}
