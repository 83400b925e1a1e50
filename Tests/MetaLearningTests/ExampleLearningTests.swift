import DenseMath
import MetaLearning
import Networks
import Testing

/// Lines y = slope · x through the origin.
private struct LineFamily: TaskFamily, ExampleSource {
  let name = "lines"
  let preset: String? = nil
  let observationSize = 1
  let actionSpace = ActionSpace.continuous(size: 1)
  let horizon = 1
  let rewardTermNames = ["score"]
  let target = ExampleTarget.numbers(size: 1)

  var examples: (any ExampleSource)? { self }

  func task(split: TaskSplit, index: Int, seed: UInt64) -> TaskParameters {
    let purpose: RandomPurpose = split == .train ? .trainTasks : .heldOutTasks
    var stream = RandomStream(key: RandomKey(seed: seed, purpose: purpose), task: index)
    return TaskParameters([.init(name: "slope", values: [stream.uniform(in: -2...2)])])
  }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    preconditionFailure("examples are not acted in")
  }

  func example(
    of task: TaskParameters, label: Int?, using random: inout RandomStream
  ) -> Example {
    let x = random.uniform(in: -1...1)
    return Example(input: [x], target: [(task["slope"]?[0] ?? 0) * x])
  }
}

/// Labels that are their own inputs.
private struct LabelSource: ExampleSource {
  let target = ExampleTarget.label(classes: 3)

  func example(
    of task: TaskParameters, label: Int?, using random: inout RandomStream
  ) -> Example {
    Example(input: [random.uniform()], target: [Double(label ?? 0)])
  }
}

@Suite("Learning from examples")
struct ExampleLearningTests {
  private let address = RolloutAddress(seed: 3, use: .training, iteration: 4, task: 5)
  private let none = TaskParameters([])

  @Test("Fewer shots are the first of more, and queries depend on neither")
  func addresses() {
    func draw(_ shots: Int, _ queries: Int) -> TaskExamples {
      TaskExamples(
        from: LineFamily(), task: TaskParameters([.init(name: "slope", values: [1])]),
        shots: shots, queries: queries, address: address)
    }
    let (few, many) = (draw(2, 4), draw(5, 4))
    #expect(few.support.inputs == Array(many.support.inputs.prefix(2)))
    #expect(few.query == many.query)
    #expect(Set(many.support.inputs).isDisjoint(with: many.query.inputs))
    var other = address
    other.iteration += 1
    #expect(
      TaskExamples(
        from: LineFamily(), task: TaskParameters([.init(name: "slope", values: [1])]),
        shots: 2, queries: 4, address: other
      ).support != few.support)
  }

  @Test("A set of labels has as many of each, in turn")
  func balance() {
    let set = LabelSource().examples(
      of: none, perClass: 2, key: RandomKey(seed: 1, purpose: .check), index: 0)
    #expect(set.targets == [0, 1, 2, 0, 1, 2] && set.count == 6)
    #expect(Set(set.inputs).count == 6)
  }

  @Test("Scores are better when more, predictions the most probable label")
  func scores() {
    #expect(ExampleTarget.numbers(size: 2).score([1, 2], [1, 4]) == -4)
    let labels = ExampleTarget.label(classes: 3)
    #expect(labels.predictions(of: [0, 2, 1, 5, 4, 3], count: 2) == [1, 0])
    #expect(labels.score([1], [1]) == 1 && labels.score([1], [2]) == 0)
  }

  @Test("The weights of the multi-step loss add up to 1 and end at the last step", arguments: 1...6)
  func weights(steps: Int) {
    for progress in stride(from: 0, through: 1.2, by: 0.05) {
      let objective = MultiStepObjective(SurrogateObjective(), progress: progress)
      let weights = (0...steps).map { objective.exampleWeight(stage: $0, of: steps) }
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12, "\(weights)")
      #expect(steps == 0 || weights[0] == 0)
      #expect(progress < 1 || weights[steps] == 1)
      #expect(weights.allSatisfy { $0 == 0 || $0 >= 0.03 / Double(steps) - 1e-15 })
    }
  }

  @Test("Derivatives through the adaptation to examples pass against differences")
  func derivatives() async throws {
    for (target, rows) in [
      (ExampleTarget.numbers(size: 2), ActionDistribution.prediction(size: 2)),
      (.label(classes: 3), .categorical(actionCount: 3)),
    ] {
      var configuration = AdaptationConfiguration()
      configuration.steps = 2
      configuration.innerLearningRate = 0.2
      let check = AdaptationCheck(
        policy: Policy(
          network: Network(
            inputWidth: 2, hidden: [4], outputWidth: rows.outputWidth, activation: .tanh),
          distribution: rows),
        configuration: configuration,
        objective: MultiStepObjective(SurrogateObjective(), progress: 0.3), examples: target)
      for deviation in try await check.deviations() {
        #expect(deviation.relativeError < 1e-6, "\(target): \(deviation)")
      }
    }
  }

  private func learner(_ workers: Int, row: Algorithm = .maml) -> MetaLearner<Float> {
    var configuration = row.configuration
    configuration.policy.hidden = [16]
    configuration.sampling.metaBatchSize = 5
    configuration.examples.shots = 5
    configuration.examples.queries = 7
    configuration.adaptation.innerLearningRate = 0.1
    configuration.outer.step = .adam
    configuration.outer.outerLearningRate = 0.01
    return MetaLearner(
      configuration: configuration.inTraining, family: LineFamily(), seed: 2,
      workers: Workers(count: workers))
  }

  @Test("A learner learns to fit lines in one step, to the same bits with any workers")
  func learns() async throws {
    let (one, three) = (learner(1), learner(3))
    var (first, last) = ([Double](), [Double]())
    for iteration in 1...150 {
      let report = try await one.iterate()
      if iteration <= 30 {
        _ = try await three.iterate()
        if iteration == 30 { #expect(one.state.parameters == three.state.parameters) }
      }
      #expect(report.outcome == .accepted)
      #expect(report.environmentSteps.preAdaptation == 25)
      #expect(report.environmentSteps.postAdaptation == 35)
      if iteration <= 15 { first.append(report.returnAfter) }
      if iteration > 135 { last.append(report.returnAfter) }
    }
    let gain = { (values: [Double]) in values.reduce(0, +) / Double(values.count) }
    #expect(gain(last) > 0.6 * gain(first), "\(gain(first)) → \(gain(last))")
  }

  @Test("Without adaptation support and query examples are one batch")
  func joint() async throws {
    let report = try await learner(1, row: .multiTask).iterate()
    #expect(report.returnsBefore == report.returnsAfter)
    #expect(report.environmentSteps.postAdaptation == 5 * 12)
  }
}
