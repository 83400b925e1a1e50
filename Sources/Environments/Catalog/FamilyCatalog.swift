import Foundation
import StrictYAML

/// The task families in a list of folders, one `NAME.yaml` each.
///
/// A family in an earlier folder hides one of the same name in a later one.
public struct FamilyCatalog: Sendable {
  /// One definition file of the folders.
  public struct Entry: Sendable {
    /// The family's name, which is the file's name without `.yaml`.
    public let name: String
    /// The file.
    public let path: String
    /// The family without a preset, or why its definition cannot be used.
    public let family: Result<DefinedTaskFamily, EnvironmentError>
  }

  /// The folders, searched in this order.
  public let folders: [String]
  /// Which engine steps the robots' models; `definition` leaves it to each definition.
  public let physics: PhysicsChoice

  /// A catalog of folders.
  public init(folders: [String], physics: PhysicsChoice = .definition) {
    self.folders = folders
    self.physics = physics
  }

  /// A catalog of the user's folders, then the built-in one.
  ///
  /// - Throws: `EnvironmentError.noBuiltInFolder`.
  public init(
    withBuiltIn folders: [String] = [], physics: PhysicsChoice = .definition
  ) throws(EnvironmentError) {
    self.init(folders: try folders + [FamilyCatalog.builtInFolder()], physics: physics)
  }

  /// Every family, by name; a broken file is listed with its error.
  ///
  /// - Throws: `EnvironmentError.unreadable` for a folder that cannot be read.
  public func list() throws(EnvironmentError) -> [Entry] {
    try paths().sorted { $0.key < $1.key }.map { name, path in
      do throws(EnvironmentError) {
        return Entry(name: name, path: path, family: .success(try load(name, path, nil)))
      } catch {
        return Entry(name: name, path: path, family: .failure(error))
      }
    }
  }

  /// The family that a command names.
  ///
  /// - Parameter reference: `NAME`, `NAME@PRESET`, or the path of a definition (with a `/` or
  ///   ending in `.yaml`), `@PRESET` after it if wanted.
  /// - Returns: the family with the preset applied.
  /// - Throws: `EnvironmentError` that says what is unknown, unreadable or wrong.
  public func family(named reference: String) throws(EnvironmentError) -> DefinedTaskFamily {
    let (name, preset) = FamilyCatalog.split(reference)
    if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      return try load(nil, name, preset)
    }
    let paths = try paths()
    guard let path = paths[name] else {
      throw .unknownFamily(name: name, known: paths.keys.sorted())
    }
    return try load(name, path, preset)
  }

  /// `NAME@PRESET` in its parts; an `@` before the last `/` belongs to the path.
  public static func split(_ reference: String) -> (name: String, preset: String?) {
    guard let at = reference.lastIndex(of: "@"), !reference[at...].contains("/") else {
      return (reference, nil)
    }
    return (String(reference[..<at]), String(reference[reference.index(after: at)...]))
  }

  /// The definition files by family name.
  private func paths() throws(EnvironmentError) -> [String: String] {
    var paths: [String: String] = [:]
    for folder in folders {
      let files: [String]
      do {
        files = try FileManager.default.contentsOfDirectory(atPath: folder)
      } catch {
        throw .unreadable(path: folder, reason: "it is not a folder that can be listed")
      }
      for file in files where file.hasSuffix(".yaml") && !file.hasPrefix(".") {
        let name = String(file.dropLast(".yaml".count))
        if paths[name] == nil { paths[name] = folder + "/" + file }
      }
    }
    return paths
  }

  private func load(
    _ name: String?, _ path: String, _ preset: String?
  ) throws(EnvironmentError) -> DefinedTaskFamily {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let definition = try FamilyDefinition(
      text: readDefinition(path), origin: path, folder: folder, preset: preset,
      physics: physics)
    if let name, definition.name != name {
      throw .definition(
        YAMLError(
          origin: path, line: nil,
          message: "the family is named '\(definition.name)'; name the file"
            + " '\(definition.name).yaml', or the family '\(name)'"))
    }
    return DefinedTaskFamily(definition)
  }
}

/// The text of a definition file, no larger than a document may be.
private func readDefinition(_ path: String) throws(EnvironmentError) -> String {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw .unreadable(path: path, reason: "there is no such file")
  }
  guard !isFolder.boolValue else {
    throw .unreadable(path: path, reason: "it is a folder; name the definition's file")
  }
  // The file behind a link: a device or pipe might never end.
  let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  let attributes = try? FileManager.default.attributesOfItem(atPath: file)
  guard attributes?[.type] as? FileAttributeType == .typeRegular else {
    throw .unreadable(path: path, reason: "it is not an ordinary file")
  }
  let size = attributes?[.size] as? Int ?? 0
  guard size <= YAMLDocument.maximumBytes else {
    throw .unreadable(
      path: path, reason: "\(size) bytes; a definition has at most \(YAMLDocument.maximumBytes)")
  }
  guard let data = FileManager.default.contents(atPath: path) else {
    throw .unreadable(path: path, reason: "it cannot be opened; look at its permissions")
  }
  guard let text = String(bytes: data, encoding: .utf8) else {
    throw .unreadable(path: path, reason: "it is not UTF-8 text")
  }
  return text
}
