import Foundation

/// Where the model that a definition names lies.
enum ModelFiles {
  /// The path of a model.
  ///
  /// - Parameters:
  ///   - name: as in the definition; an absolute path, or one relative to the definition's
  ///     folder or to the folder `Models` beside it or in it.
  ///   - folder: the definition's; nil for the working folder.
  /// - Returns: the first of these files that exists, or the one beside the definition.
  static func path(of name: String, folder: String?) -> String {
    guard !name.hasPrefix("/") else { return name }
    let base = folder.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? "."
    let places = ["\(base)/\(name)", "\(base)/Models/\(name)", "\(base)/../Models/\(name)"]
    return places.first { FileManager.default.fileExists(atPath: $0) } ?? places[0]
  }
}
