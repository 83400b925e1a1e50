import MetaLearning

extension EnvironmentContract {
  func spacesHaveSizes() throws {
    let terms = family.rewardTermNames
    for (name, size) in [
      ("observation", family.observationSize), ("action", family.actionSpace.width),
      ("horizon", family.horizon), ("reward terms", terms.count), ("splits", splits.count),
    ] where size < 1 {
      throw ContractFailure("\(name): \(size), at least 1 expected")
    }
    if case .discrete(let count) = family.actionSpace, count < 2 {
      throw ContractFailure("\(count) discrete actions, at least 2 expected")
    }
    guard Set(terms).count == terms.count else {
      throw ContractFailure("two reward terms have one name: \(terms.joined(separator: ", "))")
    }
  }

  func tasksAreAddressed() throws {
    for split in splits {
      let forward = (0..<8).map { family.task(split: split, index: $0, seed: seed) }
      for index in (0..<8).reversed() {
        let again = family.task(split: split, index: index, seed: seed)
        guard again == forward[index] else {
          throw ContractFailure(
            "\(split.rawValue) task \(index): \(again) now, \(forward[index]) before")
        }
        let shape = again.entries.map { "\($0.name): \($0.values.count)" }
        let first = forward[0].entries.map { "\($0.name): \($0.values.count)" }
        guard shape == first else {
          throw ContractFailure(
            "\(split.rawValue) task \(index) has the parameters \(shape), task 0 \(first)")
        }
        guard again.vector.allSatisfy(\.isFinite) else {
          throw ContractFailure("\(split.rawValue) task \(index) is not finite: \(again.vector)")
        }
      }
    }
  }

  /// Splits with a finite number of tasks repeat values, but not a sequence of 64 draws.
  func splitsAreDisjoint() throws {
    let sequences = splits.map { split in
      (0..<64).map { family.task(split: split, index: $0, seed: seed) }
    }
    for first in splits.indices {
      for second in splits.indices where second > first {
        // A family of a single task has nothing to tell apart.
        guard Set(sequences[first]).count > 1, sequences[first] == sequences[second] else {
          continue
        }
        throw ContractFailure(
          "'\(splits[first].rawValue)' and '\(splits[second].rawValue)' draw the same tasks")
      }
    }
  }

  func wrongTasksAreRefused() throws {
    guard let task = firstTasks().first else { return }
    func refuse(_ entries: [TaskParameters.Entry], _ what: String) throws {
      do {
        _ = try family.makeLanes(task: TaskParameters(entries), laneCount: 1)
      } catch {
        return
      }
      throw ContractFailure("a task with \(what) is accepted")
    }
    let entries = task.parameters.entries
    try refuse(
      entries + [TaskParameters.Entry(name: "no-such-parameter", values: [0])],
      "an unknown parameter")
    for (position, entry) in entries.enumerated() {
      var others = entries
      others.remove(at: position)
      try refuse(others, "'\(entry.name)' missing")
      for (values, what) in [
        (entry.values + [0], "one number too many"),
        (Array(entry.values.dropLast()), "one too few"),
        ([.nan] + entry.values.dropFirst(), "NaN"),
        ([.infinity] + entry.values.dropFirst(), "infinity"),
      ] {
        var changed = entries
        changed[position].values = values
        try refuse(changed, "\(what) in '\(entry.name)'")
      }
    }
  }

  func taskChangesOnlyWhatItSays() throws {
    let episodes = Array(0..<laneCount)
    var starts: [(task: ContractTask, steps: [ContractStep], states: [LaneState])] = []
    for task in tasks() {
      var run = try makeRun(task, laneCount: laneCount)
      run.reset(episodes: episodes)
      starts.append((task, episodes.map(run.start), episodes.map(run.lanes.state)))
    }
    guard let first = starts.first, !taskShowsAtReset else { return }
    for start in starts.dropFirst() {
      for lane in episodes where start.steps[lane] != first.steps[lane] {
        throw ContractFailure(
          "lane \(lane): the first observation is \(start.steps[lane].observation) in"
            + " \(start.task.place), \(first.steps[lane].observation) in \(first.task.place)")
      }
      guard start.states == first.states else {
        throw ContractFailure(
          "the start state differs between \(start.task.place) and \(first.task.place)")
      }
    }
  }
}
