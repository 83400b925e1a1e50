import Experiments

/// Files that a command writes when its work is done.
enum OutputFiles {
  /// Finds out before the work whether its results can be written.
  ///
  /// - Throws: `FileError` for a folder that cannot be made or written to, a full disk, or a path
  ///   that no file can replace.
  static func prepare(_ paths: [String?]) throws {
    for path in paths.compactMap({ $0 }) {
      try FileSystem.createFolder(FileSystem.parentFolder(of: path))
      try DurableFile.requireWritable(path)
    }
  }
}
