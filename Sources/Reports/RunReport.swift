import Drawing
import Experiments
import Files

/// A page about runs that can be handed on: one file of HTML without scripts, which loads
/// nothing from anywhere.
public struct RunReport: Sendable {
  /// A picture that was drawn.
  public struct Picture: Sendable {
    let figure: Figure
    let bytes: [UInt8]
    let format: PlotFormat
  }

  /// The metrics of the runs, in the order in which they were named.
  public let histories: [LearningHistory]
  /// How each run was made, where it says so.
  public let provenances: [Provenance?]
  /// The evaluation; nil where there was none.
  public let set: EvaluationSet?
  /// Why there is no gain, where that was looked for.
  public let diagnosis: GainDiagnosis?
  /// What was evaluated of each run.
  public let checkpoints: [Checkpoint]
  /// The version of the program that writes the page.
  public let version: String
  /// Further words of the command that makes the page again: `--tasks 20`.
  public let flags: [String]
  /// The page's title; nil for the family and what is asked of it.
  public var title: String?
  /// The pictures.
  public private(set) var pictures: [Picture] = []
  /// Why there are pictures missing; one line each.
  public private(set) var missing: [String] = []

  /// A report without pictures.
  ///
  /// - Precondition: at least one run, one provenance or nil for each, and a checkpoint of each
  ///   or none.
  public init(
    _ histories: [LearningHistory], provenances: [Provenance?], set: EvaluationSet?,
    diagnosis: GainDiagnosis? = nil, checkpoints: [Checkpoint] = [], version: String,
    flags: [String] = []
  ) {
    precondition(
      !histories.isEmpty && histories.count == provenances.count,
      "histories: \(histories.count), provenances: \(provenances.count)")
    (self.histories, self.provenances, self.set) = (histories, provenances, set)
    (self.checkpoints, self.version, self.flags) = (checkpoints, version, flags)
    self.diagnosis = diagnosis
  }

  /// Bytes of a drawing beyond which it becomes one of pixels, so that the page stays small.
  private static let largestDrawing = 600_000

  /// Draws figures into the page; what cannot be drawn is told there and keeps nothing back.
  ///
  /// - Parameters:
  ///   - figures: in the order of the page.
  ///   - path: where gnuplot is looked for.
  ///   - room: bytes of all drawings together beyond which further ones become pictures of pixels.
  ///   - progress: called after every figure.
  public mutating func draw(
    _ figures: [Figure], path: String = Gnuplot.searchPath, room: Int = 2_000_000,
    progress: () -> Void = {}
  ) {
    do throws(PlotError) {
      let gnuplot = try Gnuplot(path: path)
      for figure in figures {
        defer { progress() }
        do throws(PlotError) {
          let drawing = try gnuplot.draw(figure, as: .svg)
          let sum = pictures.reduce(drawing.count) { $0 + $1.bytes.count }
          let isSmall = drawing.count <= Self.largestDrawing && sum <= room
          pictures.append(
            Picture(
              figure: figure, bytes: isSmall ? drawing : try gnuplot.draw(figure, as: .png),
              format: isSmall ? .svg : .png))
        } catch {
          missing.append("\(error)")
        }
      }
    } catch {
      missing.append("\(error)")
    }
  }

  /// How the page looks: light and dark by the reader's choice, and on paper.
  private static let style = String(
    decoding: PackageResources.report_css.dropLast(), as: UTF8.self)

  /// The page.
  public var html: String {
    let family = histories[0].configuration.family
    let title = HTMLText.escaped(
      self.title ?? "\(family): \(set == nil ? "a training" : "does it adapt?")", limit: 200)
    let names = histories.map { HTMLText.escaped($0.run, limit: 120) }.joined(separator: ", ")
    let sections = [
      ("pictures", "Pictures", pictureSection), ("tables", "Tables", tableSection),
      ("warnings", "Warnings", warningSection), ("learning", "Training", trainingSection),
      ("origin", "Origin", originSection),
    ].filter { !$0.2.isEmpty }
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
      <title>\(title)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <header>
      <h1>\(title)</h1>
      <p>\(names)</p>
      \(verdictSection)
      <nav aria-label="Sections">\
      \(sections.map { "<a href=\"#\($0.0)\">\($0.1)</a>" }.joined())</nav>
      </header>
      <main>
      \(sections.map { "<section id=\"\($0.0)\">\n<h2>\($0.1)</h2>\n\($0.2)\n</section>" }
        .joined(separator: "\n"))
      </main>
      <footer><p>Written by metarl \(HTMLText.escaped(version)).</p></footer>
      </body>
      </html>

      """
  }

  private var verdictSection: String {
    guard let set else {
      let command = "metarl report \(HTMLText.shellWord(histories[0].run))"
      return "<p class=\"verdict\"><strong>Not evaluated yet</strong>"
        + "Whether it adapts to held-out tasks is found out by: "
        + "<code>\(HTMLText.escaped(command))</code></p>"
    }
    let verdict = AdaptationVerdict(set, diagnosis: diagnosis)
    return "<p class=\"verdict \(verdict.kind.rawValue)\"><strong>"
      + "\(HTMLText.escaped(verdict.headline))</strong>"
      + "\(HTMLText.escaped(verdict.sentences.joined(separator: " ")))</p>"
  }

  private var pictureSection: String {
    let figures = pictures.map { picture in
      let image = HTMLText.image(
        picture.bytes, as: picture.format, description: picture.figure.description)
      return "<figure>\(image)<figcaption>\(HTMLText.escaped(picture.figure.caption))"
        + "</figcaption></figure>"
    }
    let missing = missing.map { "<p>A picture is missing: \(HTMLText.escaped($0)).</p>" }
    return (figures + missing).joined(separator: "\n")
  }

  private var tableSection: String {
    guard let set else { return "" }
    return
      (["<p>\(HTMLText.escaped(set.headline, limit: 1000))</p>"]
      + (set.tables + (diagnosis.map { [$0.table] } ?? [])).map(HTMLText.table))
      .joined(separator: "\n")
  }

  private var warningSection: String {
    // What a young training had not gained yet is out of date where a gain is shown now.
    let isShown = set.map { AdaptationVerdict($0).kind == .adapts } ?? false
    let outOfDate: [Symptom] = isShown ? [.noGain, .negativeGain] : []
    let training = histories.flatMap { history in
      TrainingDoctor.findings(in: history).filter { !outOfDate.contains($0.finding.symptom) }.map {
        "\(history.run), iteration \($0.iteration) of the training: \($0.finding)"
      }
    }
    let all = (self.set?.notes ?? []) + training
    return all.isEmpty ? "" : HTMLText.list(all)
  }
}
