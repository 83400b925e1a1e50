import Experiments
import Glibc
import Testing

@Suite struct MetricsFollowerTests {
  private func folder(_ root: String) throws -> RunFolder {
    var configuration = RunConfiguration()
    configuration.family = "navigation-2d"
    return try RunFolder.create(
      "\(root)/run", force: false, configuration: configuration,
      provenance: Provenance(metarl: "0.1.0"))
  }

  private func append(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "a"))
    fputs(text, file)
    fclose(file)
  }

  @Test func `rows are read as they are written, half lines when they are whole`() throws {
    try withTemporaryFolder { root in
      let folder = try folder(root)
      var follower = MetricsFollower(folder)
      #expect(try follower.newRows().isEmpty)
      try append("{\"iteration\":1}\n{\"itera", to: folder.metricsPath)
      #expect(try follower.newRows().map { $0["iteration"]?.integer } == [1])
      #expect(try follower.newRows().isEmpty)
      try append("tion\":2}\nnot JSON\n{\"iteration\":3}\n", to: folder.metricsPath)
      #expect(try follower.newRows().map { $0["iteration"]?.integer } == [2, 3])
      #expect(follower.rows.map { $0["iteration"]?.integer } == [1, 2, 3])
    }
  }

  @Test func `rows that a resumed run cuts away are forgotten`() throws {
    try withTemporaryFolder { root in
      let folder = try folder(root)
      var follower = MetricsFollower(folder)
      try append("{\"iteration\":1}\n{\"iteration\":2}\n", to: folder.metricsPath)
      _ = try follower.newRows()
      #expect(truncate(folder.metricsPath, 16) == 0)
      #expect(try follower.newRows().map { $0["iteration"]?.integer } == [1])
      #expect(follower.rows.count == 1)
      try append("{\"iteration\":2,\"gain\":5}\n", to: folder.metricsPath)
      #expect(try follower.newRows().first?["gain"]?.number == 5)
      // The cut and the new rows may both come between two looks.
      try append("{\"iteration\":2,\"gain\":6}\n", to: folder.metricsPath)
      _ = try follower.newRows()
      #expect(follower.rows.map { $0["iteration"]?.integer } == [1, 2])
      #expect(follower.rows.last?["gain"]?.number == 6)
    }
  }

  @Test func `a line that is too long is passed over, the rows after it are read`() throws {
    try withTemporaryFolder { root in
      let folder = try folder(root)
      var follower = MetricsFollower(folder)
      let long = String(repeating: "x", count: 3 << 20)
      try append("{\"iteration\":1}\n" + long, to: folder.metricsPath)
      #expect(try follower.newRows().count == 1)
      try append(long + "\n\n{\"iteration\":2}\n", to: folder.metricsPath)
      #expect(try follower.newRows().map { $0["iteration"]?.integer } == [2])
    }
  }

  @Test func `who writes to a folder is seen without disturbing it`() throws {
    try withTemporaryFolder { root in
      let path: String
      do {
        let folder = try folder(root)
        path = folder.path
        #expect(try RunFolder.open(path, forWriting: false).isBeingWritten == true)
      }
      #expect(try RunFolder.open(path, forWriting: false).isBeingWritten == false)
    }
  }
}
