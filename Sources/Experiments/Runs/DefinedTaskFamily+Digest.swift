import Environments
import Files

extension DefinedTaskFamily {
  /// SHA-256 of every choice of the definition, presets resolved; hexadecimal.
  ///
  /// Comments and the order of keys do not change it; any number that matters does.
  public var definitionDigest: String { SHA256.hexDigest(of: canonicalDescription) }
}
