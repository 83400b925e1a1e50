import Files
import Synchronization

/// Why a golden file cannot be used.
public struct GoldenError: Error, Sendable, CustomStringConvertible {
  /// The file, what is wrong in it, and where.
  public let description: String
}

/// What has been read of a golden file, by path.
private final class GoldenReading: Sendable {
  let paths = Mutex<Set<String>>([])
}

/// A golden file's JSON, read with errors that name the place; it knows what has been read.
struct GoldenValue: Sendable {
  let node: JSONValue
  let path: String
  let file: String
  /// Bytes of the whole file.
  let byteCount: Int
  private let reading: GoldenReading

  /// Largest file that is read.
  private static let largestFile = 1 << 28

  /// Reads a file.
  init(file: String) throws(GoldenError) {
    do {
      try self.init(
        bytes: FileSystem.contents(of: file, limit: Self.largestFile), name: file)
    } catch let error as GoldenError {
      throw error
    } catch {
      throw GoldenError(description: "golden file: \(error)")
    }
  }

  /// Reads a file's bytes.
  init(bytes: [UInt8], name: String) throws(GoldenError) {
    do {
      node = try JSONValue(parsing: bytes)
    } catch {
      throw GoldenError(description: "golden file '\(name)' is not JSON: \(error)")
    }
    byteCount = bytes.count
    file = name
    path = ""
    reading = GoldenReading()
  }

  private init(node: JSONValue, path: String, in whole: GoldenValue) {
    (file, byteCount, reading) = (whole.file, whole.byteCount, whole.reading)
    self.node = node
    self.path = path
  }

  /// An error at this place.
  func error(_ message: String) -> GoldenError {
    GoldenError(
      description: "golden file '\(file)': '\(path.isEmpty ? "the document" : path)' \(message)")
  }

  func has(_ key: String) -> Bool { node[key] != nil }

  subscript(_ key: String) -> GoldenValue {
    get throws(GoldenError) {
      guard node.members != nil else { throw error("is not an object") }
      guard let value = node[key] else { throw error("has no '\(key)'") }
      return GoldenValue(node: value, path: path.isEmpty ? key : "\(path).\(key)", in: self)
    }
  }

  /// The elements of a list.
  var elements: [GoldenValue] {
    get throws(GoldenError) {
      guard let elements = node.elements else { throw error("is not a list") }
      return elements.enumerated().map {
        GoldenValue(node: $1, path: "\(path)[\($0)]", in: self)
      }
    }
  }

  var number: Double {
    get throws(GoldenError) {
      guard let value = node.number, value.isFinite else {
        throw error("is not a finite number")
      }
      markRead()
      return value
    }
  }

  var text: String {
    get throws(GoldenError) {
      guard let value = node.text else { throw error("is not a string") }
      markRead()
      return value
    }
  }

  /// All numbers of nested lists, flattened.
  var numbers: [Double] {
    get throws(GoldenError) {
      markRead()
      return try flattened
    }
  }

  private func markRead() { reading.paths.withLock { _ = $0.insert(path) } }

  /// Paths of what has not been read; one for a part of which nothing has been.
  var unread: [String] {
    let read = reading.paths.withLock { $0 }
    return Self.unread(node, path, read).paths
  }

  private static func unread(
    _ node: JSONValue, _ path: String, _ read: Set<String>
  ) -> (paths: [String], isWhole: Bool) {
    guard !read.contains(path) else { return ([], false) }
    let children =
      node.members.map { members in
        members.map { (path.isEmpty ? $0.key : "\(path).\($0.key)", $0.value) }
      } ?? node.elements.map { elements in
        elements.enumerated().map { ("\(path)[\($0)]", $1) }
      } ?? []
    guard !children.isEmpty else { return ([path], true) }
    let parts = children.map { unread($0.1, $0.0, read) }
    let isWhole = parts.allSatisfy(\.isWhole)
    return (isWhole && !path.isEmpty ? [path] : parts.flatMap(\.paths), isWhole)
  }

  private var flattened: [Double] {
    get throws(GoldenError) {
      if let value = node.number { return [value] }
      guard let elements = node.elements else { throw error("is not a list of numbers") }
      let plain = elements.compactMap(\.number)
      if plain.count == elements.count { return plain }
      var all: [Double] = []
      for element in try self.elements { all += try element.flattened }
      return all
    }
  }

  /// Reads a number that must be the one that follows from the rest of the file.
  func require(_ expected: Int, _ what: String) throws(GoldenError) {
    let value = try number
    guard value == Double(expected) else {
      throw error("is \(value), not \(expected), \(what)")
    }
  }

  /// Exactly `count` numbers.
  func numbers(count: Int) throws(GoldenError) -> [Double] {
    let values = try numbers
    guard values.count == count else {
      throw error("has \(values.count) numbers; \(count) expected")
    }
    return values
  }

  var strings: [String] {
    get throws(GoldenError) {
      var all: [String] = []
      for element in try elements { all.append(try element.text) }
      return all
    }
  }
}
