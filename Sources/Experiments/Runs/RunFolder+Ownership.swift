import Files
import Glibc

extension RunFolder {
  /// What a training writes and reads again, and nothing else may replace.
  private static let keptNames: Set<String> = [
    configurationName, lockName, "metrics.jsonl", "progress.csv", "checkpoints", "tensorboard",
  ]
  /// The page about a run, which `metarl report` alone replaces.
  private static let reportName = "report.html"

  /// The run folder whose own file a path is, or would be.
  ///
  /// Own are the configuration, the metrics, the table of them, the lock, all checkpoints and
  /// events, and the report; pictures, evaluations, recordings and files of other names are not.
  /// Links are followed.
  ///
  /// - Parameters:
  ///   - path: of a file that need not be there.
  ///   - includingReport: whether `report.html` counts.
  /// - Returns: the run folder; nil for a file that belongs to no run.
  public static func owner(ofFile path: String, includingReport: Bool = true) -> String? {
    var parts = FileSystem.absolute(path).split(separator: "/").map(String.init)
    var below: [String] = []
    while let last = parts.popLast() {
      below.insert(last, at: 0)
      let folder = "/" + parts.joined(separator: "/")
      guard hasTraining(folder) else { continue }
      let isOwn = keptNames.contains(below[0]) || includingReport && below == [reportName]
      if isOwn { return folder }
    }
    return nil
  }

  /// Whether a training has written there: a configuration with checkpoints, metrics or a lock
  /// beside it.
  private static func hasTraining(_ folder: String) -> Bool {
    guard FileSystem.kind(of: FileSystem.join(folder, configurationName)) == .file else {
      return false
    }
    return ["checkpoints", "metrics.jsonl", lockName].contains {
      FileSystem.kind(of: FileSystem.join(folder, $0)) != nil
    }
  }
}

extension FileSystem {
  /// A path from the root, without `.`, `..` and links as far as it exists.
  public static func absolute(_ path: String) -> String {
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    let name = lastName(of: path)
    let parent = parentFolder(of: path)
    guard parent != path, name != "..", name != "." else { return path }
    return join(absolute(parent), name)
  }
}
