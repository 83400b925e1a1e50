extension YAMLNode {
  /// The text of the value.
  ///
  /// - Throws: `YAMLError` for a list, a mapping, nothing, and for an unquoted number or truth
  ///   value (which other YAML readers would not take for text).
  public func string() throws(YAMLError) -> String {
    let (text, isPlain) = try scalar(expecting: "text")
    if isPlain {
      switch ScalarKind(plain: text) {
      case .text: break
      case .null: throw unexpected("text")
      case .number, .boolean:
        throw error("must be text; write it in quotes: \"\(text.prefix(60))\"")
      }
    }
    return text
  }

  /// A finite number within `range` (nil: any).
  ///
  /// - Throws: `YAMLError` for anything else, infinities and NaN included.
  public func number(in range: ClosedRange<Double>? = nil) throws(YAMLError) -> Double {
    let expected = range.map(YAMLNode.describe) ?? "a number"
    let (text, isPlain) = try scalar(expecting: expected)
    if isPlain, [".inf", "+.inf", "-.inf", ".nan", "inf", "nan"].contains(text.lowercased()) {
      throw error("must be a finite number, not \(text)")
    }
    guard isPlain, ScalarKind(plain: text) == .number, let value = Double(text) else {
      throw unexpected(expected)
    }
    guard value.isFinite else {
      throw error("must be a finite number; \(text.prefix(60)) is too large")
    }
    guard range?.contains(value) ?? true else { throw unexpected(expected) }
    return value
  }

  private static func describe(_ range: ClosedRange<Double>) -> String {
    switch (range.lowerBound.isFinite, range.upperBound.isFinite) {
    case (true, true): "a number from \(range.lowerBound) to \(range.upperBound)"
    case (true, false): "a number of at least \(range.lowerBound)"
    case (false, true): "a number of at most \(range.upperBound)"
    case (false, false): "a number"
    }
  }

  /// A whole number within `range` (nil: any that fits 64 bits).
  ///
  /// - Throws: `YAMLError` for anything else, `1.0` and `1e3` included.
  public func integer(in range: ClosedRange<Int>? = nil) throws(YAMLError) -> Int {
    let expected =
      range.map {
        $0.upperBound == .max
          ? "a whole number of at least \($0.lowerBound)"
          : "a whole number from \($0.lowerBound) to \($0.upperBound)"
      } ?? "a whole number"
    let (text, isPlain) = try scalar(expecting: expected)
    guard isPlain, let value = Int(text), range?.contains(value) ?? true else {
      throw unexpected(expected)
    }
    return value
  }

  /// A whole number from 0 to 2⁶⁴ − 1, as seeds are.
  ///
  /// - Throws: `YAMLError` for anything else.
  public func unsigned() throws(YAMLError) -> UInt64 {
    let expected = "a whole number from 0 to \(UInt64.max)"
    let (text, isPlain) = try scalar(expecting: expected)
    guard isPlain, let value = UInt64(text) else { throw unexpected(expected) }
    return value
  }

  /// `true` or `false`.
  ///
  /// - Throws: `YAMLError` for anything else, `yes` and `on` included.
  public func boolean() throws(YAMLError) -> Bool {
    let (text, isPlain) = try scalar(expecting: "true or false")
    guard isPlain, let value = Bool(text) else { throw unexpected("true or false") }
    return value
  }

  /// A list of `count` finite numbers (nil: any number of them).
  ///
  /// - Throws: `YAMLError` naming the list or the item at fault.
  public func numbers(count: Int? = nil) throws(YAMLError) -> [Double] {
    let expected = count.map { "a list of \($0) numbers" } ?? "a list of numbers"
    guard isList else { throw unexpected(expected) }
    let items = try list()
    guard items.count == count ?? items.count else {
      throw error("must be \(expected), not of \(items.count)")
    }
    var values: [Double] = []
    values.reserveCapacity(items.count)
    for item in items { values.append(try item.number()) }
    return values
  }

  /// One of the names of an enumeration: its raw values are the allowed texts.
  ///
  /// - Throws: `YAMLError` with the nearest and all allowed values.
  public func choice<T>(of type: T.Type) throws(YAMLError) -> T
  where T: RawRepresentable<String> & CaseIterable {
    let name = try choice(of: T.allCases.map(\.rawValue))
    guard let value = T(rawValue: name) else { throw unexpected("a known value") }
    return value
  }

  /// One of the given names.
  ///
  /// - Throws: `YAMLError` with the nearest and all allowed values.
  public func choice(of names: [String]) throws(YAMLError) -> String {
    let (text, _) = try scalar(expecting: "one of: " + names.joined(separator: ", "))
    guard names.contains(text) else {
      let hint = nearestName(to: text, in: names).map { "; did you mean '\($0)'?" } ?? "."
      throw error(
        "cannot be \(quotedForMessage(text))\(hint) Allowed: \(names.joined(separator: ", "))")
    }
    return text
  }
}
