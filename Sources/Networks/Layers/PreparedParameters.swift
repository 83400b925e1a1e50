import DenseMath

/// A parameter vector with what the layers derive from it: θ, θ′, or a direction.
public final class PreparedParameters<Scalar: DenseScalar> {
  /// The flat vector, one row of P.
  public let vector: RowMatrix<Scalar>
  /// What the layers read: the vector itself, or with a context a copy of the network's part with
  /// the bias that the context makes of the first layer's.
  private let effective: RowMatrix<Scalar>
  private let prepared: RowMatrix<Scalar>
  private let network: Network<Scalar>
  private let context: ContextInput<Scalar>?

  /// Zeros for a network and `extra` parameters behind the network's.
  public init(network: Network<Scalar>, extra: Int) {
    self.network = network
    context = nil
    vector = RowMatrix(rows: 1, columns: network.parameterCount + extra)
    effective = vector
    prepared = RowMatrix(rows: 1, columns: network.preparedCount)
  }

  /// Zeros for `count` parameters, those of a network with a context first.
  init(network: Network<Scalar>, context: ContextInput<Scalar>?, count: Int) {
    self.network = network
    self.context = context
    vector = RowMatrix(rows: 1, columns: count)
    effective =
      context == nil ? vector : RowMatrix(rows: 1, columns: network.parameterCount)
    prepared = RowMatrix(rows: 1, columns: network.preparedCount)
  }

  /// Derives anew after `vector` was written.
  public func prepare() {
    if let context {
      context.makeEffective(effective.pointer(), from: vector.pointer(), network: network)
    }
    prepareLayers()
  }

  /// Derives anew for a direction at `point`: the context's bias is a product, so that its
  /// derivative along a direction depends on where it is taken.
  func prepare(at point: PreparedParameters<Scalar>) {
    guard let context else { return }
    context.makeEffectiveTangent(
      effective.pointer(), direction: vector.pointer(), at: point.vector.pointer(),
      network: network)
    prepareLayers()
  }

  private func prepareLayers() {
    // By index: a layer that is copied out of the array is an allocation.
    for index in network.layers.indices {
      network.layers[index].prepare(
        prepared.pointer() + network.preparedOffsets[index],
        from: effective.pointer() + network.offsets[index])
    }
  }

  /// Overwrites the vector and prepares it.
  ///
  /// - Precondition: P values.
  public func set(_ values: [Scalar]) {
    precondition(values.count == vector.columns, "\(values.count) values, \(vector.columns) wanted")
    vector.copy(from: values)
    prepare()
  }

  /// Overwrites the vector with rounded `values` and prepares it.
  ///
  /// - Precondition: P values.
  public func set(rounding values: [Double]) {
    precondition(values.count == vector.columns, "\(values.count) values, \(vector.columns) wanted")
    Scalar.narrow(vector.pointer(), values, count: values.count)
    prepare()
  }

  /// The network's part as the layers read it.
  var networkPointer: UnsafeMutablePointer<Scalar> { effective.pointer() }

  /// What layer `index` reads.
  func layer(_ index: Int) -> LayerParameters<Scalar> {
    LayerParameters(
      values: UnsafePointer(effective.pointer() + network.offsets[index]),
      prepared: UnsafePointer(prepared.pointer() + network.preparedOffsets[index]))
  }
}
