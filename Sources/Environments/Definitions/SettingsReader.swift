import StrictYAML

/// Reads a simulator's settings and writes down each as a choice.
struct SettingsReader {
  private let settings: YAMLMapping
  /// What was read so far, in order.
  private(set) var choices: [Choice] = []

  /// - Throws: `YAMLError` for a key that is not in `keys`.
  init(_ settings: YAMLMapping, keys: [String]) throws(YAMLError) {
    try settings.checkKeys(keys)
    self.settings = settings
  }

  /// A number above 0.
  mutating func positive(_ key: String, _ explanation: String) throws(YAMLError) -> Double {
    let node = try settings.required(key)
    let value = try node.number()
    guard value > 0 else { throw node.error("must be above 0, not \(value)") }
    choices.append(Choice(key, "\(value)", explanation))
    return value
  }

  /// A number from 0.
  mutating func notNegative(
    _ key: String, _ explanation: String, upTo limit: Double = .infinity
  ) throws(YAMLError) -> Double {
    let value = try settings.required(key).number(in: 0...limit)
    choices.append(Choice(key, "\(value)", explanation))
    return value
  }

  /// A whole number within a range.
  mutating func count(
    _ key: String, _ explanation: String, in range: ClosedRange<Int>
  ) throws(YAMLError) -> Int {
    let value = try settings.required(key).integer(in: range)
    choices.append(Choice(key, "\(value)", explanation))
    return value
  }

  /// A point of the plane, or nil when the key is not there.
  mutating func point(_ key: String, _ explanation: String) throws(YAMLError) -> SIMD2<Double>? {
    guard let node = settings[key] else { return nil }
    let values = try node.numbers(count: 2)
    choices.append(Choice(key, "[\(values[0]), \(values[1])]", explanation))
    return SIMD2(values[0], values[1])
  }

  /// At least two points of the plane.
  mutating func points(_ key: String, _ explanation: String) throws(YAMLError) -> [SIMD2<Double>] {
    let node = try settings.required(key)
    var points: [SIMD2<Double>] = []
    for item in try node.list() {
      let values = try item.numbers(count: 2)
      points.append(SIMD2(values[0], values[1]))
    }
    guard points.count >= 2 else { throw node.error("must have at least two points") }
    let text = points.map { "[\($0.x), \($0.y)]" }.joined(separator: ", ")
    choices.append(Choice(key, "[\(text)]", explanation))
    return points
  }
}
