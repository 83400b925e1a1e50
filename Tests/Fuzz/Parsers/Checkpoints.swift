import Environments
import Experiments
import Files
import MetaLearning
import Networks

/// A valid checkpoint of a policy for `navigation-2d`.
enum FuzzedCheckpoint {
  static let valid: Checkpoint = {
    var learner = LearnerConfiguration()
    learner.policy.hidden = [3]
    learner.outer.step = .adam
    func tensor(_ name: String, _ shape: [Int]) -> Tensor {
      let count = shape.reduce(1, *)
      return Tensor(
        name: name, shape: shape, values: .float((0..<count).map { Float($0) / 8 - 0.5 }))
    }
    let parameters = [
      tensor("layer1.weight", [3, 2]), tensor("layer1.bias", [3]), tensor("layer2.weight", [2, 3]),
      tensor("layer2.bias", [2]), tensor("log_std", [2]),
    ]
    let count = parameters.reduce(0) { $0 + $1.values.count }
    let moments = ["first_moment", "second_moment"].map {
      Tensor(name: $0, shape: [count], values: .double(Array(repeating: 0.5, count: count)))
    }
    return Checkpoint(
      family: "navigation-2d", definitionDigest: SHA256.hexDigest(of: "x"), iteration: 12,
      seed: .max, precision: .float, learner: learner, parameters: parameters, optimizer: moments,
      counters: ["outer.step": 12, "consecutive_rejections": 0, "steps_validation": 5],
      best: Checkpoint.Best(iteration: 10, score: -3.25))
  }()

  /// Header and data of its file.
  static func parts() -> (header: [UInt8], data: [UInt8]) {
    let bytes = valid.encoded()
    let size = Int(bytes[0]) + Int(bytes[1]) << 8
    return (Array(bytes[8..<8 + size]), Array(bytes[(8 + size)...]))
  }

  /// A header's length as it stands before it.
  static func prefix(_ size: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
  }
}

extension FuzzedParser {
  /// Checkpoints, up to the policy that they hold.
  static let checkpoints = [
    FuzzedParser("checkpoint", reads: "checkpoints", .bytes) { _ in
      let family = try BroughtFiles.family("navigation-2d")
      return Prepared(seeds: [FuzzedCheckpoint.valid.encoded()]) {
        try use(Checkpoint(parsing: $0, path: "c"), family: family)
      }
    },
    FuzzedParser("checkpoint-signed", reads: "checkpoints with the right checksum", .json) { _ in
      let family = try BroughtFiles.family("navigation-2d")
      let (header, data) = FuzzedCheckpoint.parts()
      // The checksum and what stands before it is left alone, so that what follows is reached.
      let fixed = #"{"__metadata__":{"checksum":""#.utf8.count + SHA256.hexCount
      let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: SHA256.hexCount)
      return Prepared(seeds: [Array(header[fixed...])]) { rest in
        let changed = header[..<fixed] + rest
        var file = FuzzedCheckpoint.prefix(changed.count) + changed + data
        let range = 8 + fixed - SHA256.hexCount..<8 + fixed
        file.replaceSubrange(range, with: zeros)
        file.replaceSubrange(range, with: SHA256.hexDigest(of: file).utf8)
        let read = try Checkpoint(parsing: file, path: "c")
        try BrokenPromise.unless(
          (try? Checkpoint(parsing: read.encoded(), path: "c")) == read,
          "it is written as another checkpoint")
        try use(read, family: family)
      }
    },
  ]

  /// What evaluating and replaying do with a checkpoint before they run it.
  private static func use(_ checkpoint: Checkpoint, family: DefinedTaskFamily) throws {
    let configuration = checkpoint.learner.policy
    switch checkpoint.precision {
    case .float:
      let policy = Policy<Float>(family: family, configuration: configuration)
      _ = try LearnerState(checkpoint, policy: policy, path: "c")
    case .double:
      let policy = Policy<Double>(family: family, configuration: configuration)
      _ = try LearnerState(checkpoint, policy: policy, path: "c")
    }
  }
}
