import Files
import MetaLearning
import StrictYAML

/// One line of a recording while it is read: members by name, with errors that say the line.
struct RecordingLine {
  let origin: String
  let number: Int
  private let members: [JSONValue.Member]
  private let path: String

  /// Parses a line that must be a JSON object.
  ///
  /// - Throws: `ReplayError` with the line.
  init(bytes: ArraySlice<UInt8>, origin: String, number: Int) throws(ReplayError) {
    self.origin = origin
    self.number = number
    path = ""
    do {
      guard case .object(let members) = try JSONValue(parsing: Array(bytes)) else {
        throw ReplayError(origin: origin, line: number, message: "is not a JSON object.")
      }
      self.members = members
    } catch let error as ReplayError {
      throw error
    } catch {
      throw ReplayError(origin: origin, line: number, message: "\(error).")
    }
  }

  private init(
    origin: String, number: Int, path: String, members: [JSONValue.Member]
  ) {
    self.origin = origin
    self.number = number
    self.path = path
    self.members = members
  }

  /// Whether the line has a member.
  func has(_ key: String) -> Bool { value(key) != nil }

  /// Refuses members that are not known.
  func checkKeys(_ known: [String]) throws(ReplayError) {
    if let unknown = members.first(where: { !known.contains($0.key) }) {
      let hint = nearestName(to: unknown.key, in: known).map { "; did you mean '\($0)'?" } ?? "."
      throw error("\(quotedForMessage(unknown.key)) is not a known member\(hint)")
    }
  }

  func text(_ key: String) throws(ReplayError) -> String {
    guard let text = value(key)?.text else { throw expected(key, "a string") }
    return text
  }

  func boolean(_ key: String) throws(ReplayError) -> Bool {
    guard case .boolean(let boolean)? = value(key) else { throw expected(key, "true or false") }
    return boolean
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(ReplayError) -> Int {
    guard let integer = value(key)?.integer, range.contains(integer) else {
      throw expected(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// A number; null stands for one that is not finite and reads as NaN.
  func number(_ key: String) throws(ReplayError) -> Double {
    guard let value = value(key), let number = Self.number(value) else {
      throw expected(key, "a number")
    }
    return number
  }

  func numbers(_ key: String) throws(ReplayError) -> [Double] {
    guard let value = value(key), let numbers = Self.numbers(value) else {
      throw expected(key, "a list of numbers")
    }
    return numbers
  }

  /// A list of lists of numbers; a number alone is a list of one.
  func rows(_ key: String) throws(ReplayError) -> [[Double]] {
    guard let elements = value(key)?.elements else { throw expected(key, "a list") }
    var rows: [[Double]] = []
    rows.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard let row = Self.numbers(element) ?? Self.number(element).map({ [$0] }) else {
        throw expected("\(key)[\(index)]", "a list of numbers")
      }
      rows.append(row)
    }
    return rows
  }

  /// Lists of numbers by name.
  func namedVectors(_ key: String) throws(ReplayError) -> [(name: String, values: [Double])] {
    var vectors: [(name: String, values: [Double])] = []
    for member in try object(key).members {
      guard let numbers = Self.numbers(member.value) else {
        throw expected("\(key).\(member.key)", "a list of numbers")
      }
      vectors.append((member.key, numbers))
    }
    return vectors
  }

  /// Numbers by name.
  func namedNumbers(_ key: String) throws(ReplayError) -> [(name: String, value: Double)] {
    var numbers: [(name: String, value: Double)] = []
    for member in try object(key).members {
      guard let number = Self.number(member.value) else {
        throw expected("\(key).\(member.key)", "a number")
      }
      numbers.append((member.key, number))
    }
    return numbers
  }

  /// The objects of a list.
  func objects(_ key: String) throws(ReplayError) -> [RecordingLine] {
    guard let elements = value(key)?.elements else { throw expected(key, "a list") }
    var lines: [RecordingLine] = []
    for (index, element) in elements.enumerated() {
      let place = path + "\(key)[\(index)]"
      guard let members = element.members else { throw expected("\(key)[\(index)]", "an object") }
      lines.append(
        RecordingLine(origin: origin, number: number, path: place + ".", members: members))
    }
    return lines
  }

  /// An error at this line.
  func error(_ message: String) -> ReplayError {
    ReplayError(origin: origin, line: number, message: message)
  }

  /// An error about a member.
  func expected(_ key: String, _ what: String) -> ReplayError {
    error("\(quotedForMessage(path + key)) must be \(what).")
  }

  private func object(_ key: String) throws(ReplayError) -> RecordingLine {
    guard let members = value(key)?.members else { throw expected(key, "an object") }
    return RecordingLine(origin: origin, number: number, path: path + key + ".", members: members)
  }

  private func value(_ key: String) -> JSONValue? {
    members.first { $0.key == key }?.value
  }

  private static func number(_ value: JSONValue) -> Double? {
    value == .null ? .nan : value.number
  }

  private static func numbers(_ value: JSONValue) -> [Double]? {
    guard let elements = value.elements else { return nil }
    let numbers = elements.compactMap(number)
    return numbers.count == elements.count ? numbers : nil
  }
}
