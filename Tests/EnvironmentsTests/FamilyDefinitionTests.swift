import Environments
import Foundation
import MetaLearning
import Testing

/// The message that a definition with one text replaced by another must give.
private func failure(_ old: String, _ new: String, preset: String? = nil) -> String {
  precondition(validDefinition.contains(old), "'\(old)' is not in the definition")
  let text = validDefinition.replacing(old, with: new, maxReplacements: 1)
  do {
    _ = try family(text, preset: preset)
    return "no error"
  } catch {
    return "\(error)"
  }
}

@Suite struct FamilyDefinitionTests {
  @Test func `a valid definition says what it says`() throws {
    let definition = try family().definition
    #expect(definition.name == "test-family" && definition.horizon == 10)
    #expect(definition.presets == ["fast", "round"] && definition.preset == nil)
    let limit = try #require(definition.choices.first { $0.key == "settings.step_limit" })
    #expect(limit.value == "0.1" && limit.explanation.hasPrefix("m a step"))
    #expect(
      definition.canonicalDescription.contains(
        "task.goal.train: uniform [-1.0, -1.0] … [1.0, 1.0]\n"))
  }

  @Test func `presets override key by key, distributions as a whole`() throws {
    let fast = try family(preset: "fast")
    #expect(fast.qualifiedName == "test-family@fast")
    #expect(
      fast.canonicalDescription.contains("settings.step_limit: 0.2\nsettings.tolerance: 0.01\n"))
    let round = try family(preset: "round")
    #expect(
      round.canonicalDescription.contains("task.goal.held_out: uniform on the disc of radius 2.0"))
    #expect(round.canonicalDescription.contains("settings.step_limit: 0.1\n"))
  }

  @Test func `an unknown preset is answered with the nearest and all`() {
    #expect(
      throws: EnvironmentError.unknownPreset(
        family: "test-family", preset: "fats", known: ["fast", "round"])
    ) { try family(preset: "fats") }
    #expect(
      EnvironmentError.unknownPreset(family: "f", preset: "fats", known: ["fast"]).description
        == "the family 'f' has no preset 'fats'; did you mean 'fast'? Its presets: fast.")
  }

  @Test(
    arguments: [
      (
        "horizon: 10", "horizn: 10",
        "f.yaml:6: 'horizn' is not a known key; did you mean 'horizon'? Known keys: name, version,"
          + " summary, source, simulator, horizon, action_scale, settings, task, training, presets"
      ),
      (
        "horizon: 10", "horizon: 0",
        "f.yaml:6: 'horizon' must be a whole number from 1 to 1000000, not 0"
      ),
      (
        "horizon: 10", "horizon: 1.5", "'horizon' must be a whole number from 1 to 1000000, not 1.5"
      ),
      ("horizon: 10\n", "", "f.yaml:1: the key 'horizon' is missing"),
      ("action_scale: 1", "action_scale: 0", "f.yaml:7: 'action_scale' must be above 0, not 0.0"),
      ("action_scale: 1", "action_scale: .nan", "'action_scale' must be a finite number, not .nan"),
      (
        "version: 1", "version: one",
        "f.yaml:2: 'version' must be a whole number of at least 1, not 'one'"
      ),
      ("name: test-family", "name: Test Family", "f.yaml:1: 'name' must be 1 to 64 small letters"),
      (
        "name: test-family", "name: ../x",
        "'name' must be 1 to 64 small letters, digits and hyphens"
      ),
      (
        "simulator: navigation-2d", "simulator: navigation2d",
        "f.yaml:5: 'simulator' cannot be 'navigation2d'; did you mean 'navigation-2d'? Allowed: navigation-2d,"
      ),
      (
        "step_limit: 0.1", "step_limt: 0.1",
        "f.yaml:9: 'settings.step_limt' is not a known key; did you mean 'step_limit'?"
      ),
      (
        "step_limit: 0.1", "step_limit: -1",
        "f.yaml:9: 'settings.step_limit' must be above 0, not -1.0"
      ),
      (
        "tolerance: 0.01", "tolerance: '0.01'",
        "'settings.tolerance' must be a number, not the quoted text"
      ),
      ("tolerance: 0.01", "goal: [1]", "'tolerance' is missing in 'settings'"),
      ("  goal:\n", "  gaol:\n", "f.yaml:13: 'task.gaol' is not a known key; did you mean 'goal'?"),
      (
        "train:", "trian:", "f.yaml:14: 'task.goal.trian' is not a known key; did you mean 'train'?"
      ),
      ("train:", "held_out:", "the key 'train' is missing in 'task.goal'"),
      (
        "{uniform: {", "{unifrom: {",
        "f.yaml:14: 'task.goal.train.unifrom' is not a known key; did you mean 'uniform'?"
      ),
      (
        "{uniform: {low", "{disc: {radius: 1}, uniform: {low",
        "must hold exactly one distribution, not 2"
      ),
      (
        "{uniform: {low: [-1, -1], high: [1, 1]}}", "{uniform: {low: [1, -1], high: [0, 1]}}",
        "'task.goal.train.uniform.high' must not be below 'low': 0.0 is below 1.0"
      ),
      (
        "low: [-1, -1]", "low: [-1]",
        "'task.goal.train.uniform.low' must be a list of 2 numbers, not of 1"
      ),
      (
        "{uniform: {low: [-1, -1], high: [1, 1]}}", "{choice: {values: []}}",
        "must have at least one entry"
      ),
      (
        "{uniform: {low: [-1, -1], high: [1, 1]}}", "{disc: {radius: 0}}",
        "must be above 0, not 0.0"
      ),
      (
        "{uniform: {low: [-1, -1], high: [1, 1]}}", "{log_uniform: {low: 0, high: 1}}",
        "a logarithm is taken"
      ),
      (
        "{uniform: {low: [-1, -1], high: [1, 1]}}",
        "{box_outside: {low: -1, high: 1, inner_low: -1, inner_high: 1}}",
        "leaves less than a hundredth of the outer box outside the inner one"
      ),
      (
        "{uniform: {low: [-1, -1], high: [1, 1]}}",
        "{power: {base: 10, exponent: {constant: 400}}}", "reaches beyond the range of numbers"
      ),
      (
        "presets:\n", "presets:\n  bad: {name: x}\n",
        "'presets.bad.name' cannot be changed by a preset"
      ),
      ("step_limit: 0.2", "step_limt: 0.2", "f.yaml:18: 'settings.step_limt' is not a known key"),
      (
        "{disc: {radius: 2}}", "{disc: {raduis: 2}}",
        "f.yaml:22: 'task.goal.train.disc.raduis' is not"
      ),
      ("summary: A family for tests.", "summary: \"a\\nb\"", "'summary' must be one line of text"),
      ("settings:\n", "robot:\n", "'robot' is not a known key"),
    ])
  func `a mistake is answered with line, key and what is allowed`(
    old: String, new: String, message: String
  ) {
    #expect(failure(old, new).contains(message), "\(failure(old, new))")
  }

  @Test func `a mass must stay above zero in every split`() throws {
    let text = try String(
      contentsOfFile: FamilyCatalog.builtInFolder() + "/point-mass.yaml", encoding: .utf8)
    let broken = text.replacing("log_uniform: {low: 2", with: "uniform: {low: 0")
    #expect(broken != text)
    #expect { try family(broken) } throws: {
      "\($0)".contains("'task.mass.shifted' must be above 0, not 0.0")
    }
  }

  @Test func `a definition without task parameters is refused where the simulator has some`() {
    let cut = validDefinition.prefix(
      upTo: validDefinition.firstRange(of: "task:")?.lowerBound ?? validDefinition.startIndex)
    #expect { try family(String(cut)) } throws: { "\($0)".contains("the key 'task' is missing") }
  }
}
