import Foundation
import Testing

/// The Swift sources of a folder of targets, as text without comments and string literals.
struct SourceTree {
  /// A file of a target.
  struct File {
    /// The target's name.
    let target: String
    /// The folder inside the target, `""` for its root.
    let folder: String
    /// The file's name.
    let name: String
    /// What it imports.
    let imports: Set<String>
    /// The names of the types, protocols and functions that it declares at its outermost level,
    /// and that other files can see.
    let declared: Set<String>
    /// Every identifier in it.
    let words: Set<String>
  }

  let files: [File]

  /// Reads the sources below a folder whose folders are targets.
  init(_ root: URL) throws {
    let enumerator = try #require(
      FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
    let prefix = root.resolvingSymlinksInPath().pathComponents.count
    files = try enumerator.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map {
      let parts = Array($0.resolvingSymlinksInPath().pathComponents[prefix...])
      return File(
        target: parts[0], folder: parts.dropFirst().dropLast().joined(separator: "/"),
        name: parts[parts.count - 1],
        text: try String(contentsOf: $0, encoding: .utf8))
    }
  }

  /// A tree of known files.
  init(files: [File]) { self.files = files }
}

extension SourceTree.File {
  /// A file with its text.
  init(target: String, folder: String, name: String, text: String) {
    self.target = target
    self.folder = folder
    self.name = name
    let code = Self.code(of: text)
    imports = Set(
      code.matches(of: /(?m)^(?:@testable )?(?:package |public |internal )?import (\w+)/).map {
        String($0.1)
      })
    declared = Set(
      code.matches(
        of:
          /(?m)^(?:(?:public|package|internal|final|indirect|@\w+(?:\([^)]*\))?) )*(?:struct|class|enum|protocol|actor|typealias|func) (\w+)/
      ).map { String($0.1) })
    words = Set(code.matches(of: /[A-Za-z_]\w*/).map { String($0.0) })
  }

  /// Comments and string literals hold names without using them.
  private static func code(of text: String) -> String {
    text.replacing(/\/\/[^\n]*/, with: "")
      .replacing(/"""(?s:.*?)"""/, with: "")
      .replacing(/"(?:[^"\\\n]|\\.)*"/, with: "")
  }
}

extension SourceTree {
  /// The circles among a target's folders: those that reach themselves, each with a reason.
  func circles(in target: String) -> [String] {
    let own = files.filter { $0.target == target }
    var homes: [String: Set<String>] = [:]
    for file in own {
      for name in file.declared { homes[name, default: []].insert(file.folder) }
    }
    // Why one folder needs another: the first name by which it does.
    var arrows: [String: [String: String]] = [:]
    for file in own {
      for word in file.words.sorted() {
        guard let home = homes[word], home.count == 1, let other = home.first,
          other != file.folder
        else { continue }
        if arrows[file.folder]?[other] == nil {
          arrows[file.folder, default: [:]][other] = "\(file.name) uses \(word)"
        }
      }
    }
    func reached(from folder: String) -> Set<String> {
      var (seen, open) = (Set<String>(), [folder])
      while let next = open.popLast() {
        for other in arrows[next, default: [:]].keys where seen.insert(other).inserted {
          open.append(other)
        }
      }
      return seen
    }
    return arrows.keys.sorted().flatMap { folder in
      arrows[folder, default: [:]].sorted { $0.key < $1.key }
        .filter { reached(from: $0.key).contains(folder) }
        .map { "\(target): '\(folder)' needs '\($0.key)' and is needed by it (\($0.value))" }
    }
  }
}
