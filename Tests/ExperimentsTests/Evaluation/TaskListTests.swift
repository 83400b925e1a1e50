import Environments
import MetaLearning
import StrictYAML
import Testing

@testable import Experiments

@Suite struct TaskListTests {
  @Test(arguments: ["navigation-2d", "point-mass", "half-cheetah-direction"])
  func `tasks written to a file read back to the bit`(name: String) throws {
    let family = try BuiltInFamilies.named(name)
    let tasks = (0..<9).map { family.task(split: .heldOut, index: $0, seed: 4) }
    let text = TaskList.yaml(tasks, family: family)
    #expect(try TaskList.tasks(yaml: text, origin: "t.yaml", family: family) == tasks)
  }

  @Test func `a grid is every combination, the last parameter fastest`() throws {
    let family = try BuiltInFamilies.named("point-mass")
    let tasks = try TaskList.tasks(
      yaml: """
        family: point-mass
        grid:
          goal: [[0.5, 0], [0, 0.5]]
          mass: {from: 0.5, to: 1, step: 0.25}
        """, origin: "t.yaml", family: family)
    #expect(tasks.map { $0["goal"]?[0] } == [0.5, 0.5, 0.5, 0, 0, 0])
    #expect(tasks.map { $0["mass"]?[0] } == [0.5, 0.75, 1, 0.5, 0.75, 1])
  }

  @Test(arguments: [
    ("family: point-mass\n", "needs either 'tasks' or 'grid'"),
    ("family: navigation-2d\ntasks: []\n", "is 'navigation-2d'"),
    ("family: point-mass\ntasks: []\n", "1 to 10000 tasks, not 0"),
    ("family: point-mass\ntasks: [{goal: [0, 0]}]\n", "mass"),
    ("family: point-mass\ndefinition_digest: \"12ab\"\ntasks: []\n", "another definition"),
    ("family: point-mass\ngrid: {goal: [[0, 0]], mass: {from: 1, to: 0, step: 0.1}}\n", "from, to"),
    ("family: point-mass\ngrid: {goal: [[0, 0]], mass: [-1]}\n", "mass"),
  ])
  func `mistakes are named`(text: String, problem: String) throws {
    let family = try BuiltInFamilies.named("point-mass")
    let error = #expect(throws: YAMLError.self) {
      try TaskList.tasks(yaml: text, origin: "t.yaml", family: family)
    }
    #expect("\(try #require(error))".contains(problem), "\(String(describing: error))")
  }

  @Test func `sequences go up and down and meet their end`() {
    #expect(NumberSequence.values(from: 0, to: 1, step: 0.1)?.count == 11)
    #expect(NumberSequence.values(from: 3, to: 1, step: -1) == [3, 2, 1])
    #expect(NumberSequence.values(from: 0, to: 1, step: 0.4) == [0, 0.4, 0.8])
    #expect(NumberSequence.values(from: 2, to: 2, step: 0) == [2])
    #expect(NumberSequence.values(from: 0, to: 1, step: 0) == nil)
    #expect(NumberSequence.values(from: 0, to: 1, step: -0.1) == nil)
    #expect(NumberSequence.values(from: 0, to: 1, step: 1e-9) == nil)
    #expect(NumberSequence.values(from: 0, to: .infinity, step: 1) == nil)
  }
}

@Suite struct TrainingOverlapTests {
  private func checkpoint(iteration: Int) -> Checkpoint {
    var learner = LearnerConfiguration()
    learner.sampling.metaBatchSize = 5
    return Checkpoint(
      family: "navigation-2d", definitionDigest: "d", iteration: iteration, seed: 8,
      precision: .float, learner: learner, parameters: [])
  }

  private func request(_ split: TaskSplit, seed: UInt64) -> EvaluationRequest {
    var request = EvaluationRequest(innerLearningRates: [], seed: seed)
    request.split = split
    request.tasks = 20
    return request
  }

  @Test func `only training draws up to the checkpoint are a leak, whatever names them`() throws {
    let family = try BuiltInFamilies.named("navigation-2d")
    let leak = TrainingOverlap(
      request(.train, seed: 8), of: family, with: checkpoint(iteration: 3))
    #expect(leak.repeated == 15 && leak.isLeak)
    var listed = request(.heldOut, seed: 1)
    listed.listedTasks = [family.task(split: .train, index: 2, seed: 8)]
    #expect(TrainingOverlap(listed, of: family, with: checkpoint(iteration: 1)).isLeak)
    for other in [
      request(.heldOut, seed: 8), request(.validation, seed: 8), request(.train, seed: 9),
      request(.shifted, seed: 8),
    ] {
      #expect(!TrainingOverlap(other, of: family, with: checkpoint(iteration: 100)).isLeak)
    }
    #expect(
      !TrainingOverlap(request(.train, seed: 8), of: family, with: checkpoint(iteration: 0)).isLeak)
  }

  @Test func `a finite choice of tasks cannot be avoided, and is said`() throws {
    let family = try BuiltInFamilies.named("navigation-2d-sparse")
    let overlap = TrainingOverlap(
      request(.heldOut, seed: 8), of: family, with: checkpoint(iteration: 10))
    #expect(overlap.isFiniteChoice && !overlap.isLeak)
    #expect(overlap.note == "all 20 evaluated tasks were trained on: the family has no others")
  }
}
