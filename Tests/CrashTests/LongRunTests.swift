import Experiments
import Files
import Foundation
import Testing

/// Memory and file handles of a training do not grow with its iterations.
///
/// `LONG_RUN` sets the iterations (default 300; 2000 for the record).
@Suite struct LongRunTests {
  private static let iterations =
    ProcessInfo.processInfo.environment["LONG_RUN"].flatMap(Int.init) ?? 300

  /// What the system says of a process.
  private struct Footprint {
    let residentKilobytes: Int
    let handles: Int

    init?(_ process: ChildProcess) {
      guard
        let status = try? String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
        let size = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
        let names = try? FileManager.default.contentsOfDirectory(
          atPath: "/proc/\(process.id)/fd")
      else { return nil }
      (residentKilobytes, handles) = (size, names.count)
    }
  }

  @Test func `memory and file handles stay flat`() throws {
    var training = SmallTraining(family: "navigation-2d")
    training.iterations = Self.iterations
    let workshop = try Workshop()
    // Without pictures: the buffers of the first few are memory that stays.
    let process = try workshop.start(
      training.arguments(run: "run") + ["--set", "picture_every=0", "--quiet"])
    var seen: [(rows: Int, footprint: Footprint)] = []
    for rows in [Self.iterations / 10, Self.iterations / 2, Self.iterations * 95 / 100] {
      try #require(workshop.waitForRows(rows, run: "run", of: process))
      seen.append((rows, try #require(Footprint(process))))
    }
    #expect(process.wait(seconds: 200) == .exited(0))
    let logs = ["metrics.jsonl", "progress.csv"].map { workshop.text("run/\($0)").utf8.count }
    for (rows, footprint) in seen {
      print(
        "iteration \(rows): \(footprint.residentKilobytes) kB resident, "
          + "\(footprint.handles) file handles")
    }
    print("\(Self.iterations) iterations: \(logs[0]) + \(logs[1]) bytes of logs")
    let growth = seen[2].footprint.residentKilobytes - seen[0].footprint.residentKilobytes
    #expect(growth < 2048, "\(growth) kB more at the end")
    #expect(seen[2].footprint.handles <= seen[0].footprint.handles + 1)
    #expect(logs[0] + logs[1] < 2000 * Self.iterations)
    #expect(try FileSystem.names(inFolder: workshop.path("run/checkpoints")).count <= 3)
  }
}
