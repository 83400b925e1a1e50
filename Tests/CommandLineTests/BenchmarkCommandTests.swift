import Testing

@Suite struct BenchmarkCommandTests {
  @Test func `a benchmark goes on where it was, and reports without training`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let arguments = [
      "benchmark", "finn2017", "--family", "navigation-2d", "--method", "maml", "--quiet",
    ]
    let none = try program.run(arguments + ["--report"])
    #expect(none.code == 64 && none.error.contains("no trained policy"), "\(none.error)")
    for iterations in ["1", "2"] {
      let result = try program.run(arguments + ["--iterations", iterations])
      #expect(result.code == 0, "\(result.error)")
    }
    let run = "runs/finn2017/navigation-2d/maml-seed-1/"
    let rows = String(decoding: try program.bytes(of: run + "metrics.jsonl"), as: UTF8.self)
    #expect(rows.split(separator: "\n").count == 2)
    let report = try program.run(arguments + ["--report"])
    #expect(report.output.contains("-11.7 ± 1.1"))
    let markdown = String(
      decoding: try program.bytes(of: "runs/finn2017/results.md"), as: UTF8.self)
    #expect(markdown.contains("| maml | 1 |") && markdown.contains("2 of 2"))
  }

  @Test func `a table says how long was trained, whatever was selected`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    // With this seed the second iteration is worse on the validation tasks.
    let arguments = [
      "benchmark", "finn2017", "--family", "navigation-2d", "--method", "maml", "--quiet",
      "--seeds", "2", "--set", "validation.every=1", "--set", "validation.tasks=2",
      "--set", "sampling.meta_batch_size=2",
    ]
    for iterations in ["1", "2"] {
      let result = try program.run(arguments + ["--iterations", iterations])
      #expect(result.output.contains("maml seed 2: 1 of \(iterations)."), "\(result.output)")
    }
  }
}
