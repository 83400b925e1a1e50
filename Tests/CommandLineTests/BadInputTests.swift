import Foundation
import Testing

/// A command line, its exit code, and what its message must say.
struct BadInput: CustomTestStringConvertible, Sendable {
  let arguments: [String]
  let code: Int32
  let says: String

  init(_ line: String, _ says: String, code: Int32 = 64) {
    arguments = line.split(separator: " ").map(String.init)
    self.code = code
    self.says = says
  }

  var testDescription: String { "metarl \(arguments.joined(separator: " "))" }
}

@Suite struct BadInputTests {
  /// Runs a command line that must fail with one line of message and leave nothing behind.
  private func check(_ input: BadInput, files: [String: String] = [:]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    for (name, text) in files { try program.write(text, to: name) }
    let before = program.contents
    let result = try program.run(input.arguments)
    #expect(result.code == input.code, "\(result.error)")
    #expect(result.output == "")
    #expect(result.error.hasPrefix("metarl: "), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    #expect(result.error.contains(input.says), "\(result.error)")
    #expect(program.contents == before, "something was left behind")
  }

  @Test(arguments: [
    BadInput("trian navigation-2d", "did you mean 'train'?"),
    BadInput("train navigation-2d --metabatch-size 3", "--meta-batch-size"),
    BadInput("train navigation-2d --iterations many", "--iterations"),
    BadInput("train navigation-2d --iterations", "Missing value"),
    BadInput("train navigation-2d --meta-batch-size 0", "sampling.meta_batch_size"),
    BadInput("train navigation-2d --rollouts-per-task 0", "sampling.rollouts_per_task"),
    BadInput("train navigation-2d --inner-learning-rate nan", "adaptation.inner_learning_rate"),
    BadInput("train navigation-2d --adaptation-steps=-1", "adaptation.steps"),
    BadInput("train navigation-2d --hidden 10,x", "--hidden"),
    BadInput("train navigation-2d --hidden 10,0", "--hidden"),
    BadInput("train navigation-2d --activation sigmoid", "tanh"),
    BadInput("train navigation-2d --outer sgd", "trpo"),
    BadInput("train navigation-2d --estimator dice2", "log-likelihood"),
    BadInput("train navigation-2d --order second", "exact"),
    BadInput("train navigation-2d --workers=-1", "workers"),
    BadInput("train navigation-2d --seed 18446744073709551616", "--seed"),
    BadInput("train navigation-2d --seeds 3-1", "as in 1,2,3 or 1-5"),
    BadInput("train navigation-2d --seeds 1-3 --seed 2", "leave out --seed"),
    BadInput("train --resume absent --seeds 1-3", "leave out --seeds"),
    BadInput("train navigation-2d --dry-run --hidden 65536,65536,65536", "memory"),
    BadInput("train navigation-2d --dry-run --set trust_region.damping=-1", "trust_region.damping"),
    BadInput(
      "train navigation-2d --set trust_region.dampin=1", "did you mean 'trust_region.damping'?"),
    BadInput("train navigation-2d --set damping=1", "did you mean 'trust_region.damping'?"),
    BadInput("train navigation-2d --set trust_region.damping", "key.path=value"),
    BadInput("train navigation-2d --set trust_region.damping=-1", "trust_region.damping"),
    BadInput("train navigation-2d --set trust_region.damping=.inf", "trust_region.damping"),
    BadInput("train navigation-2d --set outer.damping=1", "the key is 'trust_region.damping' now"),
    BadInput(
      "train navigation-2d --set adam.epochs=2", "section 'adam', which outer.step adam reads"),
    BadInput("train navigation-2d --config absent.yaml", "absent.yaml"),
    BadInput("train", "Give a task family"),
    BadInput("train navigatoin-2d", "did you mean 'navigation-2d'?"),
    BadInput("train navigation-2d@fin2017", "did you mean 'finn2017'?"),
    BadInput("train ./absent.yaml", "absent.yaml"),
    BadInput("train navigation-2d --environments absent", "absent"),
    BadInput("train navigation-2d extra", "extra"),
    BadInput("train navigation-2d --meta-batch-size 1000000", "memory"),
    BadInput("train navigation-2d --hidden 65536,65536,65536", "memory"),
    BadInput("train --resume absent", "absent"),
    BadInput("train navigation-2d --resume absent", "leave out"),
    BadInput("evaluate", "run-or-checkpoint"),
    BadInput("evaluate absent", "absent"),
    BadInput("evaluate absent --tasks 0", "--tasks"),
    BadInput("evaluate absent --rollouts-per-task 0", "--rollouts-per-task"),
    BadInput("evaluate absent --steps=-1", "--steps"),
    BadInput("evaluate absent --split test", "held_out"),
    BadInput("evaluate absent --inner-learning-rate 0.1,0.2", "3 steps"),
    BadInput("evaluate absent --inner-learning-rate 0.1,0.2,x", "--inner-learning-rate"),
    BadInput("evaluate absent --inner-learning-rates 0.1", "mean '--inner-learning-rate'?"),
    BadInput("evaluate a b", "--runs a,b"),
    BadInput("evaluate a b c", "--compare"),
    BadInput("sweep a b", "sweep each by itself"),
    BadInput("train navigation-2d point-mass", "--seeds 1-5"),
    BadInput("train navigation-2d --seed -1", "from 0 to 18446744073709551615"),
    BadInput("evaluate absent --seed -1", "from 0 to 18446744073709551615"),
    BadInput("check estimators tabular-mdp --seed -1", "from 0 to 18446744073709551615"),
    BadInput("benchmark finn2017 --seeds -1", "from 0 to 18446744073709551615"),
    BadInput("train navigation-2d --workers -1", "from 0 to 4096"),
    BadInput("train navigation-2d --iterations -3", "from 0 to 10000000"),
    BadInput("train navigation-2d --inner-learning-rate -0.1", "at least 0"),
    BadInput("train navigation-2d --hidden -3", "at least 1"),
    BadInput("evaluate absent --steps -1", "0 to 1000"),
    BadInput("evaluate absent --tasks -1", "1 to 1000000"),
    BadInput("evaluate absent --inner-learning-rate -0.1,0.1,0.1", "0 or more"),
    BadInput("sweep absent --inner-learning-rate -1,2", "0 or more"),
    BadInput("sweep absent --steps -1,2", "at least 0"),
    BadInput("sweep absent --rollouts-per-task -1,2", "at least 1"),
    BadInput("replay --verify absent.jsonl --tolerance -1", "0 or more"),
    BadInput("watch absent --interval -1", "0.05 to 3600"),
    BadInput("train navigation-2d --lr 3", "mean '--inner-learning-rate'?"),
    BadInput("evaluate absent --lr 3", "mean '--inner-learning-rate'?"),
    BadInput("train navigation-2d --meta-lr 3", "mean '--outer-learning-rate'?"),
    BadInput("train navigation-2d --fast-batch-size 3", "mean '--rollouts-per-task'?"),
    BadInput("train navigation-2d --epochs 3", "mean '--iterations'?"),
    BadInput("train navigation-2d --meta_batch_size 3", "mean '--meta-batch-size'?"),
    BadInput("train navigation-2d --discount 0.9", "--set advantages.discount=…"),
    BadInput("train navigation-2d --damping 0.9", "--set trust_region.damping=…"),
    BadInput("plot absent --only leaning", "learning"),
    BadInput("evaluate absent --policy best", "random"),
    BadInput("evaluate absent --tasks 3 --tasks-file absent.yaml", "--tasks-file"),
    BadInput("train navigation-2d --algorithm mamal", "multi-task"),
    BadInput("sweep absent --steps 1,x", "--steps"),
    BadInput("sweep absent --steps 1001", "1000"),
    BadInput("sweep absent --task-range velocity=0:1", "--task-range"),
    BadInput("benchmark finn2017 --family point-mass", "half-cheetah-velocity"),
    BadInput("benchmark finn2017 --seeds 1,1", "--seeds"),
    BadInput("check estimators tabular-mpd", "did you mean 'tabular-mdp'?"),
    BadInput("check estimators tabular-mdp --batches 1", "--batches"),
    BadInput("check estimators point-mass --reference-rollouts 1000000 --hidden 9999", "memory"),
    BadInput("replay", "Give a replay script"),
    BadInput("replay absent.yaml", "absent.yaml"),
    BadInput("replay a.yaml --verify b.jsonl", "not both"),
    BadInput("evaluate absent --tasks 1000001", "--tasks"),
    BadInput("replay --verify absent.jsonl", "absent.jsonl"),
    BadInput("replay --verify absent.jsonl --tolerance=-1", "--tolerance"),
    BadInput("inspect absent", "absent"),
    BadInput("environments show nowhere", "no task family 'nowhere'"),
    BadInput("check gradients --golden absent.json", "absent.json"),
    BadInput("check environment absent.yaml", "absent.yaml"),
    BadInput("check gradients --precision float", "--golden"),
  ])
  func `a wrong command line is answered in one line`(input: BadInput) throws {
    try check(input)
  }

  @Test(arguments: [
    ("adaptation:\n  inner_learning_rat: 0.1\n", "config.yaml:2"),
    ("adaptation:\n  inner_learning_rate: fast\n", "config.yaml:2"),
    ("sampling:\n  meta_batch_size: 0\n", "config.yaml:2"),
    ("outer:\n  step: sgd\n", "trpo"), ("seed: -1\n", "seed"), ("a: [1\n", "config.yaml"),
    ("a: &x [*x]\n", "config.yaml"), ("policy: {hidden: [100, -1]}\n", "hidden"),
    ("seed: 1\nseed: 2\n", "more than once"), ("", "config.yaml"),
  ])
  func `a wrong configuration file is answered with its line`(text: String, says: String) throws {
    try check(
      BadInput("train navigation-2d --config config.yaml", says), files: ["config.yaml": text])
  }

  @Test(arguments: [
    ("task: {goal: [0.3]}\n    actions: [[0, 0]]", "goal"),
    ("task: {goal: [0.3, 1], mass: 2}\n    actions: [[0, 0]]", "mass"),
    ("task: {}\n    actions: [[0, 0]]", "goal"),
    ("task: {goal: [0.3, .nan]}\n    actions: [[0, 0]]", "goal"),
    ("task: {goal: [0, 1]}\n    actions: [[0, 0, 0]]", "action 0 has 3 numbers"),
    ("task: {goal: [0, 1]}\n    actions: [[0, .inf]]", "actions[0][1]"),
    ("task: {goal: [0, 1]}\n    initial_state: {positoin: [0, 0]}\n    actions: [[0, 0]]", "posit"),
    ("task: {goal: [0, 1]}\n    policy: absent", "absent"),
    ("task: {split: heldout}\n    actions: [[0, 0]]", "held_out"),
    ("task: {goal: [0, 1]}\n    actions_from: ../../etc/passwd", "script's folder"),
    ("task: {goal: [0, 1]}\n    action: [[0, 0]]", "did you mean 'actions'?"),
  ])
  func `a wrong replay script is answered with its line`(rollout: String, says: String) throws {
    let text = "environment: navigation-2d\nrollouts:\n  - name: walk\n    \(rollout)\n"
    try check(BadInput("replay walk.yaml", says), files: ["walk.yaml": text])
  }

  @Test func `a family without shifted tasks says which splits it has`() throws {
    let text = """
      environment: point-mass-momentum
      rollouts:
        - task: {split: shifted, index: 0}
          actions: [[0, 0]]
      """
    try check(BadInput("replay walk.yaml", "held_out"), files: ["walk.yaml": text])
  }

  @Test(arguments: [
    ("not json", "recording.jsonl:1"), ("{\"format\":\"metarl-recording\",\"version\":9}", "9"),
    ("", "empty"),
  ])
  func `what is no recording is refused`(text: String, says: String) throws {
    try check(
      BadInput("replay --verify recording.jsonl", says), files: ["recording.jsonl": text])
  }

  @Test func `a definition with a mistake is answered with its line`() throws {
    let definition = Program.sources
      .appendingPathComponent("Environments/Families/navigation-2d.yaml")
    let text = String(decoding: try Data(contentsOf: definition), as: UTF8.self)
      .replacing("step_limit: 0.1 ", with: "step_limti: 0.1 ")
    for command in ["train", "environments show", "check environment"] {
      try check(
        BadInput("\(command) ./navigation-2d.yaml", "step_limit"),
        files: ["navigation-2d.yaml": text])
    }
  }
}
