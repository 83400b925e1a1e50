import Drawing
import Statistics

/// The MAML paper's results of reinforcement learning, recomputed from the data that its authors
/// published: undiscounted return per episode over 40 held-out tasks.
///
/// Source: Finn et al. 2017, arXiv:1703.03400, figures 4 and 5, and its published data.
enum PaperResults {
  /// A figure of the paper.
  struct Figure: Sendable, Equatable {
    /// The mean over tasks.
    let mean: Double
    /// Standard error over tasks; nil where it is not known.
    let standardError: Double?

    /// The figure as a sample; one without an error is taken as exact.
    var sample: SampleSummary {
      SampleSummary(mean: mean, standardError: standardError ?? 0, count: PaperTasks.count)
    }
  }

  /// The results of one family.
  struct Family: Sendable {
    /// Returns after 0, 1, 2, 3 steps by method; the oracle has one figure.
    let figures: [BenchmarkMethod: [Figure]]
    /// The gain of MAML's first step, with its 95 % interval.
    let gain: (mean: Double, interval: Interval)

    /// The gain as a sample: its standard error is the half width over t_{0.975, 39}.
    var gainSample: SampleSummary {
      SampleSummary(
        mean: gain.mean,
        standardError: (gain.interval.upper - gain.interval.lower) / 2 / 2.0227,
        count: PaperTasks.count)
    }
  }

  /// By the family's name.
  static let families: [String: Family] = [
    "navigation-2d": Family(
      figures: [
        .maml: [(-40.4, 2.1), (-11.7, 1.1), (-3.3, 0.3), (-3.2, 0.3)].map(figure),
        .pretrained: [-40.8, -19.7, -11.7, -8.5].map(figure),
        .random: [-82.7, -58.0, -53.8, -46.8].map(figure), .oracle: [figure(-2.3)],
      ], gain: (28.7, Interval(lower: 25, upper: 32))),
    "half-cheetah-velocity": Family(
      figures: [
        .maml: [(-129.5, 8.5), (-78.6, 5.1), (-66.6, 4.6), (-60.8, 4.5)].map(figure),
        .pretrained: [-158.0, -135.4, -128.5, -133.6].map(figure),
        .random: [-254.8, -254.3, -246.8, -230.8].map(figure), .oracle: [figure(-54.5)],
      ], gain: (51.0, Interval(lower: 36, upper: 65))),
    "half-cheetah-direction": Family(
      figures: [
        .maml: [(-50.7, nil), (293.2, 8.8), (313.5, nil), (315.7, 7.2)].map(figure),
        .pretrained: [-43.0, -24.8, -12.9, 19.6].map(figure),
        .random: [-35.7, 21.8, 62.3, 86.2].map(figure), .oracle: [figure(442.7)],
      ], gain: (344, Interval(lower: 325, upper: 360))),
    "ant-velocity": Family(
      figures: [
        .maml: [(30.6, 15.5), (96.7, 10.7), (100.1, nil), (101.4, 10.9)].map(figure),
        .pretrained: [-1.8, 6.1, 8.5, 9.5].map(figure), .oracle: [figure(107.9)],
      ], gain: (66, Interval(lower: 52, upper: 80))),
    "ant-direction": Family(
      figures: [
        .maml: [(8.7, nil), (499.2, 16.6), (500.7, nil), (499.1, nil)].map(figure),
        .pretrained: [3.2, 1.3, 6.5, 6.9].map(figure), .oracle: [figure(524.8)],
      ], gain: (490, Interval(lower: 445, upper: 536))),
  ]

  private static func figure(_ value: (Double, Double?)) -> Figure {
    Figure(mean: value.0, standardError: value.1)
  }

  private static func figure(_ mean: Double) -> Figure { Figure(mean: mean, standardError: nil) }
}
