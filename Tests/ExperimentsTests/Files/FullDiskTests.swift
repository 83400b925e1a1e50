import Experiments
import Files
import Foundation
import Testing

/// A really full disk. `SMALL_DISK` names an empty folder on a file system of at most 1 MB:
///
/// ```
/// mount -t tmpfs -o size=256k tmpfs /mnt/small && SMALL_DISK=/mnt/small swift test
/// ```
@Suite(.enabled(if: smallDisk != nil, "SMALL_DISK is not set")) struct FullDiskTests {
  @Test func `a full disk is an error, and what was there stays whole`() throws {
    let root = try #require(smallDisk)
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    let path = "\(root)/run"
    defer { try? FileSystem.removeTree(path) }
    let folder = try RunFolder.create(
      path, force: false, configuration: configuration, provenance: Provenance(metarl: "0.1.0"))
    var checkpoint = CheckpointTests.small
    var writer = try MetricsWriter(folder: folder)
    try writer.append(MetricsRow(iteration: 0))
    checkpoint.iteration = 1
    try folder.save(checkpoint, keep: 5)
    checkpoint.iteration = 2
    checkpoint.optimizer = [
      Tensor(
        name: "large", shape: [300_000], values: .double(Array(repeating: 1, count: 300_000)))
    ]
    let error = #expect(throws: RunFolderError.self) { try folder.save(checkpoint, keep: 5) }
    #expect(error?.description.contains("Free space") == true)
    #expect(try folder.checkpoints().map(\.iteration) == [1])
    #expect(try folder.newestCheckpoint().loaded?.checkpoint.iteration == 1)
    // Fill what is left; then a row is taken back from both files.
    var size = 1 << 20
    while size > 0 {
      let bytes = [UInt8](repeating: 1, count: size)
      try? DurableFile.write(bytes, to: "\(path)/filler-\(size)")
      size /= 2
    }
    let before = try FileSystem.contents(of: folder.metricsPath)
    var row = MetricsRow(iteration: 1)
    row.add("long", String(repeating: "x", count: 100_000))
    #expect(throws: FileError.self) { try writer.append(row) }
    #expect(try FileSystem.contents(of: folder.metricsPath) == before)
  }
}

private let smallDisk = ProcessInfo.processInfo.environment["SMALL_DISK"]
