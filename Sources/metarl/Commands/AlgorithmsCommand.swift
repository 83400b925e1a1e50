import ArgumentParser
import MetaLearning

/// `metarl algorithms`.
struct AlgorithmsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "algorithms",
    abstract: "List the algorithms: name, what it does, and where it is defined.",
    discussion: """
      An algorithm is a row of choices; each of them can still be set with --set.

      Examples:
        metarl algorithms
        metarl train navigation-2d --algorithm promp --run-dir runs/promp
      """)

  func run() {
    var table = TextTable(
      ["name", "summary", "source"], alignments: [.left, .left, .left])
    for algorithm in Algorithm.allCases {
      table.append([algorithm.name, algorithm.summary, algorithm.source])
    }
    Console.print(table.text)
  }
}
