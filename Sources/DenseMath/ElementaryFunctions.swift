#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// Natural logarithm of one number, from the C library.
@inline(__always)
func logarithm(_ x: Double) -> Double { log(x) }

/// Cosine of one angle in radians, from the C library.
@inline(__always)
func cosine(_ x: Double) -> Double { cos(x) }
