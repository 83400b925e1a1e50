import Foundation
import MetaLearning
import Networks
import Testing

@testable import Experiments
@testable import Files

@Suite struct CheckpointTests {
  static let small: Checkpoint = {
    var learner = LearnerConfiguration()
    learner.policy.hidden = []
    learner.adaptation.innerLearningRate = 0.1 + 0.2
    learner.outer.step = .adam
    return Checkpoint(
      family: "navigation-2d@finn2017", definitionDigest: SHA256.hexDigest(of: "x"),
      iteration: 12, seed: .max, precision: .float, learner: learner,
      parameters: [
        Tensor(name: "layer1.weight", shape: [1, 2], values: .float([0.25, -3])),
        Tensor(name: "layer1.bias", shape: [1], values: .float([1e-30])),
        Tensor(name: "log_std", shape: [1], values: .float([-0.5])),
      ],
      optimizer: [Tensor(name: "momentum", shape: [4], values: .double([1, 2, 3, 4]))],
      counters: ["steps_sampling": 123_456_789_012, "rejections": 0],
      best: Checkpoint.Best(iteration: 10, score: -3.3000000000000003))
  }()

  @Test func `a checkpoint comes back equal, tensors in order`() throws {
    let read = try Checkpoint(parsing: Self.small.encoded(), path: "c")
    #expect(read == Self.small)
    #expect(read.parameters.map(\.name) == ["layer1.weight", "layer1.bias", "log_std"])
    #expect(read.encoded() == Self.small.encoded())
  }

  /// Written by the last program that wrote format 1, after two iterations with Adam.
  @Test func `format 1 is read: its names are those of format 2`() throws {
    let path = GoldenCheckTests.folder.appendingPathComponent("checkpoint-format-1.safetensors")
      .path
    let checkpoint = try Checkpoint(contentsOf: path)
    #expect(
      checkpoint.parameters.map(\.name)
        == ["layer1.weight", "layer1.bias", "layer2.weight", "layer2.bias", "log_std"])
    #expect(checkpoint.optimizer.map(\.name) == ["first_moment", "second_moment"])
    #expect(checkpoint.counters["outer.step"] == 2 && checkpoint.counters["adam_step"] == nil)
    #expect(checkpoint.learner.algorithm == .maml && checkpoint.architecture == nil)
    let policy = Policy<Float>(
      family: try BuiltInFamilies.named("point-mass"), configuration: checkpoint.learner.policy)
    let state = try LearnerState(checkpoint, policy: policy, path: path)
    #expect(state.outer.counts == ["step": 2] && state.iteration == 2)
    #expect(state.parameters.count == policy.parameterCount)
    // Written again it is of format 2, and says the network in full.
    var again = checkpoint
    again.architecture = .object([.init("observation", .integer(2))])
    let bytes = again.encoded()
    #expect(try Checkpoint(parsing: bytes, path: "c") == again)
    #expect(String(decoding: bytes.prefix(2000), as: UTF8.self).contains("meta.layer1.weight"))
  }

  @Test func `a checkpoint without a best trial and optimizer comes back equal`() throws {
    var checkpoint = Self.small
    checkpoint.best = nil
    checkpoint.optimizer = []
    #expect(try Checkpoint(parsing: checkpoint.encoded(), path: "c") == checkpoint)
  }

  @Test func `a file cut at any byte is an error that names it`() {
    let bytes = Self.small.encoded()
    for count in 0..<bytes.count {
      let error = #expect(throws: CheckpointError.self) {
        try Checkpoint(parsing: Array(bytes[..<count]), path: "run/x.safetensors")
      }
      #expect(error?.isDamage == true)
      #expect(error?.description.contains("run/x.safetensors") == true)
    }
  }

  @Test func `a file cut in its data says truncated with both sizes`() {
    let bytes = Self.small.encoded()
    #expect(
      throws: CheckpointError.truncated(
        path: "c", expectedBytes: bytes.count, bytes: bytes.count - 1)
    ) { try Checkpoint(parsing: Array(bytes.dropLast()), path: "c") }
  }

  @Test func `any flipped bit is noticed`() {
    var bytes = Self.small.encoded()
    var unnoticed: [Int] = []
    for bit in 0..<bytes.count * 8 {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      do throws(CheckpointError) {
        _ = try Checkpoint(parsing: bytes, path: "c")
        unnoticed.append(bit)
      } catch {
        if !error.isDamage { unnoticed.append(bit) }
      }
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
    #expect(unnoticed.isEmpty)
  }

  @Test func `a newer format is refused by its number, when the file is whole`() throws {
    var bytes = Self.small.encoded()
    let entry = Array(#""format_version":"2""#.utf8)
    let place = try #require(
      bytes.indices.first { bytes[$0...].starts(with: entry) })
    bytes[place + entry.count - 2] = UInt8(ascii: "7")
    #expect(throws: CheckpointError.self) { try Checkpoint(parsing: bytes, path: "c") }
    let start = 8 + #"{"__metadata__":{"checksum":""#.utf8.count
    let range = start..<start + 64
    bytes.replaceSubrange(range, with: [UInt8](repeating: UInt8(ascii: "0"), count: 64))
    bytes.replaceSubrange(range, with: SHA256.hexDigest(of: bytes).utf8)
    #expect(throws: CheckpointError.newerFormat(path: "c", version: 7)) {
      try Checkpoint(parsing: bytes, path: "c")
    }
  }

  @Test(arguments: [
    (#""iteration":"12""#, #""iteration":"99999999999""#),
    (#"rejections\":0"#, #"rejections\":-1"#),
    (#"steps_sampling\":123456789012"#, #"steps_sampling\":9223372036854775807"#),
    (#",\"outer.momentum\"]"#, #"]"#),
    (#"\"meta.log_std\""#, #"\"beta.log_std\""#),
    (#""precision":"float""#, #""precision":"half""#),
    (#"_score":"-3.3000000000000003""#, #"_score":"nan""#),
  ])
  func `numbers and names that no run writes are refused`(old: String, new: String) throws {
    let bytes = Self.small.encoded()
    let size = Int(bytes[0]) + Int(bytes[1]) << 8
    let header = String(decoding: bytes[8..<8 + size], as: UTF8.self)
    let start = try #require(header.firstRange(of: old))
    let edited = Array(header.replacingCharacters(in: start, with: new).utf8)
    var file = (0..<8).map { UInt8(truncatingIfNeeded: edited.count >> (8 * $0)) }
    file += edited + bytes[(8 + size)...]
    let place = 8 + #"{"__metadata__":{"checksum":""#.utf8.count
    let range = place..<place + SHA256.hexCount
    file.replaceSubrange(range, with: [UInt8](repeating: UInt8(ascii: "0"), count: 64))
    file.replaceSubrange(range, with: SHA256.hexDigest(of: file).utf8)
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(parsing: file, path: "c") }
    #expect(error?.description.contains("checksum") == false)
  }

  @Test func `another program's safetensors file is called what it is`() {
    let bytes = Safetensors(metadata: ["format": "pt"]).encoded()
    #expect(throws: CheckpointError.foreign(path: "c")) {
      try Checkpoint(parsing: bytes, path: "c")
    }
  }

  @Test func `wrong families and shapes are refused with both sides named`() {
    let family = #expect(throws: CheckpointError.self) {
      try Self.small.require(family: "point-mass", path: "c")
    }
    #expect(family?.description.contains("navigation-2d@finn2017") == true)
    #expect(family?.description.contains("point-mass") == true)
    let shapes: [(name: String, shape: [Int])] = [
      ("layer1.weight", [1, 3]), ("layer1.bias", [1]), ("log_std", [1]),
    ]
    let shape = #expect(throws: CheckpointError.self) {
      try Self.small.require(parameters: shapes, path: "c")
    }
    #expect(shape?.description.contains("[1, 3]") == true)
  }

  @Test func `a missing file is an error with its path`() {
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(contentsOf: "none/at-all.safetensors")
    }
    #expect(error?.isDamage == false)
    #expect(error?.description.contains("none/at-all.safetensors") == true)
  }

  @Test func `equal parameters have equal digests, whatever else differs`() {
    var other = Self.small
    other.iteration = 13
    #expect(other.parameterDigest == Self.small.parameterDigest)
    other.parameters[1] = Tensor(name: "layer1.bias", shape: [1], values: .float([2e-30]))
    #expect(other.parameterDigest != Self.small.parameterDigest)
  }
}
