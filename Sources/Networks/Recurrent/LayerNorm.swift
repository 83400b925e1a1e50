import DenseMath

/// Layer normalization of each row by itself: y = γ ⊙ (x − μ) / √(v + ε) + β, with mean μ and
/// population variance v of the row's entries.
///
/// Source: Ba, Kiros, Hinton 2016, arXiv:1607.06450, eq. 3; ε 10⁻⁵.
struct LayerNorm<Scalar: DenseScalar>: Sendable {
  let width: Int

  /// ε.
  private static var epsilon: Scalar { 1e-5 }

  var parameterShapes: [(name: String, shape: [Int])] { [("gamma", [width]), ("beta", [width])] }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func forward(
    _ values: UnsafePointer<Scalar>, input: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    for row in 0..<rows {
      let (x, y) = (input + row * width, output + row * width)
      let (mean, inverse) = moments(x)
      for k in 0..<width { y[k] = values[k] * (x[k] - mean) * inverse + values[width + k] }
    }
  }

  /// With x̂ the normalized row and g = γ ȳ: x̄ = (g − mean g − x̂ mean(g x̂)) / √(v + ε).
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func reverse(
    _ values: UnsafePointer<Scalar>, input: UnsafePointer<Scalar>,
    outputGradient: UnsafePointer<Scalar>, inputGradient: UnsafeMutablePointer<Scalar>,
    parameterGradient: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    for row in 0..<rows {
      let (x, given) = (input + row * width, outputGradient + row * width)
      let out = inputGradient + row * width
      let (mean, inverse) = moments(x)
      var (sum, product): (Scalar, Scalar) = (0, 0)
      for k in 0..<width {
        let normalized = (x[k] - mean) * inverse
        parameterGradient[k] += given[k] * normalized
        parameterGradient[width + k] += given[k]
        let gradient = values[k] * given[k]
        sum += gradient
        product += gradient * normalized
      }
      let count = Scalar(width)
      for k in 0..<width {
        let normalized = (x[k] - mean) * inverse
        out[k] = (values[k] * given[k] - sum / count - normalized * product / count) * inverse
      }
    }
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func tangent(
    _ values: UnsafePointer<Scalar>, _ direction: UnsafePointer<Scalar>,
    input: UnsafePointer<Scalar>, inputTangent: UnsafePointer<Scalar>?,
    outputTangent: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    for row in 0..<rows {
      let (x, out) = (input + row * width, outputTangent + row * width)
      let (mean, inverse) = moments(x)
      var (sum, product): (Scalar, Scalar) = (0, 0)
      if let inputTangent {
        let moved = inputTangent + row * width
        for k in 0..<width {
          sum += moved[k]
          product += moved[k] * (x[k] - mean) * inverse
        }
      }
      let count = Scalar(width)
      for k in 0..<width {
        let normalized = (x[k] - mean) * inverse
        out[k] = direction[k] * normalized + direction[width + k]
        guard let inputTangent else { continue }
        let moved = inputTangent[row * width + k]
        out[k] += values[k] * (moved - sum / count - normalized * product / count) * inverse
      }
    }
  }

  @inline(__always)
  private func moments(_ x: UnsafePointer<Scalar>) -> (mean: Scalar, inverse: Scalar) {
    let count = Scalar(width)
    var sum: Scalar = 0
    for k in 0..<width { sum += x[k] }
    let mean = sum / count
    var variance: Scalar = 0
    for k in 0..<width { variance += (x[k] - mean) * (x[k] - mean) }
    return (mean, 1 / (variance / count + Self.epsilon).squareRoot())
  }
}
