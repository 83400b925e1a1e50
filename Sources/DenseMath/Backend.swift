import CKernels

/// Which code runs the arithmetic on this processor.
public struct Backend: Sendable, Equatable {
  /// Instruction set of the elementwise kernels: `baseline`, `avx2` or `avx512`.
  public let instructionSet: String
  /// OpenBLAS's core ("SkylakeX").
  public let blasCore: String
  /// OpenBLAS's version line.
  public let blasVersion: String
  /// What LIBXSMM generates small products for, or `none` where OpenBLAS does them too.
  public let smallProductTarget: String

  /// Loads the libraries and chooses the kernels, once for the process.
  ///
  /// - Returns: what was chosen.
  /// - Throws: `BackendError` when no BLAS can be loaded, or when METARL_INSTRUCTION_SET asks
  ///   for what the processor does not have.
  public static func start() throws(BackendError) -> Backend {
    var message = [CChar](repeating: 0, count: 512)
    guard metarl_start(&message, message.count) == 0 else {
      let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw BackendError(description: String(decoding: bytes, as: UTF8.self))
    }
    let names = ["baseline", "avx2", "avx512"]
    return Backend(
      instructionSet: names[Int(metarl_instruction_set())],
      blasCore: String(cString: metarl_blas_core()),
      blasVersion: String(cString: metarl_blas_version()),
      smallProductTarget: String(cString: metarl_small_product_target()))
  }
}

extension Backend {
  /// Seconds of one square single-precision product by the BLAS: the yardstick of benchmarks.
  ///
  /// - Parameters:
  ///   - size: rows and columns.
  ///   - repetitions: the fastest of so many counts.
  /// - Returns: seconds of the fastest.
  public static func secondsOfProduct(size: Int, repetitions: Int) -> Double {
    let matrices = (0..<3).map { _ in RowMatrix<Float>(rows: size, columns: size) }
    var best = Double.infinity
    for _ in 0..<repetitions {
      let start = ContinuousClock.now
      metarl_blas_product_f32(
        matrices[0].pointer(), matrices[1].pointer(), matrices[2].pointer(), size, size, size)
      let elapsed = start.duration(to: .now).components
      best = min(best, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    }
    return best
  }
}

/// Why no arithmetic can run here, and what to do about it.
public struct BackendError: Error, Sendable, CustomStringConvertible {
  /// What failed, why, and what to do.
  public let description: String
}
