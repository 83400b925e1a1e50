import Experiments
import Files
import Glibc
import Testing

@Suite struct MetricsWriterTests {
  private func folder(_ root: String) throws -> RunFolder {
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    return try RunFolder.create(
      "\(root)/run", force: false, configuration: configuration,
      provenance: Provenance(metarl: "0.1.0"))
  }

  private func row(_ iteration: Int) -> MetricsRow {
    var row = MetricsRow(iteration: iteration)
    row.add("gain", 0.1 * Double(iteration))
    row.add("kl", iteration == 1 ? Double.nan : 1e-30)
    row.add("outcome", iteration == 2 ? "rejected, \"why\"" : "accepted")
    row.add("validation", nil as Double?)
    return row
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try FileSystem.contents(of: path), as: UTF8.self)
  }

  @Test func `rows are lines of JSON and of the table`() throws {
    try withTemporaryFolder { root in
      let folder = try folder(root)
      var writer = try MetricsWriter(folder: folder)
      for iteration in 0..<3 { try writer.append(row(iteration)) }
      try writer.synchronize()
      #expect(
        try text(folder.metricsPath) == """
          {"iteration":0,"gain":0.0,"kl":1e-30,"outcome":"accepted","validation":null}
          {"iteration":1,"gain":0.1,"kl":null,"outcome":"accepted","validation":null}
          {"iteration":2,"gain":0.2,"kl":1e-30,"outcome":"rejected, \\"why\\"","validation":null}

          """)
      #expect(
        try text(folder.progressPath) == """
          iteration,gain,kl,outcome,validation
          0,0.0,1e-30,accepted,
          1,0.1,,accepted,
          2,0.2,1e-30,"rejected, ""why""\",

          """)
    }
  }

  @Test(arguments: 0...5)
  func `resumed anywhere, the logs are those of a run that never stopped`(resume: Int) throws {
    try withTemporaryFolder { root in
      let folder = try folder(root)
      var writer = try MetricsWriter(folder: folder)
      for iteration in 0..<5 { try writer.append(row(iteration)) }
      let metrics = try text(folder.metricsPath)
      let table = try text(folder.progressPath)
      // What a kill in the middle of a line would leave.
      try DurableFile.write(metrics + "{\"iteration\":5,\"ga", to: folder.metricsPath)
      try DurableFile.write(table + "5,0.", to: folder.progressPath)
      var resumed = try MetricsWriter(folder: folder, resumingAt: resume)
      #expect(try text(folder.metricsPath).split(separator: "\n").count == resume)
      for iteration in resume..<5 { try resumed.append(row(iteration)) }
      #expect(try text(folder.metricsPath) == metrics)
      #expect(try text(folder.progressPath) == table)
    }
  }

  @Test func `a table cut in its first line gets that line again`() throws {
    try withTemporaryFolder { root in
      let folder = try folder(root)
      try DurableFile.write("iterat", to: folder.progressPath)
      var writer = try MetricsWriter(folder: folder)
      try writer.append(row(0))
      #expect(try text(folder.progressPath).hasPrefix("iteration,gain,kl,outcome,validation\n0,"))
    }
  }

  @Test func `a row that does not fit on the disk is taken back from both files`() throws {
    try withTemporaryFolder { root in
      let folder = try folder(root)
      var writer = try MetricsWriter(folder: folder)
      try writer.append(row(0))
      let before = try (text(folder.metricsPath), text(folder.progressPath))
      let failing: @Sendable (DurableFile.Stage, String) throws(FileError) -> Void = {
        (_, path) throws(FileError) in
        if path.hasSuffix(".csv") {
          throw FileError(operation: "write", path: path, code: ENOSPC)
        }
      }
      #expect(throws: FileError.self) {
        try DurableFile.$stageHook.withValue(failing) { try writer.append(row(1)) }
      }
      #expect(try (text(folder.metricsPath), text(folder.progressPath)) == before)
    }
  }
}
