import Experiments
import MetaLearning

extension FuzzedParser {
  /// What sets a run up.
  static let configuration = [
    FuzzedParser("configuration", reads: "config.yaml of a run, `--config`", .yaml) { _ in
      var valid = RunConfiguration()
      valid.family = "navigation-2d@finn2017"
      valid.environmentFolders = ["a b"]
      valid.learner.outer.step = .adam
      let full = valid.yaml(provenance: Provenance(metarl: "0.1.0", gsl: "2.7.1"))
      let bare = full.split(separator: "\n").filter { !$0.contains("#") }.joined(separator: "\n")
      return Prepared(seeds: [Array(bare.utf8), Array(full.utf8)]) { input in
        let text = String(decoding: input, as: UTF8.self)
        var read = RunConfiguration()
        _ = try? Provenance(yaml: text, origin: "fuzz")
        try read.apply(yaml: text, origin: "fuzz")
        var again = RunConfiguration()
        try again.apply(yaml: read.yaml(), origin: "fuzz")
        try BrokenPromise.unless(again == read, "it is written as another configuration")
        try BrokenPromise.unless((try? read.validate()) != nil, "what was read is not valid")
      }
    },
    FuzzedParser("assignment", reads: "`--set key=value`", .text) { _ in
      let seeds = ["policy.hidden=[100, 50]", "outer.step=adam", "iterations=3", "family=a@b"]
      return Prepared(seeds: seeds.map { Array($0.utf8) }) { input in
        var configuration = RunConfiguration()
        try configuration.set(String(decoding: input, as: UTF8.self))
        try BrokenPromise.unless(
          (try? configuration.validate()) != nil, "what was accepted is not valid")
      }
    },
    FuzzedParser("task-range", reads: "`metarl sweep --task-range`", .text) { _ in
      let seeds = ["velocity=0:4:0.25", "goal[1]=-1:1:0.5", "mass=3:1:-1"]
      return Prepared(seeds: seeds.map { Array($0.utf8) }) { input in
        guard let range = TaskRange(String(decoding: input, as: UTF8.self)) else {
          throw Refusal()
        }
        try BrokenPromise.unless(
          (1...NumberSequence.longest).contains(range.values.count)
            && range.values.allSatisfy(\.isFinite), "it has \(range.values.count) values")
      }
    },
  ]
}

/// Input that a reader without errors of its own refused.
struct Refusal: Error {}
