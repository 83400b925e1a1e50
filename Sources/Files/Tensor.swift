/// A named array with a shape, as stored in a safetensors file; row-major.
public struct Tensor: Sendable, Equatable {
  /// The numbers, in one of the element types this build reads and writes.
  public enum Values: Sendable, Equatable {
    /// `F32`.
    case float([Float])
    /// `F64`.
    case double([Double])
    /// `I64`.
    case signed([Int64])
    /// `U64`.
    case unsigned([UInt64])
  }

  /// The name, unique in its file, for example `layer1.weight`.
  public let name: String
  /// Sizes, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The numbers.
  public let values: Values

  /// A tensor.
  ///
  /// - Precondition: as many values as the shape says.
  public init(name: String, shape: [Int], values: Values) {
    let count = shape.reduce(1, *)
    precondition(
      values.count == count, "tensor '\(name)' has \(values.count) values; shape says \(count)")
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// The values as `Double`; nil for integers.
  public var doubles: [Double]? {
    switch values {
    case .float(let values): values.map(Double.init)
    case .double(let values): values
    case .signed, .unsigned: nil
    }
  }

  /// The values as `Float`, rounded where they are stored as `F64`; nil for integers.
  public var floats: [Float]? {
    switch values {
    case .float(let values): values
    case .double(let values): values.map { Float($0) }
    case .signed, .unsigned: nil
    }
  }
}

extension Tensor.Values {
  /// How many.
  public var count: Int {
    switch self {
    case .float(let values): values.count
    case .double(let values): values.count
    case .signed(let values): values.count
    case .unsigned(let values): values.count
    }
  }

  /// The format's name of the element type.
  package var elementType: ElementType {
    switch self {
    case .float: .float
    case .double: .double
    case .signed: .signed
    case .unsigned: .unsigned
    }
  }

  /// The bytes as they are in memory: little-endian, as the format asks.
  package func appendBytes(to bytes: inout [UInt8]) {
    switch self {
    case .float(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    case .double(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    case .signed(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    case .unsigned(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
  }

  /// The values of an element type from their bytes.
  package init(_ type: ElementType, bytes: ArraySlice<UInt8>) {
    switch type {
    case .float: self = .float(Self.decode(bytes))
    case .double: self = .double(Self.decode(bytes))
    case .signed: self = .signed(Self.decode(bytes))
    case .unsigned: self = .unsigned(Self.decode(bytes))
    }
  }

  /// Numbers from bytes in the order of memory; `bytes` holds a whole number of them.
  private static func decode<Number: BitwiseCopyable>(_ bytes: ArraySlice<UInt8>) -> [Number] {
    let count = bytes.count / MemoryLayout<Number>.size
    return bytes.withUnsafeBytes { source in
      [Number](unsafeUninitializedCapacity: count) { buffer, filled in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
        filled = count
      }
    }
  }
}

/// Element types of safetensors that this build reads and writes.
package enum ElementType: String, CaseIterable {
  case float = "F32"
  case double = "F64"
  case signed = "I64"
  case unsigned = "U64"

  /// Bytes a value.
  package var size: Int { self == .float ? 4 : 8 }
}
