/// A file that a task family is made from.
///
/// All of them written into one folder under their names, with their contents, are the family
/// again: the definition finds its model there and the model its parts.
public struct FamilyFile: Sendable, Hashable {
  /// What a file is for.
  public enum Role: String, Sendable {
    /// The YAML definition.
    case definition
    /// The MJCF file that the definition names.
    case model
    /// A file that the model includes or names: MJCF, a mesh, a height field, a picture.
    case part
  }

  /// What it is for.
  public let role: Role
  /// Its path below the definition's folder.
  public let name: String
  /// Its bytes as they were read when the family was made.
  public let contents: [UInt8]

  /// A file.
  public init(role: Role, name: String, contents: [UInt8]) {
    self.role = role
    self.name = name
    self.contents = contents
  }

  /// The 64-bit FNV-1a checksum of the contents, in hexadecimal.
  ///
  /// It distinguishes versions of a file; it is no defence against forgery.
  ///
  /// Source: Fowler, Noll, Vo, draft-eastlake-fnv.
  public var checksum: String {
    let hash = contents.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    return String(hash, radix: 16)
  }
}

extension FamilyDefinition {
  /// Every file that the family is made from, the definition first, then what its simulator
  /// read: the model that the preset takes, and all files of it.
  public var files: [FamilyFile] {
    let name = origin.split(separator: "/").last.map(String.init) ?? "\(self.name).yaml"
    return [FamilyFile(role: .definition, name: name, contents: Array(text.utf8))]
      + simulator.files
  }
}
