import Experiments
import Files
import Reports

extension FuzzedParser {
  /// The formats that others build on.
  static let documents = [
    FuzzedParser("json", reads: "JSON documents", .json) { _ in
      let valid =
        #"{"a":[1,-2.5e-3,null,true,"\u00e9\n"],"b":{"c":[[],{}]},"d":18446744073709551615}"#
      return Prepared(seeds: [Array(valid.utf8)]) { input in
        let value = try JSONValue(parsing: input)
        // Reading again what was written takes memory of its own; large ones are only read.
        guard input.count < 1 << 16 else { return }
        try BrokenPromise.unless(
          (try? JSONValue(parsing: value.line)) == value, "it is written as another document")
      }
    },
    FuzzedParser("safetensors", reads: "safetensors files", .bytes) { _ in
      let bytes = FuzzedCheckpoint.valid.encoded()
      return Prepared(seeds: [bytes]) { _ = try Safetensors(parsing: $0) }
    },
    FuzzedParser("safetensors-header", reads: "their headers, of the right length", .json) { _ in
      let (header, data) = FuzzedCheckpoint.parts()
      return Prepared(seeds: [header]) {
        _ = try Safetensors(parsing: FuzzedCheckpoint.prefix($0.count) + $0 + data)
      }
    },
    FuzzedParser("benchmark-result", reads: "results of `metarl benchmark`", .json) { scratch in
      let path = FileSystem.join(scratch, "result.json")
      let valid = """
        {"curve": [{"per_task": [1.5, -2]}, {"per_task": [0.5, 3]}], "benchmark_key": "k",
         "checkpoint_iteration": 3, "trained_iterations": 9}
        """
      return Prepared(seeds: [Array(valid.utf8)]) { input in
        try write(input, to: path)
        guard let result = try BenchmarkResult(contentsOf: path, key: "k", tasks: 2) else {
          throw Refusal()
        }
        try BrokenPromise.unless(
          result.returns.allSatisfy { $0.count == 2 }, "its tasks are not two")
      }
    },
  ]
}
