import ArgumentParser
import Experiments
import Files
import Replays

/// `metarl inspect PATH`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a run folder, checkpoint or recording is.",
    discussion: """
      Prints the configuration, the iteration, the shape of every tensor and a digest of the \
      parameters; for a recording its header, its rollouts and their returns.

      Examples:
        metarl inspect runs/nav
        metarl inspect runs/nav/checkpoints/best.safetensors
        metarl inspect walk.jsonl
      """)

  @Argument(
    help: ArgumentHelp("A run folder, checkpoint or recording.", valueName: "path"),
    completion: .file())
  var path: String

  func run() throws {
    switch FileSystem.kind(of: path) {
    case .folder: Console.print(try runFolder())
    case .file where try isRecording(): Console.print(try recording())
    default: Console.print(try checkpoint(try CheckpointLocation(path: path)))
    }
  }

  /// A recording starts with a brace; a checkpoint with the length of its header.
  private func isRecording() throws -> Bool {
    try FileSystem.start(of: path, count: 1).first == UInt8(ascii: "{")
  }

  private func runFolder() throws -> String {
    let folder = try RunFolder.open(path, forWriting: false)
    let configuration = try folder.configuration()
    let checkpoints = try folder.checkpoints()
    var table = InspectionTable()
    table.add("run folder", path)
    table.add("family", configuration.family)
    if let provenance = try folder.provenance() { table.add("metarl", provenance.metarl) }
    table.add(
      "iterations", "\(checkpoints.first?.iteration ?? 0) of \(configuration.iterations) saved")
    table.add(
      "checkpoints", checkpoints.map { "\($0.iteration)" }.reversed().joined(separator: ", "))
    guard !checkpoints.isEmpty else { return table.text }
    let location = try CheckpointLocation(path: path)
    location.warnings.forEach(Console.warn)
    return table.text + "\n\n" + (try checkpoint(location))
  }

  private func checkpoint(_ location: CheckpointLocation) throws -> String {
    let checkpoint = location.checkpoint
    var table = InspectionTable()
    table.add("checkpoint", location.path)
    table.add("family", checkpoint.family)
    table.add("definition digest", checkpoint.definitionDigest)
    if let physics = checkpoint.physics { table.add("physics", physics) }
    table.add("iteration", "\(checkpoint.iteration)")
    if let best = checkpoint.best {
      table.add(
        "best on validation", "\(NumberText.fixed(best.score)) at iteration \(best.iteration)")
    }
    table.add("seed", "\(checkpoint.seed)")
    table.add("precision", checkpoint.precision.rawValue)
    for (name, value) in checkpoint.counters.sorted(by: { $0.key < $1.key }) {
      table.add(name, "\(value)")
    }
    for member in checkpoint.learner.json.members ?? [] {
      table.add(member.key, member.value.text ?? member.value.line)
    }
    table.add("parameter digest", checkpoint.parameterDigest)
    var tensors = TextTable(["tensor", "shape", "values"])
    for tensor in checkpoint.parameters + checkpoint.optimizer {
      tensors.append([
        tensor.name, tensor.shape.map(String.init).joined(separator: " × "),
        "\(tensor.values.count)",
      ])
    }
    return table.text + "\n\n" + tensors.text
  }

  private func recording() throws -> String {
    var reader = try RecordingReader(path: path)
    let header = reader.header
    var table = InspectionTable()
    table.add("recording", path)
    table.add("environment", header.environment)
    table.add("definition digest", header.definitionDigest)
    if let physics = header.physics { table.add("physics", physics) }
    table.add("seed", "\(header.seed)")
    table.add("software", header.software)
    var totals = header.rollouts.map { _ in (steps: 0, reward: 0.0) }
    while let (frame, line) = try reader.next() {
      guard let transition = frame.transition else { continue }
      guard totals.indices.contains(frame.rollout) else {
        throw CommandFailure(
          .usage, "\(path):\(line): rollout \(frame.rollout) is not in the header.")
      }
      totals[frame.rollout].steps += 1
      totals[frame.rollout].reward += transition.reward
    }
    var rollouts = TextTable(
      ["rollout", "actions from", "task", "episodes", "steps", "mean return"],
      alignments: [.left, .left, .left, .right, .right, .right])
    for (rollout, total) in zip(header.rollouts, totals) {
      rollouts.append([
        rollout.name, rollout.policy?.path ?? "script",
        rollout.task.entries.map { "\($0.name) \($0.values)" }.joined(separator: ", "),
        "\(rollout.episodes)", "\(total.steps)",
        NumberText.fixed(total.reward / Double(rollout.episodes), decimals: 4),
      ])
    }
    return table.text + "\n\n" + rollouts.text
  }
}

/// Names and what they are, one a line.
private struct InspectionTable {
  private var rows: [(name: String, value: String)] = []

  mutating func add(_ name: String, _ value: String) {
    rows.append((name, value))
  }

  var text: String {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { row in
      row.name + String(repeating: " ", count: width - row.name.count) + "  " + row.value
    }.joined(separator: "\n")
  }
}
