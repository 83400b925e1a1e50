import Experiments
import Files
import MetaLearning
import Testing

@Suite struct RunConfigurationTests {
  /// A configuration in which nothing has its default.
  private var unusual: RunConfiguration {
    get throws {
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
        "adaptation.inner_learning_rate=0.30000000000000004", "adaptation.estimator=log-likelihood",
        "adaptation.order=first", "policy.context=2", "adaptation.part=head",
        "adaptation.learned_rates=elementwise", "adaptation.dice_lambda=0.5",
        "outer.objective=clipped", "outer.support_credit=0.5", "outer.clip_range=0.3",
        "outer.inner_kl_penalty=0.1", "outer.inner_kl_target=0.2", "outer.epochs=3",
        "outer.average_rate=0.25", "outer.average_anneal_iterations=7", "outer.step=adam",
        "outer.maximum_kl=0.02",
        "outer.conjugate_gradient_iterations=13", "outer.damping=0", "outer.backtrack_ratio=0.5",
        "outer.maximum_backtracks=14", "outer.outer_learning_rate=5e-5",
        "outer.maximum_step_kl=0.5", "outer.maximum_consecutive_rejections=15",
      ] { try configuration.set(assignment) }
      return configuration
    }
  }

  @Test func `a written configuration reads back equal, every key of it`() throws {
    let written = try unusual
    let provenance = Provenance(metarl: "0.1.0", gitRevision: "12e4", muJoCo: "2.2.2")
    let text = written.yaml(provenance: provenance)
    var read = RunConfiguration()
    try read.apply(yaml: text, origin: "config.yaml")
    #expect(read == written)
    #expect(try Provenance(yaml: text, origin: "config.yaml") == provenance)
    #expect(read.yaml(provenance: provenance) == text)
    let defaults = Set(
      RunConfiguration().yaml().split(separator: "\n").filter {
        $0.contains(": ") && !$0.contains("#")
      })
    let kept = written.yaml().split(separator: "\n").filter { defaults.contains($0) }
    #expect(kept.isEmpty, "keys the test leaves at their defaults: \(kept)")
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
      yaml: "outer:\n  maximum_kl: 0.02\npolicy: {hidden: [64, 64]}\n", origin: "my.yaml")
    var expected = RunConfiguration()
    expected.seed = 5
    expected.learner.outer.maximumKL = 0.02
    expected.learner.policy.hidden = [64, 64]
    #expect(configuration == expected)
  }

  @Test(arguments: [
    ("outer:\n  maximum_lk: 0.02", "my.yaml:2", "maximum_kl"),
    ("outter: {}", "my.yaml:1", "outer"),
    ("seed: 1\niterations: -3", "my.yaml:2", "from 0 to"),
    ("policy: {hidden: [0]}", "policy.hidden", "from 1"),
    ("policy: {activation: tan}", "policy.activation", "'tanh'"),
    ("advantages: {discount: 1.5}", "advantages.discount", "at most 1"),
    ("outer: {backtrack_ratio: 1}", "outer.backtrack_ratio", "less than 1"),
    ("outer: {damping: .nan}", "outer.damping", "finite"),
    ("advantages: {baseline_ridge: 1e-300}", "advantages.baseline_ridge", "at least 1e-10"),
    (
      "policy: {minimum_standard_deviation: 1e-45}", "policy.minimum_standard_deviation",
      "at least 1e-06"
    ),
    ("policy: {initial_standard_deviation: 1e7}", "policy.initial_standard", "at most 1000000.0"),
    ("outer: {maximum_kl: 1e-300}", "outer.maximum_kl", "at least 1e-10"),
    ("outer: {outer_learning_rate: 1e39}", "outer.outer_learning_rate", "at most 1000000.0"),
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
    ("outer.dampin=1", "'outer.damping'"), ("damping=1", "'outer.damping'"), ("seed", "key.path"),
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
    let learner = try unusual.learner
    #expect(try LearnerConfiguration(json: learner.json) == learner)
    #expect(throws: ConfigurationError.self) {
      try LearnerConfiguration(json: JSONValue(parsing: #"{"outer.dampin":1}"#))
    }
    #expect(throws: ConfigurationError.self) {
      try LearnerConfiguration(json: JSONValue(parsing: #"{"outer.damping":-1}"#))
    }
  }
}
