import Environments
import Files
import Foundation
import Glibc

/// A task family as a run folder or recording carries it: all its files, so that it needs nothing
/// of the place where it was made.
public struct CarriedFamily: Sendable, Hashable {
  /// Most bytes of all files together.
  public static let maximumBytes = 96 << 20
  /// Most files.
  public static let maximumCount = 1000

  /// The definition first; names are relative to its folder.
  public let files: [FamilyFile]

  /// Takes a family along, having made sure that what is taken gives the same family.
  ///
  /// - Throws: `CarriedFamilyError` where the files give another family, or are too many; what
  ///   reading the definition throws.
  public init(of family: DefinedTaskFamily) throws {
    let definition = family.definition
    var files = [
      FamilyFile(
        role: .definition, name: "\(family.name).yaml", contents: Array(definition.text.utf8))
    ]
    // Without a preset all of them are read, and each may take a model of its own.
    let folder = FileSystem.parentFolder(of: definition.origin)
    let others =
      family.preset == nil && definition.files.count > 1
      ? try definition.presets.map {
        try FamilyDefinition(
          text: definition.text, origin: definition.origin, folder: folder, preset: $0)
      } : []
    for file in ([definition] + others).flatMap({ $0.files.dropFirst() })
    where !files.contains(where: { $0.name == file.name }) {
      files.append(file)
    }
    self.init(files: files)
    // Which engine steps a robot's model may be chosen beside the definition.
    let physics = family.physics.map { $0 == .lanes ? PhysicsChoice.lanes : .mujoco }
    let copy = try self.family(preset: family.preset).stepped(by: physics ?? .definition)
    guard copy.definitionDigest == family.definitionDigest else {
      throw CarriedFamilyError.changed(family: family.qualifiedName)
    }
  }

  /// A family of known files.
  package init(files: [FamilyFile]) { self.files = files }

  /// The family, read from its files in a scratch folder.
  ///
  /// - Parameter preset: the preset, or nil.
  /// - Returns: the family; nothing of the scratch folder is needed any more.
  /// - Throws: `CarriedFamilyError` for names that lead elsewhere; what reading it throws.
  public func family(preset: String?) throws -> DefinedTaskFamily {
    try Scratch.inFolder { folder in
      try write(into: folder.path) { file, path throws(FileError) in
        let target = try FileDescriptor(
          path: path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, operation: "write")
        try target.writeAll(file.contents[...])
      }
      return try Self.family(inFolder: folder.path, preset: preset)
    }
  }

  /// Writes the files into a folder.
  ///
  /// - Throws: `CarriedFamilyError` for names that lead elsewhere, `FileError`.
  private func write(
    into folder: String, _ writeFile: (FamilyFile, String) throws(FileError) -> Void
  ) throws {
    try requireConfined()
    var folders: Set<String> = []
    for file in files {
      let path = FileSystem.join(folder, file.name)
      let parent = FileSystem.parentFolder(of: path)
      if folders.insert(parent).inserted { try FileSystem.createFolder(parent) }
      try writeFile(file, path)
    }
  }

  /// Writes the files into a run folder that is being started, durably.
  func write(intoRun run: RunFolder) throws(FileError) {
    do {
      try write(into: run.familyPath) { file, path throws(FileError) in
        try DurableFile.write(file.contents, to: path)
      }
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(
        operation: "write", path: run.familyPath, reason: "\(error)",
        advice: "Report this as a mistake.")
    }
  }

  /// The family whose definition lies in a folder by itself.
  ///
  /// - Throws: `FileError`, `CarriedFamilyError` for a folder without a definition or with several,
  ///   and what reading it throws.
  static func family(inFolder folder: String, preset: String?) throws -> DefinedTaskFamily {
    let names = try FileSystem.names(inFolder: folder).filter {
      $0.hasSuffix(".yaml") && !$0.hasPrefix(".")
    }
    guard let name = names.first, names.count == 1 else {
      throw CarriedFamilyError.noDefinition(folder: folder, count: names.count)
    }
    let absolute = URL(fileURLWithPath: FileSystem.join(folder, name)).standardizedFileURL.path
    return try FamilyCatalog(folders: []).family(named: absolute + (preset.map { "@\($0)" } ?? ""))
  }

  /// Whether a name leads to a place below the folder that it is relative to.
  private static func isConfined(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return !name.utf8.contains(0) && name.utf8.count <= 1000
      && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }
  }

  /// Refuses names that lead out of the folder, and more than is ever carried.
  package func requireConfined() throws(CarriedFamilyError) {
    if let file = files.first(where: { !Self.isConfined($0.name) }) { throw .name(file.name) }
    let size = files.reduce(0) { $0 + $1.contents.count }
    guard files.count <= CarriedFamily.maximumCount, size <= CarriedFamily.maximumBytes else {
      throw .tooLarge(files: files.count, bytes: size)
    }
  }
}

/// Why a family cannot be carried along, or be read from what was carried.
public enum CarriedFamilyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Its files are no longer those that it was read from.
  case changed(family: String)
  /// There is not exactly one definition.
  case noDefinition(folder: String, count: Int)
  /// A file's name leads out of the folder.
  case name(String)
  /// There is more than is ever carried.
  case tooLarge(files: Int, bytes: Int)

  /// One line.
  public var description: String {
    switch self {
    case .changed(let family):
      "the files of '\(family)' are no longer those that it was read from. Try again."
    case .noDefinition(let folder, let count):
      "'\(folder)' has \(count) definitions (*.yaml) where one is expected. Restore it, or remove "
        + "the folder to use the family that is installed."
    case .name(let name):
      "a file of the family has the name '\(name.prefix(60))', which leads out of its folder; do "
        + "not use this file."
    case .tooLarge(let files, let bytes):
      "the family has \(files) files of \(bytes) bytes; at most \(CarriedFamily.maximumCount) files and "
        + "\(CarriedFamily.maximumBytes) bytes are read."
    }
  }
}
