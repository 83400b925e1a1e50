import ArgumentParser

/// `metarl inspect PATH`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a run folder, checkpoint or recording is.",
    discussion: """
      Prints the configuration, the iteration, the shape of every tensor and a digest of the \
      parameters; for a recording its header, its rollouts and their returns.

      Example:
        metarl inspect runs/nav
      """)

  @Argument(
    help: ArgumentHelp("A run folder, checkpoint or recording.", valueName: "path"),
    completion: .file())
  var path: String

  func run() throws {
    throw CommandFailure(.runFailed, "inspect is not available in this build.")
  }
}
