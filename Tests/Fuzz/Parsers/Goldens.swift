import Experiments
import Files

extension FuzzedParser {
  /// Golden files of an independent implementation.
  static let goldens = [
    golden("baseline_gae", "returns, baseline and advantages"),
    golden("gaussian_kl", "divergences"),
    golden("categorical", "a learner's whole mathematics"),
    golden("gaussian", "the same, continuous actions"),
  ]

  private static func golden(_ name: String, _ what: String) -> FuzzedParser {
    FuzzedParser("golden-\(name)", reads: "\(name).json: \(what)", .json) { _ in
      let folder = FileSystem.join(
        FileSystem.parentFolder(of: try BroughtFiles.folder()), "Tests/ExperimentsTests/Golden")
      let valid = try FileSystem.contents(of: FileSystem.join(folder, "\(name).json"))
      return Prepared(seeds: [valid]) {
        _ = try await GoldenCheck.run(bytes: $0, name: "fuzz", precision: .float)
      }
    }
  }
}
