import DenseMath
import Networks

/// What the outer loop optimizes, as one flat vector: θ [P], and behind it the learned inner
/// rates [R], if there are any.
public struct MetaLayout<Scalar: DenseScalar>: Sendable {
  /// The policy whose parameters θ are.
  public let policy: Policy<Scalar>
  /// How an inner step moves them.
  let configuration: AdaptationConfiguration

  /// A layout.
  ///
  /// - Precondition: a policy with a context where the context is what adapts.
  public init(policy: Policy<Scalar>, configuration: AdaptationConfiguration) {
    precondition(
      configuration.part != .context || policy.contextSize > 0,
      "the context adapts, but the policy has none")
    self.policy = policy
    self.configuration = configuration
  }

  /// P.
  public var parameterCount: Int { policy.parameterCount }

  /// R.
  public var rateCount: Int {
    switch configuration.learnedRates {
    case .none: 0
    case .elementwise: policy.parameterCount
    case .tensorwise: configuration.steps * policy.tensors.count
    }
  }

  /// P + R.
  public var count: Int { parameterCount + rateCount }

  /// The tensors in flat order: the policy's, then `rates.NAME` for every one of them, or
  /// `rates` [K, tensors] with one rate for each step and tensor.
  public var tensors: [ParameterTensor] {
    let tensors = policy.tensors
    switch configuration.learnedRates {
    case .none: return tensors
    case .elementwise:
      return tensors
        + tensors.map {
          ParameterTensor(
            name: "rates.\($0.name)", shape: $0.shape,
            range: (parameterCount + $0.range.lowerBound)..<(parameterCount + $0.range.upperBound))
        }
    case .tensorwise:
      guard rateCount > 0 else { return tensors }
      return tensors + [
        ParameterTensor(
          name: "rates", shape: [configuration.steps, tensors.count],
          range: parameterCount..<count)
      ]
    }
  }

  /// The start: the policy's parameters, and α for every learned rate.
  public func initial(seed: UInt64, initialStandardDeviation: Double) -> [Scalar] {
    policy.initialParameters(seed: seed, initialStandardDeviation: initialStandardDeviation)
      + Array(repeating: Scalar(configuration.innerLearningRate), count: rateCount)
  }

  /// Where θ adapts, as few ranges as may be.
  var adaptedRanges: [Range<Int>] {
    let roles = configuration.part.roles
    var ranges: [Range<Int>] = []
    for tensor in policy.tensors where roles.contains(tensor.role) {
      if let last = ranges.last, last.upperBound == tensor.range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<tensor.range.upperBound
      } else {
        ranges.append(tensor.range)
      }
    }
    return ranges
  }

  /// What the outer loop leaves alone: a context starts every task at zero.
  package var frozenRanges: [Range<Int>] {
    policy.tensors.filter { $0.role == .context }.map(\.range)
  }

  /// The sizes of inner step k.
  ///
  /// Rates that are all equal are one rate: then steps and products are those of MAML, to the bit.
  ///
  /// - Parameters:
  ///   - step: k; a step beyond the last that was trained takes the last one's rates.
  ///   - meta: the flat vector, [P + R].
  ///   - rate: the step's size where none are learned; nil takes the configured schedule's. Learned
  ///     rates are scaled by its share in α, which they started from.
  /// - Returns: one size for all, or one an entry.
  func sizes(step: Int, of meta: [Scalar], rate: Double? = nil) -> StepSizes<Scalar> {
    precondition(meta.count == count, "meta-parameters: \(meta.count), P + R = \(count)")
    let start = configuration.innerLearningRate
    let relative = configuration.relativeRate(ofStep: step)
    let wanted = rate ?? start * relative
    guard rateCount > 0 else { return StepSizes(rate: wanted, entries: nil) }
    let scale = rate == nil || start == 0 ? relative : wanted == start ? 1 : wanted / start
    let last = configuration.learnedRates == .tensorwise ? policy.tensors.count : parameterCount
    let row =
      configuration.learnedRates == .tensorwise ? min(step, configuration.steps - 1) * last : 0
    let rates = part((parameterCount + row)..<(parameterCount + row + last), of: meta)
    if let first = rates.first, elementsAreEqual(rates) {
      return StepSizes(rate: Double(first) * scale, entries: nil)
    }
    let scaled = scaledElements(rates, by: Scalar(scale))
    guard configuration.learnedRates == .tensorwise else {
      return StepSizes(rate: wanted, entries: scaled)
    }
    var entries = [Scalar](repeating: 0, count: parameterCount)
    entries.withUnsafeMutableBufferPointer { entries in
      guard let base = entries.baseAddress else { return }
      for (tensor, size) in zip(policy.tensors, scaled) {
        fillElements(base + tensor.range.lowerBound, with: size, count: tensor.range.count)
      }
    }
    return StepSizes(rate: wanted, entries: entries)
  }

  /// Adds ∂ℓ/∂a of step k, [P], to the gradient of the rates, [R].
  func addSizeGradient(
    _ gradient: UnsafePointer<Scalar>, step: Int, to rates: UnsafeMutablePointer<Scalar>
  ) {
    let scale = Scalar(configuration.relativeRate(ofStep: step))
    switch configuration.learnedRates {
    case .none: return
    case .elementwise: Scalar.addScaled(rates, scale, gradient, count: parameterCount)
    case .tensorwise:
      for (index, tensor) in policy.tensors.enumerated() {
        rates[step * policy.tensors.count + index] +=
          scale * sumElements(gradient + tensor.range.lowerBound, count: tensor.range.count)
      }
    }
  }

  /// The tangent of the sizes of step k, [P], along one of the rates, [R].
  func sizeTangent(
    step: Int, of rates: UnsafePointer<Scalar>, into tangent: UnsafeMutablePointer<Scalar>
  ) {
    let scale = Scalar(configuration.relativeRate(ofStep: step))
    switch configuration.learnedRates {
    case .none: tangent.update(repeating: 0, count: parameterCount)
    case .elementwise:
      tangent.update(from: rates, count: parameterCount)
      if step > 0 { scaleElements(tangent, by: scale, count: parameterCount) }
    case .tensorwise:
      for (index, tensor) in policy.tensors.enumerated() {
        fillElements(
          tangent + tensor.range.lowerBound,
          with: scale * rates[step * policy.tensors.count + index],
          count: tensor.range.count)
      }
    }
  }
}

/// a of an inner step: how far each entry of θ moves along −∇L, where it adapts.
struct StepSizes<Scalar: DenseScalar>: Sendable {
  /// One size for all, where `entries` is nil.
  let rate: Double
  /// One an entry, [P].
  let entries: [Scalar]?
}

/// A direction in the space of meta-parameters: of θ, prepared, and of the learned rates.
public final class MetaDirection<Scalar: DenseScalar> {
  /// Of θ.
  public let theta: PreparedParameters<Scalar>
  /// Of the rates, one row of R.
  public let rates: RowMatrix<Scalar>

  /// Zeros.
  public init(_ layout: MetaLayout<Scalar>) {
    theta = layout.policy.makeParameters()
    rates = RowMatrix(rows: 1, columns: layout.rateCount)
  }

  /// A direction of θ alone, where no rates are learned.
  init(theta: PreparedParameters<Scalar>) {
    self.theta = theta
    rates = RowMatrix(rows: 1, columns: 0)
  }

  /// Overwrites both with rounded numbers, [P + R].
  package func set(rounding values: [Double]) {
    let count = theta.vector.columns
    guard rates.columns > 0 else { return theta.set(rounding: values) }
    theta.set(rounding: part(0..<count, of: values))
    rates.copy(from: Scalar.rounded(part(count..<values.count, of: values)))
  }

  /// Both, [P + R].
  package var values: [Scalar] {
    rates.columns == 0 ? theta.vector.values : joined(theta.vector.values, rates.values)
  }
}
