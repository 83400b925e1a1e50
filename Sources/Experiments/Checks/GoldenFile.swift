/// Why a golden file cannot be used.
public struct GoldenError: Error, Sendable, CustomStringConvertible {
  /// The file, what is wrong in it, and where.
  public let description: String
}

/// A golden file's JSON, read with errors that name the place.
struct GoldenValue: Sendable {
  let node: JSONValue
  let path: String
  let file: String
  /// Bytes of the whole file.
  let byteCount: Int

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
  }

  private init(node: JSONValue, path: String, in whole: GoldenValue) {
    (file, byteCount) = (whole.file, whole.byteCount)
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
      return value
    }
  }

  var text: String {
    get throws(GoldenError) {
      guard let value = node.text else { throw error("is not a string") }
      return value
    }
  }

  /// All numbers of nested lists, flattened.
  var numbers: [Double] {
    get throws(GoldenError) {
      if let value = node.number { return [value] }
      guard let elements = node.elements else { throw error("is not a list of numbers") }
      let plain = elements.compactMap(\.number)
      if plain.count == elements.count { return plain }
      var all: [Double] = []
      for element in try self.elements { all += try element.numbers }
      return all
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
