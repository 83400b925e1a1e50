import ArgumentParser
import Drawing
import Environments
import Experiments
import Files
import MetaLearning
import Reports

/// The flags of commands that show runs: which policies are evaluated for it, and how.
struct ViewOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Run folders of one family. Runs that differ in the seed alone are taken together; others "
        + "are compared with the first.", valueName: "run"),
    completion: .directory)
  var runs: [String] = []

  @OptionGroup var options: EvaluationOptions

  /// The run folders one by one.
  var paths: [String] { ListArgument.words(runs) }

  func validate() throws {
    let paths = paths
    if let twice = Set(paths).first(where: { run in paths.count(where: { $0 == run }) > 1 }) {
      throw ValidationError("The run '\(twice)' is given twice.")
    }
  }

  /// The metrics of the runs, in their order.
  ///
  /// - Throws: `RunFolderError`, `FileError`; `CommandFailure` for runs of different families.
  func histories() throws -> [LearningHistory] {
    let runs = paths
    let histories = try runs.map { try LearningHistory(RunFolder.open($0, forWriting: false)) }
    // A family of one's own may be named by different paths to one file.
    let families = histories.map { FileSystem.lastName(of: $0.configuration.family) }
    if let other = families.indices.first(where: { families[$0] != families[0] }) {
      throw CommandFailure(
        .usage,
        "'\(runs[other])' is a run of \(families[other]), '\(runs[0])' of \(families[0]); "
          + "give runs of one family.")
    }
    return histories
  }

  /// Evaluates the runs and an untrained policy on the same tasks.
  ///
  /// - Parameter histories: those of the runs.
  /// - Returns: what is shown of it.
  /// - Throws: mistakes in flags and files as they are; what fails later as a
  ///   `CommandFailure`.
  func evaluate(_ histories: [LearningHistory]) async throws -> ViewedEvaluation {
    let groups = LearningHistory.groups(histories)
    let ordered = groups.joined().map(\.run)
    let firsts = groups[0].count
    let locations = try ordered.map(RunReferences.checkpoint)
    let family = try RunReferences.family(
      of: locations[0], folders: options.families.folders, physics: options.physics.physics)
    var policies: [NamedPolicy] = []
    for (path, location) in zip(ordered, locations) {
      policies.append((path, try PolicyEvaluation(location, on: family)))
    }
    // As many untrained policies as trained ones: one of several seeds shows nothing of the others.
    for location in locations[..<firsts] {
      let name = firsts == 1 ? "random" : "random, seed \(location.checkpoint.seed)"
      policies.append((name, try PolicyEvaluation(location, on: family, parameters: .random)))
    }
    let prepared = try options.prepare(policies)
    return ViewedEvaluation(
      set: try await prepared.run(counts: groups.map(\.count) + [firsts]), policies: policies,
      request: prepared.requests[0], workers: prepared.workers)
  }
}

/// An evaluation, and what it takes to draw it.
struct ViewedEvaluation {
  /// The first group of runs, the others, and an untrained policy of each run of the first.
  let set: EvaluationSet
  /// What was evaluated, in the order of the set; the first run first.
  let policies: [NamedPolicy]
  /// What it was asked.
  let request: EvaluationRequest
  /// Tasks at a time.
  let workers: Workers

  /// The first run.
  var evaluation: PolicyEvaluation { policies[0].evaluation }

  /// Every figure that the family and the policies allow.
  ///
  /// - Parameter wanted: which figures.
  /// - Returns: the figures, in the order of `FigureKind`.
  /// - Throws: a `CommandFailure` when paths or trajectories cannot be sampled.
  func figures(_ wanted: Set<FigureKind>) async throws -> [Figure] {
    var figures: [Figure] = []
    if wanted.contains(.adaptation) { figures.append(AdaptationFigure.figure(set)) }
    if wanted.contains(.tasks), let figure = TaskFigures.scatter(set) { figures.append(figure) }
    let tasks = (0..<request.tasks).map { request.task($0, of: evaluation.family) }
    let units = evaluation.family.definition.parameters.map { ($0.rule.name, $0.rule.unit) }
    if wanted.contains(.parameter) {
      figures += TaskFigures.parameters(set, tasks: tasks, units: units)
    }
    if wanted.contains(.paths), evaluation.hasPaths {
      let paths = try await CommandFailure.whileRunning {
        try await evaluation.paths(request, tasks: 9, workers: workers)
      }
      let steps = request.innerLearningRates.count
      if let figure = PathsFigure.figure(paths, of: set, steps: steps) { figures.append(figure) }
    }
    if wanted.contains(.fits), evaluation.hasFits {
      let fits = try await CommandFailure.whileRunning {
        try await evaluation.fits(request, tasks: 6, workers: workers)
      }
      if let figure = FitsFigure.figure(fits, of: set) { figures.append(figure) }
    }
    if wanted.contains(.episodes), evaluation.hasImages {
      let episodes = try await CommandFailure.whileRunning {
        try await evaluation.imageEpisodes(request, tasks: 2, workers: workers)
      }
      figures.append(EpisodesFigure.figure(episodes, of: set))
    }
    if wanted.contains(.trajectories), evaluation.hasTrajectories {
      let indices = TaskFigures.typical(tasks, units: units)
      let trajectories = try await CommandFailure.whileRunning {
        try await evaluation.trajectories(request, tasks: indices, workers: workers)
      }
      let steps = request.innerLearningRates.count
      if let figure = TrajectoryFigure.figure(trajectories, of: set, steps: steps) {
        figures.append(figure)
      }
    }
    return figures
  }
}

/// What is drawn.
enum FigureKind: String, CaseIterable, ExpressibleByArgument {
  /// Return while learning.
  case learning
  /// Return by adaptation steps.
  case adaptation
  /// Return of every task after adaptation against that before it.
  case tasks
  /// Return against a number of the task.
  case parameter
  /// Paths on the plane.
  case paths
  /// Curves fitted to examples, before and after adaptation.
  case fits
  /// Images of tasks, with predictions.
  case episodes
  /// Position, velocity and reward of a robot over time.
  case trajectories
}

extension PlotFormat: ExpressibleByArgument {}
