import DenseMath
import Networks

/// One inner step θ′ₖ₊₁ = θ′ₖ − a ⊙ ∇L(θ′ₖ; Dₖ), and the products with its Jacobian.
///
/// a is zero where nothing adapts, and elsewhere one α or a learned size an entry. With H the
/// Hessian of L, J = I − diag(a) H, which is symmetric for a uniform a alone:
/// J v = v − a ⊙ (H v), Jᵀu = u − H (a ⊙ u), and ∂ℓ/∂a = −∇L ⊙ u with u = ∂ℓ/∂θ′ₖ₊₁.
/// Sources: Finn et al. 2017, arXiv:1703.03400, eq. 1; Li et al. 2017 (Meta-SGD),
/// arXiv:1707.09835, eq. 5.
struct InnerUpdate<Scalar: DenseScalar>: Sendable {
  let layout: MetaLayout<Scalar>
  private let ranges: [Range<Int>]
  private let isWhole: Bool

  init(_ layout: MetaLayout<Scalar>) {
    self.layout = layout
    ranges = layout.adaptedRanges
    isWhole = ranges == [0..<layout.parameterCount]
  }

  /// θ ← θ − a ⊙ gradient; prepared on return.
  ///
  /// - Parameters:
  ///   - point: θ′ₖ on entry, θ′ₖ₊₁ on return.
  ///   - gradient: ∇L, [P].
  ///   - sizes: a.
  func step(
    _ point: PreparedParameters<Scalar>, gradient: RowMatrix<Scalar>, sizes: StepSizes<Scalar>
  ) {
    subtract(from: point, gradient, sizes: sizes)
    point.prepare()
  }

  /// v ← v − a ⊙ (H v) − ȧ ⊙ ∇L; prepared on return.
  ///
  /// - Parameters:
  ///   - v: the direction; its rates give ȧ.
  ///   - step: k.
  ///   - sizes: a.
  ///   - gradient: ∇L, [P]; needed where rates are learned.
  ///   - scratch: one row of P.
  ///   - product: H v at θ′ₖ, left in the matrix that it returns; nil takes H as zero.
  func applyJacobian(
    to v: MetaDirection<Scalar>, step: Int, sizes: StepSizes<Scalar>,
    gradient: RowMatrix<Scalar>?, scratch: PreparedParameters<Scalar>,
    product: ((PreparedParameters<Scalar>) -> RowMatrix<Scalar>)?
  ) {
    if let product {
      subtract(from: v.theta, product(v.theta), sizes: sizes)
    }
    if let gradient, v.rates.columns > 0 {
      layout.sizeTangent(step: step, of: v.rates.pointer(), into: scratch.vector.pointer())
      for range in ranges {
        subtractProducts(
          v.theta.vector.pointer() + range.lowerBound,
          scratch.vector.pointer() + range.lowerBound, gradient.pointer() + range.lowerBound,
          count: range.count)
      }
    }
    v.theta.prepare()
  }

  /// u ← u − H (a ⊙ u), and the gradient of the rates − ∇L ⊙ u; prepared on return.
  ///
  /// - Parameters: as `applyJacobian`'s; `product` is given a direction.
  func applyTransposedJacobian(
    to u: MetaDirection<Scalar>, step: Int, sizes: StepSizes<Scalar>,
    gradient: RowMatrix<Scalar>?, scratch: PreparedParameters<Scalar>,
    product: ((PreparedParameters<Scalar>) -> RowMatrix<Scalar>)?
  ) {
    if let gradient, u.rates.columns > 0 {
      scratch.vector.clear()
      for range in ranges {
        subtractProducts(
          scratch.vector.pointer() + range.lowerBound, u.theta.vector.pointer() + range.lowerBound,
          gradient.pointer() + range.lowerBound, count: range.count)
      }
      layout.addSizeGradient(scratch.vector.pointer(), step: step, to: u.rates.pointer())
    }
    guard let product else { return }
    let direction: PreparedParameters<Scalar>
    if isWhole && sizes.entries == nil {
      direction = u.theta
    } else {
      direction = scratch
      scratch.vector.clear()
      for range in ranges {
        let (out, from) = (
          scratch.vector.pointer() + range.lowerBound, u.theta.vector.pointer() + range.lowerBound
        )
        if let entries = sizes.entries {
          entries.withUnsafeBufferPointer { entries in
            guard let base = entries.baseAddress else { return }
            multiplyElements(out, from, base + range.lowerBound, count: range.count)
          }
        } else {
          out.update(from: from, count: range.count)
        }
      }
      scratch.prepare()
    }
    Scalar.addScaled(
      u.theta.vector.pointer(), Scalar(sizes.entries == nil ? -sizes.rate : -1),
      product(direction).pointer(),
      count: layout.parameterCount)
    u.theta.prepare()
  }

  /// x ← x − a ⊙ y where something adapts.
  private func subtract(
    from x: PreparedParameters<Scalar>, _ y: RowMatrix<Scalar>, sizes: StepSizes<Scalar>
  ) {
    for range in ranges {
      let (out, from) = (x.vector.pointer() + range.lowerBound, y.pointer() + range.lowerBound)
      if let entries = sizes.entries {
        entries.withUnsafeBufferPointer { entries in
          guard let base = entries.baseAddress else { return }
          subtractProducts(out, base + range.lowerBound, from, count: range.count)
        }
      } else {
        Scalar.addScaled(out, Scalar(-sizes.rate), from, count: range.count)
      }
    }
  }
}
