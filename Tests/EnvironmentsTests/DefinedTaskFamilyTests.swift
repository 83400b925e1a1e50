import Environments
import MetaLearning
import StrictYAML
import Testing

/// Many draws of one parameter.
private func draws(
  _ name: String, _ parameter: String, _ split: TaskSplit, count: Int = 4000
) throws -> [[Double]] {
  let family = try builtIn(name)
  return (0..<count).compactMap { family.task(split: split, index: $0, seed: 3)[parameter] }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

@Suite struct DefinedTaskFamilyTests {
  @Test(arguments: [TaskSplit.train, .validation, .heldOut])
  func `navigation goals fill the square`(split: TaskSplit) throws {
    let goals = try draws("navigation-2d", "goal", split)
    for axis in 0..<2 {
      let values = goals.map { $0[axis] }
      #expect(values.allSatisfy { abs($0) <= 0.5 })
      #expect(abs(mean(values)) < 0.02 && abs(mean(values.map { $0 * $0 }) - 1 / 12) < 0.004)
    }
  }

  @Test func `shifted navigation goals lie around the square`() throws {
    let goals = try draws("navigation-2d", "goal", .shifted)
    #expect(goals.allSatisfy { abs($0[0]) <= 1 && abs($0[1]) <= 1 })
    #expect(goals.allSatisfy { abs($0[0]) > 0.5 || abs($0[1]) > 0.5 })
    // Of the ring's area, a third is in the corners beyond 0.5 on both axes.
    let corners = goals.filter { abs($0[0]) > 0.5 && abs($0[1]) > 0.5 }.count
    #expect(abs(Double(corners) / Double(goals.count) - 1.0 / 3) < 0.03)
  }

  @Test func `winds are weak in training and stronger when shifted`() throws {
    let train = try draws("navigation-2d-wind", "wind", .train)
    #expect(train.allSatisfy { abs($0[0]) <= 0.05 && abs($0[1]) <= 0.05 })
    let shifted = try draws("navigation-2d-wind", "wind", .shifted)
    #expect(shifted.allSatisfy { $0.allSatisfy { abs($0) >= 0.05 && abs($0) <= 0.08 } })
    for signs in [(-1.0, -1.0), (-1, 1), (1, -1), (1, 1)] {
      let share = shifted.filter { $0[0] * signs.0 > 0 && $0[1] * signs.1 > 0 }.count
      #expect(abs(Double(share) / Double(shifted.count) - 0.25) < 0.03)
    }
  }

  @Test func `corners come at equal odds, and there is nothing to shift to`() throws {
    for name in ["navigation-2d-sparse", "point-mass-momentum"] {
      let goals = try draws(name, "goal", .train)
      #expect(Set(goals).count == 4)
      for corner in Set(goals) {
        #expect(corner.allSatisfy { abs($0) == 2 })
        let share = goals.filter { $0 == corner }.count
        #expect(abs(Double(share) / Double(goals.count) - 0.25) < 0.03)
      }
      let family = try builtIn(name)
      #expect(family.splits == [.train, .validation, .heldOut])
      let expected = EnvironmentError.noDraws(
        family: name, split: "shifted", available: ["train", "validation", "held_out"])
      #expect(throws: expected) { try family.requireSplit(.shifted) }
    }
  }

  @Test func `point masses: goals on the disc, masses by their logarithm`() throws {
    let goals = try draws("point-mass", "goal", .train)
    let squares = goals.map { $0[0] * $0[0] + $0[1] * $0[1] }
    #expect(squares.allSatisfy { $0 <= 1 })
    #expect(abs(mean(squares) - 0.5) < 0.02)
    let masses = try draws("point-mass", "mass", .train).map { $0[0] }
    #expect(masses.allSatisfy { $0 >= 0.5 && $0 <= 2 })
    #expect(abs(Double(masses.filter { $0 < 1 }.count) / Double(masses.count) - 0.5) < 0.03)
    let heavy = try draws("point-mass", "mass", .shifted).map { $0[0] }
    #expect(heavy.allSatisfy { $0 >= 2 && $0 <= 4 })
    let family = try builtIn("point-mass")
    #expect(family.canonicalDescription.contains("task.goal.shifted: as in train\n"))
    let shiftedGoals = try draws("point-mass", "goal", .shifted)
    #expect(shiftedGoals.allSatisfy { $0[0] * $0[0] + $0[1] * $0[1] <= 1 })
  }

  @Test func `a task is its address, and nothing else`() throws {
    let family = try builtIn("point-mass")
    let task = family.task(split: .train, index: 5, seed: 9)
    _ = family.task(split: .train, index: 4, seed: 9)
    #expect(family.task(split: .train, index: 5, seed: 9) == task)
    #expect(family.task(split: .train, index: 5, seed: 10) != task)
    #expect(family.task(split: .train, index: 6, seed: 9) != task)
    #expect(family.task(split: .heldOut, index: 5, seed: 9) != task)
    #expect(family.task(split: .validation, index: 5, seed: 9) != task)
    #expect(task.entries.map(\.name) == ["goal", "mass"])
  }

  @Test(
    arguments: [
      (
        [("goal", [0.0, 0])], "'mass' is missing. It takes: goal: [2 numbers] in m, mass: a number"
      ),
      ([("goal", [0.0, 0]), ("mass", [1.0]), ("wind", [0.0])], "'wind' is not one of its"),
      ([("goal", [0.0]), ("mass", [1.0])], "'goal' has 1 numbers instead of 2"),
      ([("goal", [0.0, 0]), ("mass", [0.0])], "'mass' must be above 0, not 0.0"),
      ([("goal", [0.0, .infinity]), ("mass", [1.0])], "'goal' has the value inf"),
      ([("mass", [1.0]), ("mass", [1.0]), ("goal", [0.0, 0])], "'mass' is given twice"),
    ])
  func `a wrong task is refused by name`(task: [(String, [Double])], message: String) throws {
    let entries = task.map { TaskParameters.Entry(name: $0.0, values: $0.1) }
    let family = try builtIn("point-mass")
    do {
      _ = try family.makeLanes(task: TaskParameters(entries), laneCount: 1)
      Issue.record("accepted")
    } catch {
      #expect("\(error)".hasPrefix("this is not a task of 'point-mass': "))
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test func `tasks in scripts are read in any order`() throws {
    let family = try builtIn("point-mass")
    let node = try YAMLDocument(text: "{mass: 3, goal: [0.5, -9]}", origin: "s.yaml").root
    #expect(try family.parseTask(node).vector == [0.5, -9, 3])
    for (text, message) in [
      ("{goal: [0, 0]}", "s.yaml:1: the key 'mass' is missing"),
      ("{goal: [0, 0], mas: 1}", "'mas' is not a known key; did you mean 'mass'?"),
      ("{goal: 1, mass: 1}", "'goal' must be a list of 2 numbers, not 1"),
      ("{goal: [0, 0], mass: -1}", "'mass' must be above 0"),
      ("{goal: [0, x], mass: 1}", "'goal[1]' must be a number, not 'x'"),
    ] {
      let node = try YAMLDocument(text: text, origin: "s.yaml").root
      do {
        _ = try family.parseTask(node)
        Issue.record("accepted: \(text)")
      } catch {
        #expect(error.description.contains(message), "\(error)")
      }
    }
  }
}
