import DenseMath
import Testing

@Suite("Noise")
struct NoiseTests {
  static let key = RandomKey(seed: 11, purpose: .actionNoise, iteration: 3, batch: 1)

  private func noise(
    task: Int = 4, firstEpisode: Int = 0, episodes: Int, steps: Int, width: Int
  ) -> [Float] {
    var out: [Float] = []
    Noise.fillNormals(
      &out, key: Self.key, task: task, firstEpisode: firstEpisode, episodes: episodes,
      steps: steps, width: width)
    return out
  }

  @Test("Numbers are Box–Muller of the Philox words at their address", arguments: [1, 2, 4, 6, 17])
  func equalsReference(width: Int) {
    #expect(kernelFailures(noiseWidth: width).isEmpty)
  }

  @Test("A number depends on its address alone, not on how many are drawn at once")
  func independentOfGrouping() {
    let (episodes, steps, width) = (70, 5, 6)
    let all = noise(episodes: episodes, steps: steps, width: width)
    let fewer = noise(episodes: episodes, steps: 2, width: width)
    #expect(Array(all.prefix(fewer.count)) == fewer)
    for first in [0, 1, 63, 64, 69] {
      let alone = noise(firstEpisode: first, episodes: 1, steps: steps, width: width)
      for step in 0..<steps {
        let start = (step * episodes + first) * width
        #expect(
          Array(all[start..<(start + width)])
            == Array(alone[(step * width)..<((step + 1) * width)]))
      }
    }
  }

  @Test("Tasks, episodes and steps share no numbers")
  func addressesDiffer() {
    let numbers =
      noise(task: 0, episodes: 20, steps: 10, width: 2)
      + noise(task: 1, episodes: 20, steps: 10, width: 2)
    // 800 draws of 48 random bits: equal ones are as good as impossible.
    #expect(Set(numbers).count == numbers.count)
  }

  @Test("Numbers have the moments and tails of the normal distribution")
  func moments() {
    let numbers = noise(episodes: 500, steps: 100, width: 4)
    #expect(numbers.allSatisfy { $0.isFinite })
    expectStandardNormal(numbers.map(Double.init))
  }

  @Test("Neighbouring numbers are not correlated")
  func correlations() {
    let (episodes, steps, width) = (100, 100, 4)
    let numbers = noise(episodes: episodes, steps: steps, width: width).map(Double.init)
    for (label, lag) in [("entry", 1), ("episode", width), ("step", width * episodes)] {
      let count = numbers.count - lag
      var sum = 0.0
      for i in 0..<count { sum += numbers[i] * numbers[i + lag] }
      #expect(abs(sum / Double(count)) < 5 / Double(count).squareRoot(), "\(label)")
    }
  }
}
