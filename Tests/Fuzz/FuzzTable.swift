import Foundation

/// The results as a table in Markdown.
enum FuzzTable {
  static let header = """
    | parser | reads | inputs | accepted | slowest, ms | memory, MB | large inputs | slowest, ms \
    | beyond 4 × size, MB |
    | --- | --- | --: | --: | --: | --: | --: | --: | --: |
    """

  static func row(_ parser: FuzzedParser, _ result: FuzzRun.Result) -> String {
    func milliseconds(_ cost: FuzzRun.Cost) -> String {
      String(format: "%.1f", 1000 * cost.seconds)
    }
    func megabytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1e6) }
    let cells = [
      parser.name, parser.reads, "\(result.inputs)", "\(result.accepted)",
      milliseconds(result.slowest), megabytes(result.growth), "\(result.largeInputs)",
      milliseconds(result.slowestLarge), megabytes(result.largestExcess),
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}
