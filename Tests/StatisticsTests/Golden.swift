import Foundation

/// Values of SciPy and NumPy; `Golden/generate.py` wrote them.
struct Golden: Decodable {
  struct Student: Decodable {
    let level: Double
    let interval: [Double]
  }

  struct Bootstrap: Decodable {
    let sem: Double
    let mean: [Double]
    let interquartileMean: [Double]
  }

  struct Summary: Decodable {
    let values: [Double]
    let mean, sampleSd, populationSd, iqm, worstTenth: Double
    let student: [Student]
    let bootstrap: Bootstrap?
  }

  struct Paired: Decodable {
    let differences: [Double]
    let t, tP, wilcoxon, wilcoxonP: Double
    let wilcoxonExact: Bool
    let nonzero: Int
  }

  struct Welch: Decodable {
    let x, y: [Double]
    let t, df, p: Double
  }

  struct Improvement: Decodable {
    let x, y: [[Double]]
    let probabilities: [Double]
  }

  struct Proportion: Decodable {
    let successes: Double
    let count: Int
    let lower, upper: Double
  }

  let summaries: [Summary]
  let paired: [Paired]
  let welch: [Welch]
  let improvement: [Improvement]
  let proportions: [Proportion]

  static func load() throws -> Golden {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/statistics.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Golden.self, from: Data(contentsOf: file))
  }
}

/// Whether two numbers agree to 10⁻⁹, relative or absolute.
func agrees(_ value: Double, _ expected: Double, tolerance: Double = 1e-9) -> Bool {
  abs(value - expected) <= tolerance * max(1, abs(expected))
}
