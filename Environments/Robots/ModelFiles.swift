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
