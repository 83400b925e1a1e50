import Foundation

/// Where the model that a definition names lies.
enum ModelFiles {
  /// The path of a model, which lies in the definition's folder, in a folder `Models` in it, or
  /// in one beside it, links included.
  ///
  /// - Parameters:
  ///   - name: as in the definition.
  ///   - folder: the definition's; nil for the working folder.
  /// - Returns: the first ordinary file of that name in these places, or the path beside the
  ///   definition when there is none; nil for a name that leads elsewhere.
  static func path(of name: String, folder: String?) -> String? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.hasPrefix("/"), !parts.contains(".."), !name.utf8.contains(0) else { return nil }
    let base = folder.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? "."
    let roots = [base, "\(base)/Models", "\(base)/../Models"]
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
    for root in roots where FileManager.default.fileExists(atPath: "\(root)/\(name)") {
      let path = real("\(root)/\(name)")
      let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type]
      guard kind as? FileAttributeType == .typeRegular,
        roots.contains(where: { path.hasPrefix(real($0) + "/") })
      else { return nil }
      return "\(root)/\(name)"
    }
    return "\(base)/\(name)"
  }

  #if MuJoCo
    /// The files of a model, itself first, by their paths below the definition's folder.
    ///
    /// - Parameters:
    ///   - model: the model as loaded.
    ///   - name: as in the definition.
    /// - Returns: at least one.
    static func files(of model: MuJoCoModel, named name: String) -> [FamilyFile] {
      let folder = name.lastIndex(of: "/").map { name[...$0] } ?? ""
      return model.files.enumerated().map { index, file in
        FamilyFile(
          role: index == 0 ? .model : .part, name: index == 0 ? name : folder + file.name,
          contents: file.bytes)
      }
    }
  #endif
}
