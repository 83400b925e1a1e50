import Foundation

extension FamilyCatalog {
  /// Where the built-in families lie: a folder `Environments/Families`.
  ///
  /// Looked for in this order: under `METARL_HOME` if that is set (and nowhere else then), in
  /// `share/metarl` beside the executable's `bin`, above the executable (a build folder inside
  /// the sources), above the current folder (tests).
  ///
  /// - Throws: `EnvironmentError.noBuiltInFolder` with the places that were searched.
  public static func builtInFolder() throws(EnvironmentError) -> String {
    try builtInFolder(
      home: ProcessInfo.processInfo.environment["METARL_HOME"],
      executable: executablePath(), currentFolder: FileManager.default.currentDirectoryPath)
  }

  static func builtInFolder(
    home: String?, executable: String?, currentFolder: String
  ) throws(EnvironmentError) -> String {
    var roots: [String] = []
    if let home, !home.isEmpty {
      roots = [home]
    } else {
      if let executable {
        let folders = ancestors(of: executable)
        if let prefix = folders.dropFirst().first { roots.append(prefix + "/share/metarl") }
        roots += folders
      }
      roots += [currentFolder] + ancestors(of: currentFolder)
    }
    for root in roots {
      let candidate = root + "/Environments/Families"
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder),
        isFolder.boolValue
      {
        return candidate
      }
    }
    throw .noBuiltInFolder(searched: roots.map { $0.isEmpty ? "/" : $0 })
  }

  /// The real path of the running program; nil where `/proc` does not tell.
  private static func executablePath() -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  }

  /// The folders above a path, nearest first; the topmost is the empty text.
  private static func ancestors(of path: String) -> [String] {
    var folders: [String] = []
    var rest = path[...]
    while let slash = rest.lastIndex(of: "/") {
      rest = rest[..<slash]
      folders.append(String(rest))
    }
    return folders
  }
}
