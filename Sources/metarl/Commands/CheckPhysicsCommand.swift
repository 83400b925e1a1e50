import ArgumentParser
import DenseMath
import Environments
import Experiments
import MetaLearning
import Replays

/// `metarl check physics FAMILY`.
struct CheckPhysicsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "physics",
    abstract: "Hold the lane engine to MuJoCo, one control step from states that episodes visit.",
    discussion: """
      Episodes run on MuJoCo under random actions, and with --policy also under a trained policy. \
      From every state both engines take one control step. Prints the distribution of the \
      differences between lanes and MuJoCo with its solver run to convergence (tolerance 1e-12), \
      and beside it how far MuJoCo's own tolerance is from that.

      Examples:
        metarl check physics half-cheetah-velocity
        metarl check physics ant-velocity --policy runs/ant --states 50000
        metarl check physics my-families/slope.yaml --frame-skip 1
      """)

  @Argument(
    help: ArgumentHelp(
      "A family of robots: NAME, NAME@PRESET, or the path of a definition.",
      valueName: "family"))
  var family: String

  @Option(help: ArgumentHelp("States, at least.", valueName: "n"))
  var states = 20_000

  @Option(help: ArgumentHelp("Seed of tasks, start states and actions.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Physics steps of a control step. Default: the family's.", valueName: "n"))
  var frameSkip: Int?

  @Option(
    help: ArgumentHelp(
      "A run or checkpoint whose policy acts in every second pair of episodes.",
      valueName: "run-or-checkpoint"),
    completion: .file())
  var policy: String?

  @OptionGroup var families: FamilyOptions

  func validate() throws {
    try requirePositive(states, "--states")
    if let frameSkip, !(1...1000).contains(frameSkip) {
      throw ValidationError("--frame-skip is \(frameSkip); give a number from 1 to 1000.")
    }
  }

  func run() throws {
    _ = try Backend.start()
    let family = try families.catalog().family(named: self.family)
    let comparison = try PhysicsComparison(
      family, states: states, seed: seed, frameSkip: frameSkip, actor: try actor(family))
    Console.print(Self.table(comparison))
    Console.print(
      "\n\(family.qualifiedName): \(comparison.states) states on \(comparison.tasks) tasks; "
        + "\(comparison.withContact) with contacts, \(comparison.withSelfContact) of them within "
        + "the robot, \(comparison.withLimit) at limits of joints.")
    guard comparison.passed else {
      let names = comparison.rows.filter { !$0.passed }.map(\.quantity)
      let broken =
        comparison.disagreements > 0
        ? ["\(comparison.disagreements) states from which one engine alone diverged"] : []
      throw CommandFailure(
        .failedCheck, "lanes differ from MuJoCo in: " + (names + broken).joined(separator: "; "))
    }
  }

  private static func table(_ comparison: PhysicsComparison) -> String {
    var table = TextTable(
      [
        "difference in", "between MuJoCo converged and", "median", "99 %", "99.9 %", "greatest",
        "limit", "result",
      ],
      alignments: [.left, .left, .right, .right, .right, .right, .right, .left])
    for row in comparison.rows {
      func cells(_ quantiles: PhysicsComparison.Quantiles) -> [String] {
        [quantiles.median, quantiles.percent99, quantiles.permille999, quantiles.greatest]
          .map(NumberText.scientific)
      }
      table.append(
        [row.quantity, "lanes"] + cells(row.lanes)
          + [NumberText.scientific(row.limit), row.passed ? "ok" : "FAILED"])
      table.append(["", "MuJoCo's own tolerance"] + cells(row.ownTolerance) + ["", ""])
    }
    return table.text
  }

  /// What acts beside random actions.
  private func actor(_ family: DefinedTaskFamily) throws -> PhysicsComparison.Actor? {
    guard let policy else { return nil }
    let policies = TrainedReplayPolicies(family: family) { Console.warn($0) }
    let request = ReplayScript.PolicyRequest(path: policy)
    var acting: (task: TaskParameters, policy: any ReplayPolicy)?
    return { task, batch in
      if acting?.task != task {
        let address = RolloutAddress(seed: seed, use: .evaluation, iteration: 0, task: 0)
        acting = (task, try policies.load(request, for: task, address: address))
      }
      acting?.policy.act(&batch, noise: nil, noiseStart: 0)
    }
  }
}
