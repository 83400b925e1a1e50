/// Which steps a film shows, and how fast.
package struct FilmTiming: Equatable {
  /// Frames of a film at most.
  package static let mostFrames = 1500
  /// Frames a second that are not exceeded.
  package static let fastest = 25.0
  /// Steps a second of what has no time of its own.
  package static let stepsPerSecond = 12.0

  /// The steps in order, from 0 to the last.
  package let steps: [Int]
  /// Frames a second.
  package let framesPerSecond: Double
  /// How much faster than the simulator's time it plays; 1 unless the recording is long.
  package let haste: Double

  /// The timing of a recording.
  ///
  /// - Parameters:
  ///   - last: the longest rollout's last step.
  ///   - secondsPerStep: of a robot; nil for what has no time.
  package init(last: Int, secondsPerStep: Double?) {
    let rate = secondsPerStep.map { 1 / $0 } ?? Self.stepsPerSecond
    let natural = max(1, Int((rate / Self.fastest).rounded(.up)))
    let stride = max(natural, (last + Self.mostFrames - 2) / (Self.mostFrames - 1))
    var steps = Array(Swift.stride(from: 0, through: last, by: stride))
    if steps.last != last { steps.append(last) }
    self.steps = steps
    framesPerSecond = rate / Double(natural)
    haste = Double(stride) / Double(natural)
  }

  /// Frames for which the last one stays: a second.
  package var hold: Int { Int(framesPerSecond.rounded()) }
}
