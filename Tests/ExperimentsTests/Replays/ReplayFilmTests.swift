import Environments
import Foundation
import MetaLearning
import Testing

@testable import Drawing
@testable import Experiments
@testable import Files
@testable import Replays

@Suite struct ReplayFilmTests {
  static let hasGnuplot = FigureTests.hasGnuplot
  static let hasFFmpeg = (try? FFmpeg()) != nil
  /// Names as nobody should choose them.
  static let hostile =
    "</script>\"'`touch broken`'\" \\n $x @y {_a} 😀\nplot 1 "
    + String(repeating: "x", count: 10_000)

  /// Two walks of some steps in a family whose state is named `position`.
  static func recording(
    _ name: String = "navigation-2d", rollout: String = "walk", steps: Int = 3,
    rollouts: Int = 2, episodes: Int = 1
  ) throws -> (RecordingReader, DefinedTaskFamily) {
    let family = try BuiltInFamilies.named(name)
    let task = family.task(split: .train, index: 0, seed: 1)
    let action =
      switch family.actionSpace {
      case .continuous(let size): "\(Array(repeating: 0.02, count: size))"
      case .discrete: "[1]"
      }
    let actions = "[\(Array(repeating: action, count: steps).joined(separator: ", "))]"
    let yaml = (0..<rollouts).map { _ in
      """
        - name: \(JSONValue.text(rollout).line)
          task: {\(task.entries.map { "\($0.name): \($0.values)" }.joined(separator: ", "))}
          actions: \(actions)
          episodes: \(episodes)
          continue_after_termination: true
      """
    }.joined(separator: "\n")
    let script = try ReplayScript(
      text: "environment: \(name)\nseed: 1\nrollouts:\n\(yaml)\n", origin: "film.yaml",
      folder: ".")
    var bytes: [UInt8] = []
    let runner = ReplayRunner(
      family: family, definitionDigest: family.definitionDigest, software: "test"
    ) { _, _, _ in throw ReplayError(origin: "film.yaml", message: "no policy") }
    _ = try runner.run(script) { bytes += $0 }
    return (try RecordingReader(bytes: bytes, origin: "film.jsonl"), family)
  }

  @Test(.enabled(if: hasGnuplot), arguments: ["walk", hostile])
  func `gnuplot makes a GIF by itself, whatever rollouts are called`(name: String) throws {
    let (recording, family) = try Self.recording(rollout: name)
    let film = try ReplayFilm(recording, family: family)
    var drawn: [Int] = []
    try withTemporaryFolder { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/gnuplot", withDestinationPath: "/usr/bin/gnuplot")
      let bytes = try film.bytes(.gif, path: folder) { drawn.append($0) }
      #expect(bytes.starts(with: Array("GIF89a".utf8)) && bytes.count > 5000)
      #expect(drawn == [1, 2, 3, 4] && film.frameCount == 4)
      #expect(!FileManager.default.fileExists(atPath: "broken"))
      let error = try #require(throws: FilmError.self) { try film.bytes(.mp4, path: folder) }
      #expect("\(error)".contains("apt-get install ffmpeg") && !"\(error)".contains("\n"))
    }
  }

  @Test(.enabled(if: hasGnuplot && hasFFmpeg), arguments: FilmFormat.allCases)
  func `ffmpeg puts films together`(format: FilmFormat) throws {
    let (recording, family) = try Self.recording()
    let bytes = try ReplayFilm(recording, family: family).bytes(format)
    switch format {
    case .gif: #expect(bytes.starts(with: Array("GIF89a".utf8)))
    case .mp4: #expect(Array(bytes[4..<8]) == Array("ftyp".utf8))
    }
  }

  #if MuJoCo
    @Test(
      .enabled(if: hasGnuplot && hasFFmpeg),
      arguments: ["hopper-dynamics", "swimmer-velocity", "ant-goal", "half-cheetah-direction"])
    func `every robot has a film`(name: String) throws {
      let (recording, family) = try Self.recording(name, steps: 2, rollouts: 1)
      let film = try ReplayFilm(recording, family: family)
      #expect(try film.bytes(.gif).count > 3000)
    }

    @Test func `without the package trait one line says how to get MuJoCo's renderer`() throws {
      let (recording, family) = try Self.recording("hopper-dynamics", steps: 1, rollouts: 1)
      guard !RobotRenderer.isAvailable else { return }
      let error = try #require(throws: FilmError.self) {
        try ReplayFilm(recording, family: family, renderer: .mujoco)
      }
      #expect(error == .noRenderer && "\(error)".contains("libosmesa6-dev"))
      #expect(!"\(error)".contains("\n"))
    }
  #endif

  @Test(
    .enabled(if: hasGnuplot && hasFFmpeg),
    arguments: [
      "navigation-2d-sparse", "navigation-2d-wind", "point-mass-momentum", "bernoulli-bandit",
    ])
  func `points and choices have films`(name: String) throws {
    let (recording, family) = try Self.recording(name, steps: 2, rollouts: 1)
    #expect(try ReplayFilm(recording, family: family).bytes(.gif).count > 3000)
  }

  @Test func `what a film leaves out is said`() throws {
    let (recording, family) = try Self.recording(rollouts: 8, episodes: 2)
    let notes = try ReplayFilm(recording, family: family).notes
    #expect(notes.count == 2 && notes[0].contains("8 were recorded"))
    let (long, _) = try Self.recording(steps: 3000, rollouts: 1)
    let film = try ReplayFilm(long, family: family)
    #expect(film.frameCount <= FilmTiming.mostFrames + 1)
    #expect(film.notes.contains { $0.contains("3 times as fast") })
  }

  @Test func `a long curve of rewards keeps its extremes`() {
    var rewards = [Double](repeating: 0, count: 10_000)
    (rewards[4321], rewards[8765]) = (5, -7)
    let values = FilmScript.reduced(rewards).compactMap { $0[1] }
    #expect(values.count <= 1000 && values.max() == 5 && values.min() == -7)
    #expect(FilmScript.reduced([1, 2]) == [[1, 1], [2, 2]])
  }

  @Test func `robots play in their own time, with at most 25 frames a second`() {
    let slow = FilmTiming(last: 100, secondsPerStep: 0.05)
    #expect(slow.framesPerSecond == 20 && slow.steps.count == 101 && slow.haste == 1)
    let fast = FilmTiming(last: 100, secondsPerStep: 0.01)
    #expect(fast.framesPerSecond == 25 && fast.steps.prefix(2) == [0, 4] && fast.haste == 1)
    #expect(fast.steps.last == 100)
    let long = FilmTiming(last: 10_000, secondsPerStep: 0.05)
    #expect(long.steps.count <= FilmTiming.mostFrames + 1 && long.haste == 7)
    #expect(FilmTiming(last: 0, secondsPerStep: nil).steps == [0])
  }
}
