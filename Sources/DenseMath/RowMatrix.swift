import CKernels

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// Rows of equal width in one allocation aligned to 64 bytes, reused from batch to batch.
///
/// A reference, not to be shared: the memory behind a batch's activations is filled by one worker
/// and read by another in a later phase, never by two at a time. Memory only grows.
public final class RowMatrix<Scalar: DenseScalar> {
  /// n, entries of a row.
  public let columns: Int
  /// B, rows in use.
  public private(set) var rows = 0
  private var capacity = 0
  private var base: UnsafeMutablePointer<Scalar>

  /// A matrix of zeros.
  ///
  /// - Precondition: `columns` ≥ 0 and `rows` ≥ 0.
  public init(rows: Int = 0, columns: Int) {
    precondition(columns >= 0 && rows >= 0, "rows: \(rows), columns: \(columns); at least 0 each")
    self.columns = columns
    base = Self.allocate(count: 1)
    resize(rows: rows)
  }

  deinit { metarl_free(base) }

  /// Makes room for `rows` rows; the contents are zeros where the memory had to grow, and
  /// otherwise whatever they were.
  public func resize(rows: Int) {
    self.rows = rows
    guard rows * columns > capacity else { return }
    metarl_free(base)
    capacity = rows * columns
    base = Self.allocate(count: capacity)
  }

  /// The first entry of row `row`; valid while the matrix lives and is not resized.
  @inline(__always)
  public func pointer(row: Int = 0) -> UnsafeMutablePointer<Scalar> { base + row * columns }

  /// All entries, row by row.
  public var values: [Scalar] {
    // As bytes: an unspecialized generic copy would go entry by entry.
    let count = rows * columns
    return [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let target = buffer.baseAddress {
        memcpy(target, base, count * MemoryLayout<Scalar>.stride)
      }
      initialized = count
    }
  }

  /// Overwrites all entries in use with those of a matrix of the same size.
  public func copy(from other: RowMatrix<Scalar>) {
    precondition(
      other.rows == rows && other.columns == columns,
      "[\(other.rows), \(other.columns)] into [\(rows), \(columns)]")
    memcpy(base, other.base, rows * columns * MemoryLayout<Scalar>.stride)
  }

  /// Overwrites all entries in use.
  public func copy(from values: [Scalar]) {
    precondition(
      values.count == rows * columns, "\(values.count) values into [\(rows), \(columns)]")
    values.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { memcpy(base, source, bytes.count) }
    }
  }

  /// Zeros the rows from `row` on.
  public func clear(fromRow row: Int = 0) {
    precondition(row >= 0 && row <= rows, "row: \(row), rows: \(rows)")
    memset(base + row * columns, 0, (rows - row) * columns * MemoryLayout<Scalar>.stride)
  }

  private static func allocate(count: Int) -> UnsafeMutablePointer<Scalar> {
    let bytes = max(count, 1) * MemoryLayout<Scalar>.stride
    guard let memory = metarl_allocate(bytes) else {
      fatalError("out of memory: \(bytes) bytes for a matrix")
    }
    return memory.bindMemory(to: Scalar.self, capacity: count)
  }
}
