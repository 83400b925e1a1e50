@preconcurrency import CGSL

/// A GSL random number generator (Mersenne twister), freed once.
///
/// Source: Matsumoto and Nishimura 1998, doi:10.1145/272991.272995.
struct ResamplingGenerator: ~Copyable {
  private let pointer: UnsafeMutablePointer<gsl_rng>

  /// A generator that gives the same numbers for the same seed.
  init(seed: UInt64) {
    GSL.prepare()
    guard let pointer = gsl_rng_alloc(gsl_rng_mt19937) else {
      preconditionFailure("no memory for a random number generator")
    }
    // The generator takes 32 bits of a seed; fold the upper half in.
    gsl_rng_set(pointer, UInt((seed ^ (seed >> 32)) & 0xFFFF_FFFF))
    self.pointer = pointer
  }

  deinit { gsl_rng_free(pointer) }

  /// Draws from `values` with replacement into `sample[start ..< start + values.count]`.
  mutating func resample(_ values: [Double], into sample: inout [Double], at start: Int) {
    precondition(
      start + values.count <= sample.count,
      "sample has \(sample.count) places; \(start + values.count) needed")
    values.withUnsafeBufferPointer { source in
      sample.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        gsl_ran_sample(
          pointer, to + start, source.count, UnsafeMutableRawPointer(mutating: from),
          source.count, MemoryLayout<Double>.size)
      }
    }
  }

  /// An index uniform on 0 ..< count.
  mutating func index(below count: Int) -> Int {
    Int(gsl_rng_uniform_int(pointer, UInt(count)))
  }

  /// The next word of the twister, 32 bits.
  mutating func word() -> UInt32 { UInt32(truncatingIfNeeded: gsl_rng_get(pointer)) }
}
