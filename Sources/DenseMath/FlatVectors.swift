// Loops over the entries of flat vectors. They live here so that they are specialized: a generic
// loop that other targets reach unspecialized takes tens of nanoseconds an entry.

/// The sum of the entries, from the first to the last.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
public func sumElements<Scalar: DenseScalar>(
  _ values: UnsafePointer<Scalar>, count: Int
) -> Scalar {
  var sum: Scalar = 0
  for i in 0..<count { sum += values[i] }
  return sum
}

/// Every entry becomes `value`.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
public func fillElements<Scalar: DenseScalar>(
  _ out: UnsafeMutablePointer<Scalar>, with value: Scalar, count: Int
) {
  for i in 0..<count { out[i] = value }
}

/// Every entry is multiplied by `factor`.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
public func scaleElements<Scalar: DenseScalar>(
  _ values: UnsafeMutablePointer<Scalar>, by factor: Scalar, count: Int
) {
  for i in 0..<count { values[i] *= factor }
}

/// `factor` · values, entry by entry.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
public func scaledElements<Scalar: DenseScalar>(_ values: [Scalar], by factor: Scalar) -> [Scalar] {
  var scaled = values
  for i in scaled.indices { scaled[i] *= factor }
  return scaled
}

/// Whether all entries are equal; so are those of an empty vector.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
public func elementsAreEqual<Scalar: DenseScalar>(_ values: [Scalar]) -> Bool {
  guard let first = values.first else { return true }
  for value in values where value != first { return false }
  return true
}

/// A copy of a part of a vector.
///
/// - Precondition: `range` lies within it.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
public func part<Scalar: DenseScalar>(_ range: Range<Int>, of values: [Scalar]) -> [Scalar] {
  Array(values[range])
}

/// Two vectors one behind the other.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
public func joined<Scalar: DenseScalar>(_ first: [Scalar], _ second: [Scalar]) -> [Scalar] {
  first + second
}
