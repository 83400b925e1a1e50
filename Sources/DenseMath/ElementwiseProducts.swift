/// out ← a ⊙ b, entry by entry; `out` may be `a` or `b`.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
public func multiplyElements<Scalar: DenseScalar>(
  _ out: UnsafeMutablePointer<Scalar>, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>,
  count: Int
) {
  for i in 0..<count { out[i] = a[i] * b[i] }
}

/// y ← y − a ⊙ b, entry by entry.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
public func subtractProducts<Scalar: DenseScalar>(
  _ y: UnsafeMutablePointer<Scalar>, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>,
  count: Int
) {
  for i in 0..<count { y[i] -= a[i] * b[i] }
}
