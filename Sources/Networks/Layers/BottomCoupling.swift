import DenseMath

/// What the Hessian of a batch's loss holds between and inside its two lowest dense layers that
/// does not depend on anything but the batch: computed once, used in every product.
///
/// Let x be the inputs extended by x_I = 1, and v_i = (Ẇ₁, ḃ₁) the direction in the first layer, so
/// that ż₁ = Σ_i x_i v_i and ẏ₁ = φ′ ⊙ ż₁. In the tangent of the reverse pass, the kept gradient of
/// the second layer meets the tangents twice: W̄̇₂ += z̄₂ᵀ ẏ₁ and ȳ̇₁ += z̄₂ Ẇ₂. Both are linear in the
/// direction through the constants
///
/// cross[i, k, j] = Σ_n z̄₂[n, k] φ′[n, j] x_i[n]:
/// W̄̇₂[k, j] += Σ_i v_i[j] cross[i, k, j], and (W̄₁, b̄₁)̇_i[j] += Σ_k Ẇ₂[k, j] cross[i, k, j].
///
/// Likewise the term φ″ ⊙ ż₁ ⊙ ȳ₁ of the first layer, through
/// own[i, h, j] = Σ_n (φ″ ⊙ ȳ₁)[n, j] x_i[n] x_h[n]: (W̄₁, b̄₁)̇_i[j] += Σ_h own[i, h, j] v_h[j].
///
/// A Hessian product then takes four large matrix products instead of six, and no longer reads the
/// first layer's kept gradient. Computing the constants takes I + 1 large products, so it pays
/// where inputs are few and products many.
final class BottomCoupling<Scalar: DenseScalar> {
  /// Up to this many inputs the constants are worth their cost.
  static var inputLimit: Int { 8 }

  let first: DenseLayer<Scalar>
  let second: DenseLayer<Scalar>
  private let cross: RowMatrix<Scalar>
  private let own: RowMatrix<Scalar>

  /// The coupling of a network's two lowest layers, or nil where there is none to profit from.
  init?(network: Network<Scalar>) {
    guard Self.pays(for: network.layers), let first = network.layers[0] as? DenseLayer<Scalar>,
      let second = network.layers[1] as? DenseLayer<Scalar>
    else { return nil }
    self.first = first
    self.second = second
    let terms = first.inputWidth + 1
    cross = RowMatrix(rows: terms * second.outputWidth, columns: first.outputWidth)
    own = RowMatrix(rows: terms * terms, columns: first.outputWidth)
  }

  /// Whether a stack has two dense layers at its bottom and few enough inputs.
  static func pays(for layers: [any Layer<Scalar>]) -> Bool {
    layers.count >= 2 && layers[0] is DenseLayer<Scalar> && layers[1] is DenseLayer<Scalar>
      && layers[0].inputWidth <= inputLimit
  }

  /// Forgets the batch before.
  func clear() {
    cross.clear()
    own.clear()
  }

  /// Adds a block of rows.
  ///
  /// - Parameters:
  ///   - input: [rows, I].
  ///   - output: y₁, [rows, H₁].
  ///   - firstGradient: z̄₁, [rows, H₁].
  ///   - secondGradient: z̄₂, [rows, H₂].
  ///   - rows: how many.
  ///   - scratch: a worker's.
  func add(
    input: UnsafePointer<Scalar>, output: UnsafePointer<Scalar>,
    firstGradient: UnsafePointer<Scalar>, secondGradient: UnsafePointer<Scalar>, rows: Int,
    scratch: Scratch
  ) {
    let (inputs, width) = (first.inputWidth, first.outputWidth)
    for index in 0...inputs {
      Scalar.scaledDerivative(
        first.activation, scratch.rows.pointer(), y: output, x: input, inputs: inputs,
        index: index, rows: rows, columns: width)
      Scalar.addOuterProduct(
        cross.pointer(row: index * second.outputWidth), secondGradient, scratch.rows.pointer(),
        rows: rows, columns: second.outputWidth, inner: width)
    }
    guard first.activation == .tanh else { return }
    Scalar.secondDerivative(
      first.activation, scratch.rows.pointer(), y: output, zGradient: firstGradient, rows: rows,
      columns: width)
    Scalar.inputProducts(scratch.inputs.pointer(), x: input, inputs: inputs, rows: rows)
    Scalar.addOuterProduct(
      own.pointer(), scratch.inputs.pointer(), scratch.rows.pointer(), rows: rows,
      columns: (inputs + 1) * (inputs + 1), inner: width)
  }

  /// Adds the coupling's share of a Hessian product.
  ///
  /// - Parameters:
  ///   - direction: v, its first layer and behind it the second, as in the flat vector.
  ///   - product: the product's flat vector, likewise.
  ///   - scratch: a worker's.
  func addProduct(
    direction: UnsafePointer<Scalar>, product: UnsafeMutablePointer<Scalar>, scratch: Scratch
  ) {
    let (inputs, width) = (first.inputWidth, first.outputWidth)
    let (weights, secondStart) = (inputs * width, first.parameterCount)
    scratch.direction.clear()
    Scalar.transpose(scratch.direction.pointer(), direction, rows: width, columns: inputs)
    Scalar.addScaled(scratch.direction.pointer(row: inputs), 1, direction + weights, count: width)
    scratch.product.clear()
    Scalar.couple(
      second: product + secondStart, first: scratch.product.pointer(),
      secondDirection: direction + secondStart, firstDirection: scratch.direction.pointer(),
      cross: cross.pointer(), own: own.pointer(), terms: inputs + 1,
      secondWidth: second.outputWidth, firstWidth: width)
    Scalar.transpose(
      scratch.direction.pointer(), scratch.product.pointer(), rows: inputs, columns: width)
    Scalar.addScaled(product, 1, scratch.direction.pointer(), count: weights)
    Scalar.addScaled(product + weights, 1, scratch.product.pointer(row: inputs), count: width)
  }

  /// One worker's memory for couplings of a network.
  struct Scratch {
    /// [block, H₁].
    let rows: RowMatrix<Scalar>
    /// [block, (I + 1)²].
    let inputs: RowMatrix<Scalar>
    /// [I + 1, H₁].
    let direction: RowMatrix<Scalar>
    /// [I + 1, H₁].
    let product: RowMatrix<Scalar>

    /// Memory for a network; empty where it has no coupling.
    init(network: Network<Scalar>) {
      let first = network.layers[0]
      let small = first.inputWidth <= BottomCoupling.inputLimit
      let (terms, block) = small ? (first.inputWidth + 1, Network<Scalar>.blockRows) : (0, 0)
      rows = RowMatrix(rows: block, columns: first.outputWidth)
      inputs = RowMatrix(rows: block, columns: terms * terms)
      direction = RowMatrix(rows: terms, columns: first.outputWidth)
      product = RowMatrix(rows: terms, columns: first.outputWidth)
    }
  }
}
