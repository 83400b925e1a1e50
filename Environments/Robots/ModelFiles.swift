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

  /// The 64-bit FNV-1a checksum of a file, in hexadecimal; `none` when it cannot be read.
  ///
  /// It tells versions of a model apart; it is no defence against forgery. Files that the model
  /// includes are not covered.
  ///
  /// Source: Fowler, Noll, Vo, draft-eastlake-fnv.
  static func checksum(_ path: String) -> String {
    guard let contents = FileManager.default.contents(atPath: path) else { return "none" }
    let hash = contents.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    return String(hash, radix: 16)
  }
}
