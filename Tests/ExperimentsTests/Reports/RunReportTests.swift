import Testing

@testable import Drawing
@testable import Experiments
@testable import Files
@testable import Reports

@Suite struct RunReportTests {
  private func page(_ name: String, path: String = Gnuplot.searchPath) throws -> String {
    let set = FigureTests.evaluation([name, "random"])
    var report = RunReport(
      [FigureTests.history(name, seed: 1, after: [1, 2])],
      provenances: [Provenance(metarl: name, blas: name)], set: set, version: "1.2.3",
      flags: ["--tasks", "6"])
    report.draw(try FigureTests.everyFigure(name: name), path: path)
    return report.html
  }

  @Test(
    arguments: [
      "</script><script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "😀 &amp;",
    ])
  func `hostile names are shown as text`(name: String) throws {
    let html = try page(name)
    #expect(!html.contains("<script") && !html.contains("<img src=x"))
    #expect(html.contains(HTMLText.escaped(name)))
    #expect(!html.contains("href=\"http") && !html.contains("src=\"http"))
    for tag in ["section", "table", "figure", "details", "div", "p", "nav"] {
      let opened = html.matches(of: try Regex("<\(tag)[ >]")).count
      #expect(opened == html.matches(of: try Regex("</\(tag)>")).count, "\(tag)")
      #expect(opened > 0 || tag == "figure", "\(tag)")
    }
  }

  @Test func `ten thousand letters of a name neither fill the page nor break it`() throws {
    let html = try page(String(repeating: "<", count: 10_000))
    #expect(html.utf8.count < 5_000_000)
    #expect(!html.contains("<<"))
  }

  @Test(.enabled(if: FigureTests.hasGnuplot))
  func `every picture has a text alternative`() throws {
    let html = try page("run")
    let images = html.matches(of: /<img src="data:image\/svg\+xml;base64,[^"]+" alt="([^"]*)">/)
    #expect(images.count == 9)
    #expect(images.allSatisfy { $0.1.count > 40 })
  }

  @Test(.enabled(if: FigureTests.hasGnuplot))
  func `drawings beyond the room for them become pictures of pixels`() throws {
    let figures = try FigureTests.everyFigure(name: "run")
    var report = RunReport(
      [FigureTests.history("run", seed: 1, after: [1, 2])], provenances: [nil], set: nil,
      version: "1")
    report.draw(Array(figures.prefix(3)), room: 0)
    #expect(report.pictures.map(\.format) == [.png, .png, .png])
    #expect(report.html.matches(of: /src="data:image\/png;base64,/).count == 3)
  }

  @Test func `without gnuplot there is a page that says what is missing`() throws {
    let html = try page("run", path: "/nowhere")
    #expect(!html.contains("<img"))
    #expect(html.contains("apt-get install gnuplot-nox"))
    #expect(html.contains("It adapts"))
  }

  @Test func `the commands that make it again can be pasted into a shell`() throws {
    let html = try page("my run's")
    #expect(html.contains(HTMLText.escaped(#"metarl report 'my run'\''s-again' --tasks 6"#)))
    #expect(html.contains(HTMLText.escaped(#"--config 'my run'\''s/config.yaml'"#)))
    // An accent makes one character with the quotation mark before it, not for a shell.
    #expect(HTMLText.shellWord("a'\u{301}") == "'a'\\''\u{301}'")
  }

  @Test func `what all runs were made with is told once, what differs run by run`() {
    let entries = [
      [("gsl", "2.7"), ("seed", "1")], [("gsl", "2.7"), ("seed", "2")],
      [("gsl", "2.7"), ("blas", "x")],
    ]
    #expect(
      RunReport.merged(["a", "b", "c"], entries) == [
        ["all 3 runs", "gsl", "2.7"], ["a", "seed", "1"], ["b", "seed", "2"], ["c", "blas", "x"],
      ])
    #expect(RunReport.merged(["a"], [entries[0]]) == [["a", "gsl", "2.7"], ["a", "seed", "1"]])
    let histories = [1, 2].map { FigureTests.history("run-\($0)", seed: $0, after: [1]) }
    let made = [Provenance(metarl: "1", gsl: "2.7"), Provenance(metarl: "1", gsl: "2.8")]
    let html = RunReport(histories, provenances: made, set: nil, version: "1").html
    let rows = html.split(separator: "\n").filter { $0.contains("<td>metarl</td>") }
    #expect(rows.count == 1 && rows[0].contains("<td>all 2 runs</td>"), "\(rows)")
    #expect(html.contains("2.7") && html.contains("2.8"))
  }

  @Test func `a page has the title that it is given, as text`() {
    var report = RunReport(
      [FigureTests.history("a", seed: 1, after: [1])], provenances: [nil], set: nil, version: "1")
    report.title = "Ours <b>"
    #expect(report.html.contains("<title>Ours &lt;b&gt;</title>"))
    #expect(report.html.contains("<h1>Ours &lt;b&gt;</h1>"))
  }

  @Test func `a training that was not evaluated says how to`() {
    let report = RunReport(
      [FigureTests.history("runs/a", seed: 1, after: [])], provenances: [nil], set: nil,
      version: "1")
    #expect(report.html.contains("Not evaluated yet"))
    #expect(report.html.contains("metarl report runs/a"))
  }
}
