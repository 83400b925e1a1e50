import Foundation
import Testing

@Suite struct CompareCommandTests {
  private static func arguments(_ algorithms: String, _ iterations: String) -> [String] {
    [
      "compare", "navigation-2d", "--algorithms", algorithms, "--iterations", iterations, "--dir",
      "c", "--tasks", "4", "--rollouts-per-task", "3", "--steps", "2", "--quiet", "--set",
      "sampling.meta_batch_size=2", "--set", "sampling.rollouts_per_task=3", "--set",
      "policy.hidden=8", "--set", "validation.tasks=2", "--set", "validation.rollouts_per_task=2",
      "--set", "checkpoint_every=1", "--set", "validation.every=1",
    ]
  }

  private func rows(_ program: Program, _ run: String) throws -> Int {
    try program.text(of: "c/\(run)/metrics.jsonl").split(separator: "\n").count
  }

  @Test func `several rows are trained, adapted to the same tasks and shown side by side`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let first = try program.run(Self.arguments("maml,anil", "1"))
    #expect(first.code == 0, "\(first.error)")
    #expect(try rows(program, "maml-seed-1") == 1)
    let kept = try program.bytes(of: "c/maml-seed-1/checkpoints/iteration-000001.safetensors")
    // More rows and more iterations: what is there goes on, and the new ones are trained.
    let second = try program.run(Self.arguments("maml,anil,reptile,multi-task,oracle,random", "2"))
    #expect(second.code == 0, "\(second.error)")
    for run in ["maml", "anil", "reptile", "multi-task", "oracle"] {
      #expect(try rows(program, "\(run)-seed-1") == 2, "\(run)")
    }
    #expect(
      try program.bytes(of: "c/maml-seed-1/checkpoints/iteration-000001.safetensors") == kept)
    let table = try program.text(of: "c/comparison.md")
    for other in ["anil", "reptile", "multi-task", "oracle", "random"] {
      #expect(table.contains("maml against \(other)"), "\(other)")
    }
    #expect(second.output.contains("maml") && second.output.contains("oracle"))
    let page = try program.text(of: "c/comparison.html")
    for name in ["maml, task 0", "anil, task 2", "random, task 1"] {
      #expect(page.contains(name), "\(name)")
    }
    #expect(!page.contains("oracle, task"))
    let hasGnuplot = FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")
    #expect(program.contents.contains("c/comparison.svg") == hasGnuplot)
    #expect(second.error.contains("no picture") == !hasGnuplot)
  }

  @Test func `several seeds of a row are one policy, tested over runs and tasks`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(Self.arguments("maml,fomaml", "1") + ["--seeds", "1-3"])
    #expect(result.code == 0, "\(result.error)")
    let table = try program.text(of: "c/comparison.md")
    #expect(table.contains("over runs and tasks") && table.contains("3 runs together"))
  }

  @Test func `mistakes are answered before anything is trained`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    for (arguments, hint) in [
      (Self.arguments("maml,maml", "1"), "given twice"),
      (Self.arguments("maml,mamal", "1"), "mamal"),
      (Self.arguments("maml", "1") + ["--set", "seed=3"], "itself chooses seed"),
      (Self.arguments("maml,promp", "1") + ["--set", "adam.epochs=2"], "maml: 'adam.epochs'"),
    ] {
      let result = try program.run(arguments)
      #expect(result.code == 64 && result.error.contains(hint), "\(result.error)")
      #expect(!program.contents.contains { $0.hasSuffix("config.yaml") })
    }
    #expect(try program.run(Self.arguments("maml", "1")).code == 0)
    let other = try program.run(
      Self.arguments("maml", "2") + ["--set", "advantages.discount=0.5"])
    #expect(other.code == 64 && other.error.contains("advantages.discount"), "\(other.error)")
    #expect(try rows(program, "maml-seed-1") == 1)
  }
}
