import ArgumentParser
import DenseMath
import Environments
import Experiments
import MetaLearning
import Replays
import StrictYAML

/// `metarl adapt RUN`.
struct AdaptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapt",
    abstract: "Adapt a trained policy to one task and write the adapted policy.",
    discussion: """
      The task is one of the family (--task), to which the policy adapts by rollouts of its own, or \
      one that exists elsewhere, as on a real robot: then --episodes is a file of episodes that were \
      recorded there with the policy, and one gradient step is taken on them. The step is that of \
      'metarl evaluate', to the bit.

      The adapted policy is a checkpoint: 'metarl evaluate', 'metarl replay' and 'metarl inspect' \
      take it like any other, and so does 'metarl adapt' for a further step on further episodes. In a \
      folder of the run (RUN/adapted/NAME.safetensors) it finds the run's family.

      Episodes are JSON Lines with one episode a line, a table (CSV) with one step a row, or a \
      recording of 'metarl replay'; see docs/Formats.md.

      Examples:
        metarl adapt runs/nav --task '{goal: [0.3, -0.4]}' --output a.safetensors
        metarl adapt runs/nav --task 3 --split shifted --output a.safetensors
        metarl adapt runs/nav --episodes robot.jsonl --output a.safetensors
      """)

  @Argument(
    help: ArgumentHelp(
      "A run folder (its best checkpoint) or a checkpoint.", valueName: "run-or-checkpoint"),
    completion: .file())
  var source: String

  @Option(
    help: ArgumentHelp(
      "The task, as in '{goal: [0.3, -0.4]}', or the index of one of the split.",
      valueName: "task"))
  var task: String?

  @Option(
    help: ArgumentHelp("Episodes recorded elsewhere, instead of a task.", valueName: "file"),
    completion: .file(extensions: ["jsonl", "csv"]))
  var episodes: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the adapted policy goes.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var output: String

  @Option(help: "The split of an index: held_out, shifted, train or validation.")
  var split = TaskSplit.heldOut

  @Option(help: ArgumentHelp("Gradient steps. Default: 1.", valueName: "n"))
  var steps: Int?

  @Option(
    help: ArgumentHelp("Episodes for each gradient step. Default: 20.", valueName: "n"))
  var rolloutsPerTask: Int?

  @Option(
    help: ArgumentHelp(
      "Step sizes, one a gradient step, as in 0.5,0.25. Default: the run's schedule, steps that the "
        + "policy has taken counted.", valueName: "x,x,…"))
  var innerLearningRate: NumberList?

  @Option(help: ArgumentHelp("Seed of task and rollouts. Default: the run's.", valueName: "n"))
  var seed: UInt64?

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    guard (task == nil) != (episodes == nil) else {
      throw ValidationError("Give --task or --episodes, and not both.")
    }
    if episodes != nil {
      let refused: [(String, Bool)] = [
        ("--steps", steps.map { $0 != 1 } ?? false),
        ("--rollouts-per-task", rolloutsPerTask != nil),
        ("--seed", seed != nil), ("--split", split != .heldOut),
      ]
      if let (flag, _) = refused.first(where: \.1) {
        throw ValidationError(
          "\(flag) goes with --task: episodes that are recorded give one gradient step.")
      }
    }
    if let steps, !(1...1000).contains(steps) {
      throw ValidationError("--steps is \(steps); give a number from 1 to 1000.")
    }
    if let rolloutsPerTask { try requirePositive(rolloutsPerTask, "--rollouts-per-task") }
    if let rates = innerLearningRate?.values {
      guard rates.count == steps ?? 1 else {
        throw ValidationError(
          "--inner-learning-rate has \(rates.count) numbers; give one for each of the "
            + "\(steps ?? 1) steps.")
      }
      try requireNotNegative(rates, "--inner-learning-rate")
    }
  }

  func run() async throws {
    let location = try RunReferences.checkpoint(source)
    let family = try RunReferences.family(of: location, folders: families.folders)
    let adaptation = try PolicyAdaptation(location, on: family)
    if family.examples != nil, episodes != nil || rolloutsPerTask != nil {
      throw ValidationError(
        "'\(family.name)' is a family of examples: give --task, and neither --episodes nor "
          + "--rollouts-per-task.")
    }
    let rates =
      innerLearningRate?.values ?? adaptation.innerLearningRates(steps: steps ?? 1)
    let work: () throws -> PolicyAdaptation.Outcome
    let what: String
    if let episodes {
      let batch = try RecordedEpisodes.read(path: episodes, family: family)
      what = "\(batch.lengths.count) episodes of '\(episodes)'"
      work = { try adaptation.adapted(to: batch, innerLearningRate: rates[0]) }
    } else {
      let (request, index) = try request(rates, location, family)
      what =
        "task "
        + TaskList.text(of: request.task(index, of: family))
        + ", \(request.rolloutsPerTask) \(family.examples == nil ? "episodes a step" : "queries"), seed \(request.seed)"
      try MemoryNeed(
        of: PolicyEvaluation(location, on: family), request, tasksAtOnce: 1
      ).requireFits()
      work = { try adaptation.adapted(to: index, of: request) }
    }
    _ = try OutputFiles([.init("--output", output)])
    _ = try Backend.start()
    let outcome = try await CommandFailure.whileRunning {
      let outcome = try work()
      try outcome.checkpoint.write(to: output)
      return outcome
    }
    tell(outcome, rates: rates, what: "\(family.qualifiedName), \(what)")
  }

  /// What an evaluation of the task would be asked, and the task's index in it.
  private func request(
    _ rates: [Double], _ location: CheckpointLocation, _ family: DefinedTaskFamily
  ) throws -> (EvaluationRequest, Int) {
    var request = EvaluationRequest(
      innerLearningRates: rates, seed: seed ?? location.checkpoint.seed)
    request.split = split
    if let rolloutsPerTask { request.rolloutsPerTask = rolloutsPerTask }
    if family.examples != nil {
      request.rolloutsPerTask = location.checkpoint.learner.examples.queries
    }
    let text = task ?? ""
    if let index = Int(text) {
      guard (0...Int(UInt32.max)).contains(index) else {
        throw ValidationError(
          "--task is \(text); the tasks of a split count from 0 to \(UInt32.max).")
      }
      try family.requireSplit(split)
      return (request, index)
    }
    let document = try YAMLDocument(text: text, origin: "--task").root
    request.listedTasks = [try family.parseTask(document)]
    return (request, 0)
  }

  private func tell(_ outcome: PolicyAdaptation.Outcome, rates: [Double], what: String) {
    var table = TextTable(
      ["step", "α", "mean return before it"], alignments: [.right, .right, .right])
    for (step, (rate, mean)) in zip(rates, outcome.returns).enumerated() {
      table.append(["\(step + 1)", "\(rate)", NumberText.fixed(mean, decimals: 4)])
    }
    Console.print(
      """
      \(what): \(outcome.environmentSteps) environment steps

      \(table.text)

      Parameter digest: \(outcome.checkpoint.parameterDigest)
      Adapted policy: \(output)
      """)
  }
}
