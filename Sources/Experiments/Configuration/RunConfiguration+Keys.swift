extension RunConfiguration {
  /// Every key, as `--set` takes it, in the order of files.
  public static var keys: [String] { fields.map(\.path) }

  /// The values of a key that has a fixed set of them; none for other keys and unknown ones.
  public static func choices(of key: String) -> [String] {
    guard let field = fields.first(where: { $0.path == key }), case .choice(let names) = field.kind
    else { return [] }
    return names
  }

  /// The default of a key, as it is written in files; nil for an unknown key.
  public static func defaultText(of key: String) -> String? {
    fields.first { $0.path == key }.map { $0.get(RunConfiguration()).yaml }
  }
}
