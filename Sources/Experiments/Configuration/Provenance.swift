import StrictYAML

/// How a run was made, beside what it was asked for: versions and digests.
public struct Provenance: Sendable, Hashable {
  /// `metarl`'s own version.
  public var metarl: String
  /// SHA-256 of the resolved task family definition.
  public var definitionDigest: String?
  /// The git revision the program was built from, where the build knew it.
  public var gitRevision: String?
  /// Version of the GNU Scientific Library.
  public var gsl: String?
  /// Name and version of the matrix library, and the processor core it was told to use.
  public var blas: String?
  /// Version of MuJoCo.
  public var muJoCo: String?
  /// The processor's name and how many threads it runs.
  public var processor: String?

  /// Provenance of the given program version.
  public init(
    metarl: String, definitionDigest: String? = nil, gitRevision: String? = nil,
    gsl: String? = nil, blas: String? = nil, muJoCo: String? = nil, processor: String? = nil
  ) {
    self.metarl = metarl
    self.definitionDigest = definitionDigest
    self.gitRevision = gitRevision
    self.gsl = gsl
    self.blas = blas
    self.muJoCo = muJoCo
    self.processor = processor
  }

  /// The provenance a `config.yaml` records, or nil where it has none.
  public init?(yaml: String, origin: String) throws(ConfigurationError) {
    do throws(YAMLError) {
      let root = try YAMLDocument(text: yaml, origin: origin).root.mapping()
      guard let node = root[RunConfiguration.provenanceSection] else { return nil }
      try self.init(node)
    } catch {
      throw .text(error)
    }
  }

  init(_ node: YAMLNode) throws(YAMLError) {
    let mapping = try node.mapping()
    try mapping.checkKeys(Self.optionalKeys.map(\.key).reversed() + ["metarl"])
    self.init(metarl: try mapping.required("metarl").string())
    for entry in Self.optionalKeys {
      if let value = mapping[entry.key] { self[keyPath: entry.property] = try value.string() }
    }
  }

  /// Keys and values that are known, in the order of files.
  package var entries: [(key: String, value: String)] {
    var entries = [("metarl", metarl)]
    for entry in Self.optionalKeys {
      if let value = self[keyPath: entry.property] { entries.append((entry.key, value)) }
    }
    return entries
  }

  /// Versions by which numbers may differ in their last digits, where both sides know them.
  ///
  /// The processor is none: what matters of it is in the name of the matrix library.
  ///
  /// - Returns: key, value here, value there.
  public func differences(
    from other: Provenance
  ) -> [(key: String, value: String, other: String)] {
    let there = other.entries.filter { !["definition_digest", "processor"].contains($0.key) }
    return there.compactMap { entry in
      guard let here = entries.first(where: { $0.key == entry.key })?.value, here != entry.value
      else { return nil }
      return (entry.key, here, entry.value)
    }
  }

  private typealias OptionalKey = (
    key: String, property: WritableKeyPath<Provenance, String?> & Sendable
  )

  private static let optionalKeys: [OptionalKey] = [
    ("definition_digest", \.definitionDigest), ("git_revision", \.gitRevision), ("gsl", \.gsl),
    ("blas", \.blas), ("mujoco", \.muJoCo), ("processor", \.processor),
  ]
}
