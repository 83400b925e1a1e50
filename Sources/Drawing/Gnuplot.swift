import Foundation

/// The program that draws the pictures.
public struct Gnuplot: Sendable {
  private let program: ExternalProgram

  /// The folders where programs are looked for: `PATH`.
  public static var searchPath: String { ProcessInfo.processInfo.environment["PATH"] ?? "" }

  /// Seconds after which a drawing that does not end is given up.
  private static let patience = 120.0

  /// Finds gnuplot.
  ///
  /// - Parameter path: folders to look in, separated by colons.
  /// - Throws: `PlotError.noGnuplot`.
  public init(path: String = searchPath) throws(PlotError) {
    guard let program = ExternalProgram(named: "gnuplot", path: path) else { throw .noGnuplot }
    self.program = program
  }

  /// Draws a figure.
  ///
  /// - Returns: the bytes of the file.
  /// - Throws: `PlotError.failed` with what gnuplot said.
  public func draw(_ figure: Figure, as format: PlotFormat) throws(PlotError) -> [UInt8] {
    let script = Array(figure.script(format).utf8)
    // Everything goes through pipes: a full disk for temporary files cannot cut the picture.
    let output = try run(figure.name) {
      try program.run(["-"], in: URL(fileURLWithPath: "/"), patience: Self.patience) { write in
        try write(script)
      }.output(of: figure.name)
    }
    guard WholeFile.isWhole(output, format) else {
      throw .failed(
        figure: figure.name,
        reason: output.isEmpty ? "it wrote nothing" : "its picture has no end")
    }
    return output
  }

  /// Draws what commands say that are made while it draws.
  ///
  /// - Parameters:
  ///   - name: what is drawn, for errors.
  ///   - folder: where it runs; files that the commands name lie there.
  ///   - feed: writes the commands.
  /// - Throws: `PlotError.failed`.
  package func draw(
    _ name: String, in folder: URL, feed: (_ write: ([UInt8]) throws -> Void) throws -> Void
  ) throws(PlotError) {
    _ = try run(name) {
      try program.run(["-"], in: folder, patience: Self.patience, feed: feed).output(of: name)
    }
  }

  /// Work whose errors say what was drawn.
  private func run(
    _ name: String, _ body: () throws -> [UInt8]
  ) throws(PlotError) -> [UInt8] {
    do {
      return try body()
    } catch let error as PlotError {
      throw error
    } catch ExternalProgram.Failure.endless(let seconds) {
      throw .failed(figure: name, reason: "it did not end in \(seconds) s")
    } catch {
      throw .failed(figure: name, reason: "\(error)")
    }
  }
}

extension ExternalProgram.Outcome {
  /// What was written.
  ///
  /// - Throws: `PlotError.failed` when it ended with another status than 0.
  fileprivate func output(of figure: String) throws(PlotError) -> [UInt8] {
    guard status == 0 else { throw .failed(figure: figure, reason: complaint) }
    return output
  }
}
