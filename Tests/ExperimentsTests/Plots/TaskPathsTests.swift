import DenseMath
import Environments
import Foundation
import MetaLearning
import Networks
import Testing

@testable import Experiments
@testable import Reports

@Suite struct TaskPathsTests {
  private struct Walker {
    let family: DefinedTaskFamily
    let learner: LearnerConfiguration
    let policy: Policy<Float>
    let theta: [Float]
    let request: EvaluationRequest

    init(_ name: String) throws {
      family = try BuiltInFamilies.named(name)
      var learner = LearnerConfiguration()
      learner.policy.hidden = [8]
      self.learner = learner
      policy = Policy<Float>(family: family, configuration: learner.policy)
      theta = policy.initialParameters(seed: 4, initialStandardDeviation: 1)
      var request = EvaluationRequest(innerLearningRates: [0.3], seed: 3)
      request.tasks = 4
      request.rolloutsPerTask = 5
      self.request = request
    }

    func paths(tasks: Int = 4) async throws -> [TaskPaths] {
      try await AdaptationTrajectories.sample(
        theta: theta, policy: policy, family: family, learner: learner, request: request,
        tasks: Array(0..<tasks), workers: Workers(count: 2)
      ).map { TaskPaths($0, width: family.observationSize) }
    }
  }

  @Test func `the sampled way is the evaluation's first episode, with where it ended`()
    async throws
  {
    let walker = try Walker("navigation-2d")
    let paths = try await walker.paths(tasks: 1)
    let whole = try await AdaptationTrajectories.sample(
      theta: walker.theta, policy: walker.policy, family: walker.family, learner: walker.learner,
      request: walker.request, tasks: [0], workers: Workers(count: 1))
    let batches = [whole[0].before.trajectories, whole[0].after.trajectories]
    for (ways, batch) in zip([paths[0].before, paths[0].after], batches) {
      let length = batch.lengths[0]
      try #require(ways.sampled.count == length + 1)
      for step in 0..<length {
        let place = SIMD2(batch.observations[2 * step], batch.observations[2 * step + 1])
        // Other sums of single precision: a batch of one row in place of five.
        #expect(abs((ways.sampled[step] - place).x) + abs((ways.sampled[step] - place).y) < 1e-4)
      }
      // The last step's move, of which the trajectory has the action alone.
      for axis in 0..<2 {
        let action = 0.1 * batch.actions[2 * (length - 1) + axis]
        let moved = ways.sampled[length][axis] - ways.sampled[length - 1][axis]
        #expect(abs(moved - min(max(action, -0.1), 0.1)) < 1e-4)
      }
    }
    #expect(paths[0].before != paths[0].after)
  }

  @Test func `the mean way has no noise, so that before adaptation it is the same on all tasks`()
    async throws
  {
    let paths = try await Walker("navigation-2d").paths()
    #expect(Set(paths.map(\.before.mean)).count == 1)
    #expect(Set(paths.map(\.before.sampled)).count == paths.count)
    #expect(Set(paths.map(\.after.mean)).count == paths.count)
    // From the fixed start by no more than a step's length on each axis.
    for way in paths.flatMap({ [$0.before.mean, $0.after.mean] }) {
      #expect(way[0] == .zero)
      for (from, to) in zip(way, way.dropFirst()) {
        #expect(abs(to.x - from.x) <= 0.1 + 1e-12 && abs(to.y - from.y) <= 0.1 + 1e-12)
      }
    }
  }

  @Test func `both ways are drawn, the mean one thick`() async throws {
    let paths = try await Walker("navigation-2d").paths()
    let figure = try #require(
      PathsFigure.figure(
        paths, of: FigureTests.evaluation(["run"]), steps: 1))
    for (block, title) in [
      ("$before with lines lw 0.7", "before: sampled"),
      ("$meanBefore with lines lw 2.4", "before: mean"),
      ("$after with lines lw 0.7", "after 1 step: sampled"),
      ("$meanAfter with lines lw 2.4", "after 1 step: mean"),
    ] {
      let line = figure.commands.split(separator: "\n").first { $0.contains(block) }
      #expect(line?.contains("title '\(title)'") == true, "\(block)")
    }
    // One row a point and an empty one a way.
    let rows = figure.commands.components(separatedBy: "$meanAfter << EOD\n")[1]
      .components(separatedBy: "EOD")[0].split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.filter { !$0.isEmpty }.count == paths.reduce(0) { $0 + $1.after.mean.count })
  }
}
