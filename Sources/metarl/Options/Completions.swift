import ArgumentParser
import Environments
import Experiments

/// What a shell is told while a command line is typed, beyond files and fixed choices.
enum Completions {
  /// Names of families and of their presets; definitions of one's own are files.
  static let families = CompletionKind.custom { words, _, prefix in
    Completions.families(after: words).filter { $0.hasPrefix(Completions.unquoted(prefix)) }
  }

  /// Keys of the configuration with their `=`, and the values of those that have fixed ones.
  static let settings = CompletionKind.custom { _, _, prefix in
    Completions.settings(Completions.unquoted(prefix))
  }

  /// Every family and preset that the words of a command line let us find.
  ///
  /// A catalog that cannot be read completes nothing: a shell has no place for its error.
  private static func families(after words: [String]) -> [String] {
    var folders: [String] = []
    for (index, word) in words.enumerated() {
      if word == "--environments", index + 1 < words.count { folders.append(words[index + 1]) }
      if word.hasPrefix("--environments=") { folders.append(String(word.dropFirst(15))) }
    }
    guard let entries = try? FamilyCatalog(withBuiltIn: ListArgument.words(folders)).list() else {
      return []
    }
    return entries.flatMap { entry -> [String] in
      guard case .success(let family) = entry.family else { return [] }
      return [entry.name] + family.definition.presets.map { "\(entry.name)@\($0)" }
    }
  }

  /// Assignments that begin with a text.
  private static func settings(_ prefix: String) -> [String] {
    guard let equals = prefix.firstIndex(of: "=") else {
      return RunConfiguration.keys.map { "\($0)=" }.filter { $0.hasPrefix(prefix) }
    }
    let key = String(prefix[..<equals])
    return RunConfiguration.choices(of: key).map { "\(key)=\($0)" }
      .filter { $0.hasPrefix(prefix) }
  }

  /// A word as it is meant, for one that is quoted as a whole.
  private static func unquoted(_ word: String) -> String {
    String(word.drop { $0 == "\"" || $0 == "'" })
  }
}
