import Files
import MetaLearning
import Testing

@testable import Experiments

@Suite struct RunConfigurationTests {
  /// What each outer step reads, not with its defaults.
  private static let steps = [
    "trpo": [
      "maximum_kl=0.02", "conjugate_gradient_iterations=13", "damping=0", "backtrack_ratio=0.5",
      "maximum_backtracks=14",
    ].map { "trust_region.\($0)" },
    "adam": ["adam.learning_rate=5e-5", "adam.epochs=3", "adam.maximum_kl=0.5"],
    "average": ["average.rate=0.25", "average.anneal_iterations=7", "average.maximum_kl=0.5"],
  ]

  /// A configuration in which nothing that it reads has its default.
  private func unusual(_ step: String = "adam") throws -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.family = "odd & *name! \u{85}\n\"x\".yaml"
    configuration.environmentFolders = ["a b", "c:d"]
    configuration.seed = .max
    for assignment in [
      "physics=lanes", "algorithm=oracle", "iterations=7", "workers=3", "precision=double",
      "checkpoint_every=4",
      "keep=9",
      "validation.every=3", "validation.tasks=5", "validation.rollouts_per_task=6",
      "validation.adaptation_steps=3",
      "policy.hidden=[3,4]", "policy.activation=relu", "policy.initial_standard_deviation=0.7",
      "policy.minimum_standard_deviation=1e-3", "sampling.meta_batch_size=11",
      "sampling.rollouts_per_task=12", "advantages.discount=0.5", "advantages.gae_lambda=0.25",
      "picture_every=16", "report_tasks=17",
      "advantages.baseline_ridge=1e-7", "adaptation.steps=2",
      "adaptation.inner_learning_rate=0.30000000000000004", "adaptation.estimator=dice",
      "adaptation.later_step_factor=0.75", "examples.shots=3", "policy.filters=[2]",
      "policy.downsampling=stride", "policy.batch_norm=none", "examples.queries=4",
      "outer.multi_step_iterations=5",
      "adaptation.order=first", "policy.context=2", "adaptation.part=head",
      "adaptation.learned_rates=elementwise", "dice.lambda=0.5",
      "outer.objective=clipped", "outer.support_credit=0.5", "clip.range=0.3",
      "clip.inner_kl_penalty=0.1", "clip.inner_kl_target=0.2", "outer.step=\(step)",
      "outer.maximum_consecutive_rejections=15",
    ] + (Self.steps[step] ?? []) { try configuration.set(assignment) }
    try configuration.validate()
    return configuration
  }

  @Test(arguments: steps.keys.sorted())
  func `a written configuration reads back equal, every key of it`(step: String) throws {
    let written = try unusual(step)
    let provenance = Provenance(metarl: "0.1.0", gitRevision: "12e4", muJoCo: "2.2.2")
    let text = written.yaml(provenance: provenance)
    var read = RunConfiguration()
    try read.apply(yaml: text, origin: "config.yaml")
    #expect(read == written)
    #expect(try Provenance(yaml: text, origin: "config.yaml") == provenance)
    #expect(read.yaml(provenance: provenance) == text)
    var usual = RunConfiguration()
    for choice in ["adaptation.estimator=dice", "outer.objective=clipped", "outer.step=\(step)"] {
      try usual.set(choice)
    }
    let defaults = Set(
      usual.yaml().split(separator: "\n").filter {
        $0.contains(": ") && !$0.contains("#")
      })
    let kept = written.yaml().split(separator: "\n").filter { defaults.contains($0) }
    let chosen = ["  estimator: dice", "  objective: clipped", "  step: \(step)"]
    #expect(
      kept.allSatisfy { chosen.contains(String($0)) },
      "keys the test leaves at their defaults: \(kept)")
    #expect(text.contains("\ndice:\n") && text.contains("\nclip:\n"))
    let sections = ["trust_region", "adam", "average"].filter { text.contains("\n\($0):\n") }
    #expect(sections == [step == "trpo" ? "trust_region" : step])
  }

  @Test(arguments: [
    ("adam: {epochs: 2}", "my.yaml:1", "'adam.epochs' belongs to the section 'adam'", "is trpo"),
    (
      "outer:\n  step: adam\ntrust_region:\n  damping: 0", "my.yaml:4", "'trust_region'",
      "outer.step trpo"
    ),
    ("average: {rate: 0.1}", "my.yaml:1", "outer.step average", "is trpo"),
    ("clip: {range: 0.1}", "my.yaml:1", "outer.objective clipped", "is surrogate"),
    ("algorithm: promp\ndice: {lambda: 0}", "my.yaml:2", "adaptation.estimator dice", "is lvc"),
  ])
  func `a key of another section is an error that names the section and what reads it`(
    text: String, place: String, section: String, choice: String
  ) throws {
    var configuration = RunConfiguration()
    try configuration.apply(yaml: text, origin: "my.yaml")
    let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
    let message = "\(try #require(error))"
    for part in [place, section, choice] { #expect(message.contains(part), "\(message)") }
    #expect(throws: ConfigurationError.self) {
      try RunConfiguration(recorded: text, origin: "config.yaml")
    }
  }

  @Test func `which sections are read is known when everything has been set`() throws {
    var configuration = RunConfiguration()
    try configuration.set("adam.epochs=4")
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
    try configuration.set("outer.step=adam")
    try configuration.validate()
    #expect(configuration.learner.outer.epochs == 4)
    configuration.learner.outer.step = .average
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
  }

  @Test func `files of before the sections are read, and their schedule is that of the time`()
    throws
  {
    let former = """
      adaptation: {steps: 1, dice_lambda: 0.5}
      outer:
        step: adam
        clip_range: 0.4
        maximum_kl: 0.03
        outer_learning_rate: 0.01
        epochs: 2
        maximum_step_kl: 0.7
      """
    let read = try RunConfiguration(recorded: former, origin: "config.yaml")
    #expect(read.learner.outer.outerLearningRate == 0.01 && read.learner.outer.epochs == 2)
    #expect(read.learner.outer.maximumStepKL == 0.7)
    #expect(read.learner.adaptation.laterStepFactor == 0.5)
    let again = try RunConfiguration(recorded: read.yaml(), origin: "config.yaml")
    #expect(again.differences(changingNumbersFrom: read).isEmpty)
    #expect(!read.yaml().contains("\nclip:") && !read.yaml().contains("0.03"))
    let several = try RunConfiguration(recorded: "adaptation: {steps: 3}", origin: "config.yaml")
    #expect(several.learner.adaptation.laterStepFactor == 1)
    let learner = try LearnerConfiguration(
      json: JSONValue(
        parsing: #"{"adaptation.steps":2,"outer.step":"adam","outer.epochs":3,"outer.damping":1}"#))
    #expect(learner.outer.epochs == 3 && learner.adaptation.laterStepFactor == 1)
    var configuration = RunConfiguration()
    let error = #expect(throws: ConfigurationError.self) { try configuration.set("outer.epochs=2") }
    #expect("\(try #require(error))".contains("'adam.epochs' now"))
  }

  @Test func `more tasks than have addresses are refused`() throws {
    var configuration = RunConfiguration()
    configuration.iterations = 10_000_000
    configuration.learner.sampling.metaBatchSize = 429
    try configuration.validate()
    configuration.learner.sampling.metaBatchSize = 430
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
  }

  @Test func `a file changes what it names and nothing else`() throws {
    var configuration = RunConfiguration()
    configuration.seed = 5
    try configuration.apply(
      yaml: "trust_region:\n  maximum_kl: 0.02\npolicy: {hidden: [64, 64]}\n", origin: "my.yaml")
    var expected = RunConfiguration()
    expected.seed = 5
    expected.learner.outer.maximumKL = 0.02
    expected.learner.policy.hidden = [64, 64]
    #expect(configuration == expected)
  }

  @Test(arguments: [
    ("trust_region:\n  maximum_lk: 0.02", "my.yaml:2", "maximum_kl"),
    ("outter: {}", "my.yaml:1", "outer"),
    ("seed: 1\niterations: -3", "my.yaml:2", "from 0 to"),
    ("policy: {hidden: [0]}", "policy.hidden", "from 1"),
    ("policy: {activation: tan}", "policy.activation", "'tanh'"),
    ("advantages: {discount: 1.5}", "advantages.discount", "at most 1"),
    ("trust_region: {backtrack_ratio: 1}", "trust_region.backtrack_ratio", "less than 1"),
    ("outer: {damping: .nan}", "outer.damping", "finite"),
    ("trust_region: {damping: .nan}", "trust_region.damping", "finite"),
    ("advantages: {baseline_ridge: 1e-300}", "advantages.baseline_ridge", "at least 1e-10"),
    (
      "policy: {minimum_standard_deviation: 1e-45}", "policy.minimum_standard_deviation",
      "at least 1e-06"
    ),
    ("policy: {initial_standard_deviation: 1e7}", "policy.initial_standard", "at most 1000000.0"),
    ("trust_region: {maximum_kl: 1e-300}", "trust_region.maximum_kl", "at least 1e-10"),
    ("adam: {learning_rate: 1e39}", "adam.learning_rate", "at most 1000000.0"),
    ("outer: {step: [trpo]}", "outer.step", "one of"),
    ("outer: 3", "outer", "mapping"),
    ("", "my.yaml", "empty"),
  ])
  func `a mistake is answered with its place and what is right`(
    text: String, place: String, hint: String
  ) throws {
    var configuration = RunConfiguration()
    let error = #expect(throws: ConfigurationError.self) {
      try configuration.apply(yaml: text, origin: "my.yaml")
    }
    let message = "\(try #require(error))"
    #expect(message.contains(place), "\(message)")
    #expect(message.contains(hint), "\(message)")
    #expect(configuration == RunConfiguration())
  }

  @Test(arguments: [
    ("trust_region.dampin=1", "'trust_region.damping'"), ("damping=1", "'trust_region.damping'"),
    ("seed", "key.path"),
    ("seed=-1", "seed"), ("seed=1\niterations: 2", "one value"), ("workers=two", "workers"),
    ("policy.hidden=a,b", "policy.hidden"), ("policy.hidden=", "policy.hidden"),
  ])
  func `a wrong assignment is refused with the nearest key or the reason`(
    assignment: String, hint: String
  ) throws {
    var configuration = RunConfiguration()
    let error = #expect(throws: ConfigurationError.self) { try configuration.set(assignment) }
    let message = "\(try #require(error))"
    #expect(message.contains(hint), "\(message)")
    #expect(configuration == RunConfiguration())
  }

  @Test(arguments: [("100,50", [100, 50]), ("[7]", [7]), ("32", [32]), ("[]", [])])
  func `lists may be written in short`(text: String, widths: [Int]) throws {
    var configuration = RunConfiguration()
    try configuration.set("policy.hidden=\(text)")
    #expect(configuration.learner.policy.hidden == widths)
  }

  @Test func `values set in code are checked as well`() {
    var configuration = RunConfiguration()
    configuration.learner.outer.backtrackRatio = 1
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
    configuration = RunConfiguration()
    configuration.seed = .max
    #expect(throws: Never.self) { try configuration.validate() }
  }

  @Test func `only keys that change the numbers count as differences`() throws {
    var other = RunConfiguration()
    other.iterations = 1
    other.workers = 7
    other.keep = 3
    other.checkpointEvery = 1
    #expect(other.differences(changingNumbersFrom: RunConfiguration()).isEmpty)
    other.seed = 2
    other.learner.adaptation.steps = 3
    let differences = other.differences(changingNumbersFrom: RunConfiguration())
    #expect(differences.map(\.path) == ["seed", "adaptation.steps"])
    #expect(differences.map(\.value) == ["2", "3"])
  }

  @Test func `learner settings go through JSON unchanged`() throws {
    let learner = try unusual().learner
    #expect(try LearnerConfiguration(json: learner.json) == learner)
    #expect(throws: ConfigurationError.self) {
      try LearnerConfiguration(json: JSONValue(parsing: #"{"trust_region.dampin":1}"#))
    }
    #expect(throws: ConfigurationError.self) {
      try LearnerConfiguration(json: JSONValue(parsing: #"{"trust_region.damping":-1}"#))
    }
    #expect(throws: ConfigurationError.self) {
      try LearnerConfiguration(json: JSONValue(parsing: #"{"adam.epochs":2}"#))
    }
  }
}
