import Foundation

/// Why a golden file cannot be used.
public struct GoldenError: Error, Sendable, CustomStringConvertible {
  /// The file, what is wrong in it, and where.
  public let description: String
}

/// A golden file's JSON, read with errors that name the place.
struct GoldenValue: Sendable {
  indirect enum Node: Sendable, Decodable {
    case object([String: Node])
    case list([Node])
    case numbers([Double])
    case number(Double)
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .text(value)
      } else if let value = try? container.decode([Double].self) {
        self = .numbers(value)
      } else if let value = try? container.decode([Node].self) {
        self = .list(value)
      } else if let value = try? container.decode([String: Node].self) {
        self = .object(value)
      } else {
        self = .other
      }
    }
  }

  let node: Node
  let path: String
  let file: String
  /// Bytes of the whole file.
  let byteCount: Int

  /// Largest file that is read.
  private static let largestFile = 1 << 28

  /// Reads a file.
  init(file: String) throws(GoldenError) {
    do {
      let bytes = try FileSystem.contents(of: file, limit: Self.largestFile)
      node = try JSONDecoder().decode(Node.self, from: Data(bytes))
      byteCount = bytes.count
    } catch let error as FileError {
      throw GoldenError(description: "golden file: \(error)")
    } catch let error as DecodingError {
      throw GoldenError(description: "golden file '\(file)' is not JSON: \(Self.reason(error))")
    } catch {
      throw GoldenError(
        description: "golden file '\(file)' cannot be read: \(error.localizedDescription)")
    }
    self.file = file
    path = ""
  }

  private init(node: Node, path: String, in whole: GoldenValue) {
    (file, byteCount) = (whole.file, whole.byteCount)
    self.node = node
    self.path = path
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context): context.debugDescription
    case .keyNotFound(_, let context), .typeMismatch(_, let context),
      .valueNotFound(_, let context):
      context.debugDescription
    @unknown default: "unreadable"
    }
  }

  /// An error at this place.
  func error(_ message: String) -> GoldenError {
    GoldenError(
      description: "golden file '\(file)': '\(path.isEmpty ? "the document" : path)' \(message)")
  }

  func has(_ key: String) -> Bool {
    if case .object(let fields) = node { fields[key] != nil } else { false }
  }

  subscript(_ key: String) -> GoldenValue {
    get throws(GoldenError) {
      guard case .object(let fields) = node else { throw error("is not an object") }
      guard let value = fields[key] else { throw error("has no '\(key)'") }
      return GoldenValue(node: value, path: path.isEmpty ? key : "\(path).\(key)", in: self)
    }
  }

  /// The elements of a list of objects or lists.
  var elements: [GoldenValue] {
    get throws(GoldenError) {
      switch node {
      case .list(let nodes):
        return nodes.enumerated().map {
          GoldenValue(node: $1, path: "\(path)[\($0)]", in: self)
        }
      case .numbers(let values):
        return values.enumerated().map {
          GoldenValue(node: .number($1), path: "\(path)[\($0)]", in: self)
        }
      default: throw error("is not a list")
      }
    }
  }

  var number: Double {
    get throws(GoldenError) {
      guard case .number(let value) = node, value.isFinite else {
        throw error("is not a finite number")
      }
      return value
    }
  }

  var text: String {
    get throws(GoldenError) {
      guard case .text(let value) = node else { throw error("is not a string") }
      return value
    }
  }

  /// All numbers of nested lists, flattened.
  var numbers: [Double] {
    get throws(GoldenError) {
      switch node {
      case .numbers(let values): return values
      case .number(let value): return [value]
      case .list:
        var all: [Double] = []
        for element in try elements { all += try element.numbers }
        return all
      default: throw error("is not a list of numbers")
      }
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
