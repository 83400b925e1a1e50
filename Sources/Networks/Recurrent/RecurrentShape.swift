import DenseMath

/// Layers of a recurrent policy: dense ones before, recurrent ones, dense ones after, two heads.
public struct RecurrentShape: Sendable, Hashable {
  /// O, entries of an input row.
  public var inputWidth: Int
  /// Widths of the dense layers below the recurrent ones, each ≥ 1.
  public var before: [Int]
  /// H of each gated recurrent unit, first to last, each ≥ 1; at least one.
  public var units: [Int]
  /// Widths of the dense layers above them, each ≥ 1.
  public var after: [Int]
  /// Nonlinearity of the dense layers.
  public var activation: ActivationKind
  /// Whether the outputs of every recurrent layer are normalized on their way up.
  ///
  /// The state that a layer hands on to its own next step is not.
  public var layerNorm: Bool

  /// A shape.
  public init(
    inputWidth: Int, before: [Int] = [], units: [Int], after: [Int] = [],
    activation: ActivationKind = .tanh, layerNorm: Bool = false
  ) {
    precondition(!units.isEmpty, "a recurrent policy has at least one recurrent layer")
    self.inputWidth = inputWidth
    self.before = before
    self.units = units
    self.after = after
    self.activation = activation
    self.layerNorm = layerNorm
  }
}

/// One layer of a recurrent policy.
enum RecurrentLayer<Scalar: DenseScalar>: Sendable {
  case dense(DenseLayer<Scalar>)
  case gated(GatedRecurrentLayer<Scalar>)
  case norm(LayerNorm<Scalar>)

  var inputWidth: Int {
    switch self {
    case .dense(let layer): layer.inputWidth
    case .gated(let layer): layer.inputWidth
    case .norm(let layer): layer.width
    }
  }

  var outputWidth: Int {
    switch self {
    case .dense(let layer): layer.outputWidth
    case .gated(let layer): layer.units
    case .norm(let layer): layer.width
    }
  }

  var parameterShapes: [(name: String, shape: [Int])] {
    switch self {
    case .dense(let layer): layer.parameterShapes
    case .gated(let layer): layer.parameterShapes
    case .norm(let layer): layer.parameterShapes
    }
  }

  var preparedCount: Int {
    switch self {
    case .dense(let layer): layer.preparedCount
    case .gated(let layer): layer.preparedCount
    case .norm: 0
    }
  }

  func prepare(_ prepared: UnsafeMutablePointer<Scalar>, from values: UnsafePointer<Scalar>) {
    switch self {
    case .dense(let layer): layer.prepare(prepared, from: values)
    case .gated(let layer): layer.prepare(prepared, from: values)
    case .norm: break
    }
  }
}
