import DenseMath

/// Context parameters φ [C] joined to the input of the first layer, the same for every row.
///
/// W [o, φ] + b = W_o o + (W_φ φ + b), so that the context is a bias: the network runs on
/// b + W_φ φ, and derivatives go back through that product. With ḡ the gradient of the bias,
/// ∂/∂W_φ = ḡ φᵀ and ∂/∂φ = W_φᵀ ḡ; along a direction the bias moves by ḃ + Ẇ_φ φ + W_φ φ̇, and
/// the tangents of the gradients gain ḡ φ̇ᵀ and Ẇ_φᵀ ḡ.
/// Source: Zintgraf et al. 2019 (CAVIA), arXiv:1810.03642, section 3.2.
struct ContextInput<Scalar: DenseScalar>: Sendable {
  /// C.
  let size: Int
  /// H, outputs of the first layer.
  let width: Int
  /// Where the first layer's bias [H] lies in the flat vector.
  let biasStart: Int
  /// Where W_φ [H, C] lies.
  let weightStart: Int
  /// Where φ [C] lies.
  let valueStart: Int

  /// A context of C ≥ 1 numbers in front of a network, its parameters from `start` on.
  init(size: Int, network: Network<Scalar>, start: Int) {
    self.size = size
    width = network.layers[0].outputWidth
    biasStart = network.layers[0].inputWidth * width
    weightStart = start
    valueStart = start + width * size
  }

  /// The tensors behind a policy's others.
  var tensors: [ParameterTensor] {
    [
      ParameterTensor(
        name: "layer1.context_weight", shape: [width, size], range: weightStart..<valueStart),
      ParameterTensor(
        name: "context", shape: [size], range: valueStart..<(valueStart + size), role: .context),
    ]
  }

  /// The network's parameters with the bias b + W_φ φ.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func makeEffective(
    _ effective: UnsafeMutablePointer<Scalar>, from vector: UnsafePointer<Scalar>,
    network: Network<Scalar>
  ) {
    effective.update(from: vector, count: network.parameterCount)
    for j in 0..<width {
      var sum = effective[biasStart + j]
      for c in 0..<size { sum += vector[weightStart + j * size + c] * vector[valueStart + c] }
      effective[biasStart + j] = sum
    }
  }

  /// The network's direction with the bias ḃ + Ẇ_φ φ + W_φ φ̇.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func makeEffectiveTangent(
    _ effective: UnsafeMutablePointer<Scalar>, direction: UnsafePointer<Scalar>,
    at point: UnsafePointer<Scalar>, network: Network<Scalar>
  ) {
    effective.update(from: direction, count: network.parameterCount)
    for j in 0..<width {
      var sum = effective[biasStart + j]
      for c in 0..<size {
        let i = weightStart + j * size + c
        sum += direction[i] * point[valueStart + c] + point[i] * direction[valueStart + c]
      }
      effective[biasStart + j] = sum
    }
  }

  /// Fills the gradients of W_φ and φ from that of the bias, all in the flat vector `gradient`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func pullBack(_ gradient: UnsafeMutablePointer<Scalar>, at point: UnsafePointer<Scalar>) {
    for c in 0..<size { gradient[valueStart + c] = 0 }
    for j in 0..<width {
      let g = gradient[biasStart + j]
      for c in 0..<size {
        let i = weightStart + j * size + c
        gradient[i] = g * point[valueStart + c]
        gradient[valueStart + c] += g * point[i]
      }
    }
  }

  /// Adds to a Hessian product what the bias's own second derivative gives.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func addCurvature(
    _ product: UnsafeMutablePointer<Scalar>, biasGradient: [Scalar],
    direction: UnsafePointer<Scalar>
  ) {
    for j in 0..<width {
      let g = biasGradient[j]
      for c in 0..<size {
        let i = weightStart + j * size + c
        product[i] += g * direction[valueStart + c]
        product[valueStart + c] += g * direction[i]
      }
    }
  }
}
