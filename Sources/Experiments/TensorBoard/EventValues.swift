import Foundation
import MetaLearning
import TensorBoardEvents

/// What TensorBoard is shown of an iteration, under the names that are usual in the field.
enum EventValues {
  /// Tags, and the metrics that they show.
  static let tags: [(tag: String, key: String)] = [
    ("return/before", "return_before"), ("return/after", "return_after"),
    ("return/gain", "gain"), ("return/validation", "return_validation"),
    ("outer/kl", "kl"), ("outer/surrogate", "surrogate_after"),
    ("outer/surrogate_before", "surrogate_before"), ("outer/candidates", "candidates"),
    ("outer/step_norm", "step_norm"), ("outer/meta_gradient_norm", "meta_gradient_norm"),
    ("outer/largest_task_share", "largest_task_share"),
    ("inner/gradient_norm", "inner_gradient_norm"), ("policy/entropy", "entropy"),
    ("policy/standard_deviation", "standard_deviation"),
    ("baseline/explained_variance", "explained_variance"),
    ("episodes/length", "episode_length"), ("episodes/diverged", "diverged_episodes"),
    ("throughput/seconds", "seconds"),
  ]

  /// The group of the returns whose step is the number of environment steps up to then.
  ///
  /// Papers show returns alone against them. It sorts behind the group of the returns, so that the
  /// first page has every number once.
  static let byExperience = "return_by_environment_steps/"
  private static let returns = "return/"

  /// The group in event files of earlier versions, which a run that goes on has too.
  private static let formerByExperience = "by_environment_steps/"

  /// Whether an event is the one of an iteration against environment steps, which ends it.
  static func isByExperience(_ event: BoardEvent) -> Bool {
    guard let tag = event.summary.value.first?.tag else { return event.fileVersion.isEmpty }
    return tag.hasPrefix(byExperience) || tag.hasPrefix(formerByExperience)
  }

  private static let experienceTag = "experience/environment_steps"

  /// Environment steps up to an iteration, of every use.
  static func environmentSteps(_ row: MetricsRow) -> Int {
    [
      "steps_pre_adaptation", "steps_during_adaptation", "steps_post_adaptation",
      "steps_validation",
    ].compactMap { row[$0]?.integer }.reduce(0, +)
  }

  /// The numbers of an iteration; what is not known or not finite is left out.
  static func scalars(_ report: IterationReport, _ row: MetricsRow) -> [BoardSummary.Value] {
    var values = tags.compactMap { tag, key in row[key]?.number.map { (tag, $0) } }
    values.append((experienceTag, Double(environmentSteps(row))))
    values.append(("outer/accepted", row["outcome"]?.text == "accepted" ? 1 : 0))
    if report.seconds > 0 {
      values.append(
        ("throughput/steps_per_second", Double(report.environmentSteps.total) / report.seconds))
    }
    return values.filter(\.1.isFinite).map { tag, number in
      var value = BoardSummary.Value()
      value.tag = tag
      value.simpleValue = Float(number)
      return value
    }
  }

  /// The returns for the group of tags against environment steps; none where none is finite.
  static func byExperience(_ scalars: [BoardSummary.Value]) -> [BoardSummary.Value] {
    scalars.filter { $0.tag.hasPrefix(returns) }.map { scalar in
      var value = scalar
      value.tag = byExperience + scalar.tag.dropFirst(returns.count)
      return value
    }
  }

  /// The returns of the iteration's tasks and the parameters as distributions.
  ///
  /// - Parameters:
  ///   - report: the iteration's.
  ///   - parameters: names and values of the tensors of θ.
  /// - Returns: those with a finite value.
  static func histograms(
    _ report: IterationReport, parameters: [(name: String, values: [Double])]
  ) -> [BoardSummary.Value] {
    let all =
      [("tasks/return_before", report.returnsBefore), ("tasks/return_after", report.returnsAfter)]
      + parameters.map { ("parameters/\($0.name)", $0.values) }
    return all.compactMap { tag, values in
      guard let histogram = histogram(values) else { return nil }
      var value = BoardSummary.Value()
      value.tag = tag
      value.histogram = histogram
      return value
    }
  }

  /// Values in buckets of equal width from the smallest to the largest.
  ///
  /// - Returns: nil without a finite value; the others are left out.
  static func histogram(_ values: [Double], buckets: Int = 20) -> BoardHistogram? {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return nil }
    let width = max((high - low) / Double(buckets), .leastNormalMagnitude)
    var counts = [Double](repeating: 0, count: high > low ? buckets : 1)
    for value in finite {
      counts[min(Int(((value - low) / width).rounded(.down)), counts.count - 1)] += 1
    }
    var histogram = BoardHistogram()
    (histogram.min, histogram.max, histogram.num) = (low, high, Double(finite.count))
    histogram.sum = finite.reduce(0, +)
    histogram.sumSquares = finite.reduce(0) { $0 + $1 * $1 }
    histogram.bucketLimit = counts.indices.map {
      $0 == counts.count - 1 ? high : low + Double($0 + 1) * width
    }
    histogram.bucket = counts
    return histogram
  }

  /// A picture.
  ///
  /// - Returns: nil when the bytes are no PNG with colours.
  static func image(_ png: [UInt8], tag: String) -> BoardSummary.Value? {
    guard let size = PNGSize(png) else { return nil }
    var value = BoardSummary.Value()
    value.tag = tag
    value.image.width = size.width
    value.image.height = size.height
    value.image.colorspace = size.channels
    value.image.encodedImageString = Data(png)
    return value
  }
}

/// The size of a picture in PNG, from its first chunk.
///
/// *Source:* PNG Specification (W3C), 5.2 (signature) and 11.2.2 (IHDR).
struct PNGSize: Equatable {
  /// Pixels from left to right.
  let width: Int32
  /// Pixels from top to bottom.
  let height: Int32
  /// Values a pixel.
  let channels: Int32

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  init?(_ png: [UInt8]) {
    guard png.count >= 26, png.starts(with: Self.signature), png[12..<16].elementsEqual("IHDR".utf8)
    else { return nil }
    func number(_ start: Int) -> Int32 {
      Int32(bitPattern: png[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) })
    }
    // Colour types: 0 grey, 2 red-green-blue, 3 with a palette, 4 and 6 with opacity.
    let channels: [UInt8: Int32] = [0: 1, 2: 3, 3: 3, 4: 2, 6: 4]
    guard let known = channels[png[25]], number(16) > 0, number(20) > 0 else { return nil }
    (width, height, self.channels) = (number(16), number(20), known)
  }
}
