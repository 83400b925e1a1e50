import Foundation
import Glibc

/// The program that draws the pictures.
public struct Gnuplot: Sendable {
  private let executable: String

  /// The folders where programs are looked for: `PATH`.
  public static var searchPath: String { ProcessInfo.processInfo.environment["PATH"] ?? "" }

  /// Seconds after which a drawing that does not end is given up.
  private static let patience = 120.0

  /// Finds gnuplot.
  ///
  /// - Parameter path: folders to look in, separated by colons.
  /// - Throws: `PlotError.noGnuplot`.
  public init(path: String = searchPath) throws(PlotError) {
    let folders = path.split(separator: ":").map(String.init)
    let candidates = folders.map { FileSystem.join($0, "gnuplot") }
    guard
      let found = candidates.first(where: {
        FileSystem.kind(of: $0) == .file && access($0, X_OK) == 0
      })
    else { throw .noGnuplot }
    executable = found
  }

  /// Draws a figure.
  ///
  /// - Returns: the bytes of the file.
  /// - Throws: `PlotError.failed` with what gnuplot said.
  public func draw(_ figure: Figure, as format: PlotFormat) throws(PlotError) -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("metarl-plot-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return try run(Array(figure.script(format).utf8), in: folder, figure: figure.name)
    } catch let error as PlotError {
      throw error
    } catch {
      throw .failed(figure: figure.name, reason: "\(error)")
    }
  }

  /// Runs a script; files instead of pipes, so that nothing blocks, whatever is written first.
  private func run(_ script: [UInt8], in folder: URL, figure: String) throws -> [UInt8] {
    let names = ["script", "picture", "complaints"].map(folder.appendingPathComponent)
    try Data(script).write(to: names[0])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = [names[0].path]
    process.standardInput = FileHandle.nullDevice
    for name in names.dropFirst() { try Data().write(to: name) }
    let (picture, complaints) = (
      try FileHandle(forWritingTo: names[1]), try FileHandle(forWritingTo: names[2])
    )
    process.standardOutput = picture
    process.standardError = complaints
    try process.run()
    let deadline = ContinuousClock.now + .seconds(Self.patience)
    while process.isRunning, ContinuousClock.now < deadline { usleep(2000) }
    if process.isRunning {
      process.terminate()
      throw PlotError.failed(figure: figure, reason: "it did not end in \(Int(Self.patience)) s")
    }
    process.waitUntilExit()
    try picture.close()
    try complaints.close()
    let bytes = try FileSystem.contents(of: names[1].path)
    guard process.terminationStatus == 0, !bytes.isEmpty else {
      let said = String(decoding: try Data(contentsOf: names[2]), as: UTF8.self)
      let lines = said.split(whereSeparator: \.isNewline)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      let reason = lines.last { !$0.isEmpty } ?? "it wrote nothing"
      throw PlotError.failed(figure: figure, reason: reason)
    }
    return bytes
  }
}
