import DenseMath
import Environments
import Foundation
import MetaLearning
import Testing

@Suite struct ExampleFamilyTests {
  private func source(_ family: DefinedTaskFamily) throws -> any ExampleSource {
    try #require(family.examples)
  }

  private func draw(
    _ name: String, _ task: [(String, [Double])], count: Int = 200
  ) throws -> [Example] {
    let source = try source(builtIn(name))
    let parameters = TaskParameters(task.map { .init(name: $0.0, values: $0.1) })
    return (0..<count).map { index in
      var random = RandomStream(key: RandomKey(seed: 5, purpose: .check), episode: index)
      return source.example(of: parameters, label: nil, using: &random)
    }
  }

  @Test func `a sine wave crosses zero at its phase and has its amplitude`() throws {
    for example in try draw("sinusoid", [("amplitude", [2.5]), ("phase", [0.7])]) {
      #expect(example.target == [2.5 * sin(example.input[0] - 0.7)])
      #expect(abs(example.input[0]) <= 5)
    }
  }

  @Test func `tasks keep to the published ranges, and shifted ones leave them`() throws {
    let family = try builtIn("sinusoid")
    for index in 0..<300 {
      let task = family.task(split: .heldOut, index: index, seed: 1)
      let (amplitude, phase) = (task["amplitude"]?[0] ?? .nan, task["phase"]?[0] ?? .nan)
      #expect((0.1...5).contains(amplitude) && (0...Double.pi).contains(phase))
      let shifted = family.task(split: .shifted, index: index, seed: 1)
      #expect((5...10).contains(shifted["amplitude"]?[0] ?? .nan))
    }
    let wide = try FamilyCatalog(withBuiltIn: []).family(named: "sinusoid@nichol2018")
    let phases = (0..<300).map { wide.task(split: .train, index: $0, seed: 1)["phase"]?[0] ?? 0 }
    #expect(phases.contains { $0 > .pi } && phases.allSatisfy { $0 <= 2 * .pi })
  }

  @Test func `a linear function has its weights, bias and noise`() throws {
    let residuals = try draw(
      "linear-regression", [("weights", [2]), ("bias", [1])], count: 4000
    ).map { $0.target[0] - 2 * $0.input[0] - 1 }
    let deviation = (residuals.map { $0 * $0 }.reduce(0, +) / 4000).squareRoot()
    #expect(abs(deviation - 0.1) < 0.005)
    let wide = try FamilyCatalog(withBuiltIn: []).family(named: "linear-regression@10-d")
    #expect(wide.observationSize == 10)
  }

  @Test func `a mixture is a step or a cubic`() throws {
    let base: [(String, [Double])] = [
      ("coefficients", [1, -1, 0.5, 2]), ("edge", [1]), ("levels", [-3, 2]),
    ]
    for example in try draw("curve-mixture", [("step", [1])] + base) {
      #expect(example.target == [example.input[0] < 1 ? -3 : 2])
    }
    for example in try draw("curve-mixture", [("step", [0])] + base) {
      let u = example.input[0] / 5
      #expect(abs(example.target[0] - (1 - u + 0.5 * u * u + 2 * u * u * u)) < 1e-12)
    }
  }

  @Test(arguments: [
    ("horizon: 1 ", "horizon: 2 ", "must be 1: an example is an episode of one step"),
    ("action_scale: 1", "action_scale: 2", "must be 1: predictions are taken as they are"),
    ("input_limit: 5", "input_limit: -5", "must be above 0"),
    ("noise: 0", "noise: -1", "noise"),
  ])
  func `a definition that cannot be is refused`(from: String, to: String, message: String) throws {
    let definition = try builtIn("sinusoid").definition
    let text = definition.text.replacingOccurrences(of: from, with: to)
    #expect(text != definition.text)
    #expect {
      try FamilyDefinition(text: text, origin: "wrong.yaml")
    } throws: {
      "\($0)".contains(message) && "\($0)".contains("wrong.yaml:")
    }
  }

  @Test func `drawings of a character are like each other and unlike those of another`() throws {
    let family = try builtIn("glyphs")
    let source = try source(family)
    #expect(source.target == .label(classes: 5) && source.image?.count == 784)
    var (same, other) = (0.0, 0.0)
    for index in 0..<20 {
      let task = family.task(split: .heldOut, index: index, seed: 2)
      let set = source.examples(
        of: task, perClass: 2, key: RandomKey(seed: 7, purpose: .check), index: index)
      func image(_ place: Int) -> ArraySlice<Double> {
        set.inputs[(place * 784)..<((place + 1) * 784)]
      }
      func apart(_ a: Int, _ b: Int) -> Double {
        zip(image(a), image(b)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      // The classes take turns: 0 and 5 are two drawings of the first.
      #expect(image(0) != image(5))
      same += apart(0, 5)
      other += apart(0, 6)
      let ink = image(0).reduce(0, +) / 784
      #expect((0.02...0.5).contains(ink), "\(ink)")
      #expect(image(0).allSatisfy { (0...1).contains($0) })
    }
    #expect(same < 0.8 * other, "\(same / 20), \(other / 20)")
  }

  @Test func `splits of characters share no class, and a task has each once`() throws {
    let family = try builtIn("glyphs")
    func classes(_ split: TaskSplit) -> [Double] {
      (0..<200).flatMap { family.task(split: split, index: $0, seed: 4)["classes"] ?? [] }
    }
    for (split, range) in [
      (TaskSplit.train, 0.0..<1e6), (.validation, 1e6..<2e6), (.heldOut, 2e6..<3e6),
    ] {
      #expect(classes(split).allSatisfy(range.contains))
    }
    for index in 0..<200 {
      let task = family.task(split: .train, index: index, seed: 4)
      #expect(Set(task["classes"] ?? []).count == 5)
    }
    // Without jitter every drawing of a class is the same.
    let still = try FamilyDefinition(
      text: family.definition.text.replacingOccurrences(of: "jitter: 1", with: "jitter: 0"),
      origin: "still.yaml")
    let source = try source(DefinedTaskFamily(still))
    let set = source.examples(
      of: family.task(split: .train, index: 0, seed: 4), perClass: 2,
      key: RandomKey(seed: 7, purpose: .check), index: 0)
    #expect(Array(set.inputs.prefix(784)) == Array(set.inputs[(5 * 784)..<(6 * 784)]))
  }

  @Test(arguments: [
    ("{low: 0, high: 999999}", "{low: 0, high: 8}", "must hold at least 40 numbers"),
    ("ways: 5 ", "ways: 1 ", "from 2 to 1000"),
    ("{low: 0, high: 999999}", "{low: 5, high: 4}", "from 5 to"),
  ])
  func `a definition of characters that cannot be is refused`(
    from: String, to: String, message: String
  ) throws {
    let text = try builtIn("glyphs").definition.text
    let changed = text.replacingOccurrences(of: from, with: to)
    #expect(changed != text)
    #expect {
      try FamilyDefinition(text: changed, origin: "wrong.yaml")
    } throws: {
      "\($0)".contains(message)
    }
  }

  @Test func `a class that is no whole number is refused`() throws {
    let family = try builtIn("glyphs")
    #expect(throws: EnvironmentError.self) {
      try family.validated(
        TaskParameters([.init(name: "classes", values: [1, 2, 3, 4, 5.5])]))
    }
  }

  @Test func `what trainings start from is not part of the digest`() throws {
    let definition = try builtIn("sinusoid").definition
    #expect(definition.training != nil)
    let changed = try FamilyDefinition(
      text: definition.text.replacingOccurrences(of: "iterations: 5000", with: "iterations: 7"),
      origin: "changed.yaml")
    #expect(changed.canonicalDescription == definition.canonicalDescription)
  }

  @Test func `the oracle's inputs end with the task`() throws {
    let family = OracleTaskFamily(try builtIn("sinusoid"))
    let source = try #require(family.examples)
    let task = family.task(split: .train, index: 2, seed: 3)
    var random = RandomStream(key: RandomKey(seed: 5, purpose: .check))
    let example = source.example(of: task, label: nil, using: &random)
    #expect(example.input.count == 3 && Array(example.input.suffix(2)) == task.vector)
    #expect(family.observationSize == 3)
  }
}
