import Experiments
import Foundation
import MetaLearning
import Testing

/// Every parser of untrusted files, on mutations of valid ones: errors are fine, traps are not.
///
/// `FUZZ_INPUTS` sets the number of inputs a parser; a second is the most one may take.
@Suite struct FuzzTests {
  private static let inputs =
    ProcessInfo.processInfo.environment["FUZZ_INPUTS"].flatMap(Int.init) ?? 2000

  private func fuzz(_ valid: [UInt8], _ parse: ([UInt8]) -> Void) {
    var mutator = Mutator(seed: 1)
    var slowest = 0.0
    for _ in 0..<Self.inputs {
      let input = mutator.mutated(valid)
      slowest = max(slowest, processorSeconds { parse(input) })
    }
    #expect(slowest < 1)
  }

  @Test func `JSON documents never trap`() {
    let valid =
      #"{"a":[1,-2.5e-3,null,true,"\u00e9\n"],"b":{"c":[[],{}]},"d":18446744073709551615}"#
    fuzz(Array(valid.utf8)) { input in
      guard let value = try? JSONValue(parsing: input) else { return }
      let again = try? JSONValue(parsing: value.line)
      #expect(again == value)
    }
  }

  @Test func `safetensors files never trap`() {
    fuzz(CheckpointTests.small.encoded()) { _ = try? Safetensors(parsing: $0) }
  }

  @Test func `safetensors headers of the right length never trap`() {
    let bytes = CheckpointTests.small.encoded()
    let size = Int(bytes[0]) + Int(bytes[1]) << 8
    let data = Array(bytes[(8 + size)...])
    fuzz(Array(bytes[8..<8 + size])) {
      _ = try? Safetensors(parsing: Self.prefix($0.count) + $0 + data)
    }
  }

  @Test func `checkpoints with a right checksum never trap`() {
    let bytes = CheckpointTests.small.encoded()
    let size = Int(bytes[0]) + Int(bytes[1]) << 8
    let data = Array(bytes[(8 + size)...])
    // The checksum and what stands before it is left alone, so that what follows is reached.
    let fixed = 8 + #"{"__metadata__":{"checksum":""#.utf8.count + SHA256.hexCount
    let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: SHA256.hexCount)
    fuzz(Array(bytes[fixed..<8 + size])) { rest in
      let header = Array(bytes[8..<fixed]) + rest
      var file = Self.prefix(header.count) + header + data
      let range = fixed - SHA256.hexCount..<fixed
      file.replaceSubrange(range, with: zeros)
      file.replaceSubrange(range, with: SHA256.hexDigest(of: file).utf8)
      guard let read = try? Checkpoint(parsing: file, path: "c") else { return }
      #expect((try? Checkpoint(parsing: read.encoded(), path: "c")) == read)
    }
  }

  @Test func `configurations that are read are valid and are written the same`() {
    var valid = RunConfiguration()
    valid.family = "navigation-2d@finn2017"
    valid.environmentFolders = ["a b"]
    let text = valid.yaml(provenance: Provenance(metarl: "0.1.0", gsl: "2.7.1"))
    let bare = text.split(separator: "\n").filter { !$0.contains("#") }.joined(separator: "\n")
    fuzz(Array(bare.utf8)) { input in
      let text = String(decoding: input, as: UTF8.self)
      var read = RunConfiguration()
      _ = try? Provenance(yaml: text, origin: "fuzz")
      guard (try? read.apply(yaml: text, origin: "fuzz")) != nil else { return }
      var again = RunConfiguration()
      try? again.apply(yaml: read.yaml(), origin: "fuzz")
      #expect(again == read)
      #expect((try? read.validate()) != nil)
    }
  }

  @Test func `assignments that are accepted are valid`() {
    fuzz(Array("policy.hidden=[100, 50]".utf8)) { input in
      var configuration = RunConfiguration()
      try? configuration.set(String(decoding: input, as: UTF8.self))
      #expect((try? configuration.validate()) != nil)
    }
  }

  @Test func `damaged logs never keep a run from going on`() throws {
    try withTemporaryFolder { root in
      var configuration = RunConfiguration()
      configuration.family = "navigation-2d"
      let folder = try RunFolder.create(
        "\(root)/run", force: false, configuration: configuration,
        provenance: Provenance(metarl: "0.1.0"))
      var mutator = Mutator(seed: 1)
      let metrics = Array("{\"iteration\":0,\"gain\":0.5}\n{\"iteration\":1,\"gain\":1.5}\n".utf8)
      let table = Array("iteration,gain\n0,0.5\n1,1.5\n".utf8)
      for _ in 0..<min(Self.inputs, 200) {
        try DurableFile.write(mutator.mutated(metrics), to: folder.metricsPath)
        try DurableFile.write(mutator.mutated(table), to: folder.progressPath)
        var writer = try MetricsWriter(folder: folder, resumingAt: 1)
        try writer.append(MetricsRow(iteration: 1))
      }
    }
  }

  private static func prefix(_ size: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
  }
}

/// Processor seconds that work takes on this thread; what else the machine does is left out.
func processorSeconds(_ body: () -> Void) -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  let start = now()
  body()
  return now() - start
}

/// Changes valid input in a few places: bits, bytes, pieces left out, doubled or put in.
struct Mutator {
  private var state: UInt64

  private static let pieces = [
    "[", "{", "\"", "]", "}", ":", ",", "-", "\n", "  ", "9223372036854775807", "-1", "1e999",
    "18446744073709551616", "null", "[[[[[[[[", "\\ud800", "\u{0}", "0", "é", "# ", "- ", "&a ",
    "4294967296", "../", "iteration",
  ].map { Array($0.utf8) }

  init(seed: UInt64) { state = seed }

  /// A number below `bound` (splitmix64).
  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(max(bound, 1)))
  }

  /// The input with one to four changes.
  mutating func mutated(_ input: [UInt8]) -> [UInt8] {
    var bytes = input
    for _ in 0...next(4) {
      let place = next(bytes.count)
      let end = min(bytes.count, place + 1 + next(12))
      switch next(6) {
      case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(next(8))
      case 1 where !bytes.isEmpty: bytes[place] = UInt8(next(256))
      case 2 where !bytes.isEmpty: bytes.removeSubrange(place..<end)
      case 3 where !bytes.isEmpty: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 4: bytes.insert(contentsOf: Self.pieces[next(Self.pieces.count)], at: place)
      default: bytes.removeLast(min(bytes.count, next(40)))
      }
    }
    return bytes
  }
}
