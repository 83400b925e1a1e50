import DenseMath

/// The four passes of a block of rows through all layers.
///
/// A head and a bottom (`NarrowHead`, `NarrowBottom`) have passes of their own; between them
/// layers go one by one.
extension Network {
  /// Fills `outputs` from `input`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func forward(
    _ parameters: PreparedParameters<Scalar>, input: UnsafePointer<Scalar>,
    outputs: LayerRows<Scalar>, rows: Int
  ) {
    for (index, layer) in layers.enumerated() {
      layer.forward(
        parameters.layer(index), input: outputs.input(of: index, input), output: outputs[index],
        rows: rows)
    }
  }

  /// From ȳ in the last of `gradients`: fills the others and adds to `gradient`, [P].
  ///
  /// With `keepsAll`, the lowest layer's kept gradient is filled in any case.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func reverse(
    _ parameters: PreparedParameters<Scalar>, input: UnsafePointer<Scalar>,
    outputs: LayerRows<Scalar>, gradients: LayerRows<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>, keepsAll: Bool, rows: Int
  ) {
    var index = layers.count - 1
    if let head {
      head.reverse(
        parameters.layer(index), hiddenOutput: UnsafePointer(outputs[index - 1]),
        outputGradient: gradients[index], zGradient: gradients[index - 1],
        hiddenGradient: gradient + offsets[index - 1], gradient: gradient + offsets[index],
        rows: rows)
      index -= 1
      head.hidden.reverseProducts(
        parameters.layer(index), input: outputs.input(of: index, input),
        zGradient: UnsafePointer(gradients[index]), inputGradient: gradients[index - 1],
        parameterGradient: gradient + offsets[index], rows: rows)
      index -= 1
    }
    while index > 0 || (index == 0 && (bottom == nil || keepsAll)) {
      layers[index].reverse(
        parameters.layer(index), input: outputs.input(of: index, input),
        output: UnsafePointer(outputs[index]), outputGradient: gradients[index],
        inputGradient: index == 0 ? nil : gradients[index - 1],
        parameterGradient: gradient + offsets[index], rows: rows)
      index -= 1
    }
    if index == 0, let bottom {
      bottom.reverse(
        input: input, output: UnsafePointer(outputs[0]),
        outputGradient: UnsafePointer(gradients[0]), gradient: gradient, rows: rows)
    }
  }

  /// Fills `kept` and the last of `tangents` along `direction`.
  ///
  /// A Hessian product gives the kept gradients, with its flat vector for what the head adds to
  /// it; a Gauss–Newton product gives nil.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func tangent(
    _ parameters: PreparedParameters<Scalar>, _ direction: PreparedParameters<Scalar>,
    input: UnsafePointer<Scalar>, outputs: LayerRows<Scalar>, kept: LayerRows<Scalar>,
    tangents: LayerRows<Scalar>,
    crossing gradients: (kept: LayerRows<Scalar>, product: UnsafeMutablePointer<Scalar>)?,
    rows: Int
  ) {
    let last = layers.count - 1
    for index in 0..<(head == nil ? last + 1 : last - 1) {
      if index == 0, let bottom {
        bottom.tangent(
          direction.layer(0), input: input, output: UnsafePointer(outputs[0]),
          outputTangent: tangents[0], rows: rows)
        continue
      }
      layers[index].tangent(
        parameters.layer(index), direction.layer(index), input: outputs.input(of: index, input),
        inputTangent: index == 0 ? nil : UnsafePointer(tangents[index - 1]),
        output: UnsafePointer(outputs[index]), kept: kept[index], outputTangent: tangents[index],
        rows: rows)
    }
    guard let head else { return }
    head.hidden.tangentProducts(
      parameters.layer(last - 1), direction.layer(last - 1),
      input: outputs.input(of: last - 1, input), inputTangent: UnsafePointer(tangents[last - 2]),
      zTangent: kept[last - 1], rows: rows)
    head.tangent(
      parameters.layer(last), direction.layer(last), hiddenDirection: direction.layer(last - 1),
      hiddenOutput: UnsafePointer(outputs[last - 1]), zTangent: UnsafePointer(kept[last - 1]),
      outputTangent: tangents[last],
      cross: gradients.map {
        CrossTerm(
          outputGradient: UnsafePointer($0.kept[last]), gradientTangent: $0.product + offsets[last])
      }, rows: rows)
  }

  /// From ȳ̇ in the last of `gradientTangents`: adds to `gradientTangent`, [P].
  ///
  /// What a coupling adds to a product, and what the head added in `tangent`, is left out here.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func reverseTangent(
    _ parameters: PreparedParameters<Scalar>, _ direction: PreparedParameters<Scalar>,
    input: UnsafePointer<Scalar>, outputs: LayerRows<Scalar>, kept: LayerRows<Scalar>,
    tangents: LayerRows<Scalar>, gradients: LayerRows<Scalar>,
    gradientTangents: LayerRows<Scalar>, gradientTangent: UnsafeMutablePointer<Scalar>,
    coupling: BottomCoupling<Scalar>?, rows: Int
  ) {
    var index = layers.count - 1
    if let head {
      head.reverseTangent(
        parameters.layer(index), direction.layer(index),
        hiddenDirection: direction.layer(index - 1),
        hiddenOutput: UnsafePointer(outputs[index - 1]), zTangent: UnsafePointer(kept[index - 1]),
        outputGradient: UnsafePointer(gradients[index]),
        outputGradientTangent: gradientTangents[index],
        zGradientTangent: gradientTangents[index - 1],
        hiddenGradientTangent: gradientTangent + offsets[index - 1],
        gradientTangent: gradientTangent + offsets[index], rows: rows)
      index -= 1
      head.hidden.reverseProducts(
        parameters.layer(index), input: outputs.input(of: index, input),
        zGradient: UnsafePointer(gradientTangents[index]),
        inputGradient: gradientTangents[index - 1],
        parameterGradient: gradientTangent + offsets[index], rows: rows)
      if coupling == nil || index > 1 {
        head.hidden.addCrossProducts(
          direction.layer(index), inputTangent: UnsafePointer(tangents[index - 1]),
          keptGradient: UnsafePointer(gradients[index]),
          inputGradientTangent: gradientTangents[index - 1],
          parameterGradientTangent: gradientTangent + offsets[index], rows: rows)
      }
      index -= 1
    }
    while index > (coupling == nil ? -1 : 1) {
      layers[index].reverseTangent(
        parameters.layer(index), direction.layer(index), input: outputs.input(of: index, input),
        inputTangent: index == 0 ? nil : UnsafePointer(tangents[index - 1]),
        output: UnsafePointer(outputs[index]), keptTangent: UnsafePointer(kept[index]),
        keptGradient: UnsafePointer(gradients[index]),
        outputGradientTangent: gradientTangents[index],
        inputGradientTangent: index == 0 ? nil : gradientTangents[index - 1],
        parameterGradientTangent: gradientTangent + offsets[index], rows: rows)
      index -= 1
    }
    guard let coupling else { return }
    if index == 1 {
      coupling.second.reverseTangentActivation(
        output: UnsafePointer(outputs[1]), keptTangent: UnsafePointer(kept[1]),
        keptGradient: UnsafePointer(gradients[1]), outputGradientTangent: gradientTangents[1],
        parameterGradientTangent: gradientTangent + offsets[1], rows: rows)
      coupling.second.reverseProducts(
        parameters.layer(1), input: UnsafePointer(outputs[0]),
        zGradient: UnsafePointer(gradientTangents[1]), inputGradient: gradientTangents[0],
        parameterGradient: gradientTangent + offsets[1], rows: rows)
    }
    // The lowest layer's own curvature is the coupling's.
    if let bottom {
      bottom.reverse(
        input: input, output: UnsafePointer(outputs[0]),
        outputGradient: UnsafePointer(gradientTangents[0]), gradient: gradientTangent, rows: rows)
    } else {
      coupling.first.reverse(
        parameters.layer(0), input: input, output: UnsafePointer(outputs[0]),
        outputGradient: gradientTangents[0], inputGradient: nil,
        parameterGradient: gradientTangent, rows: rows)
    }
  }

  /// Whether Hessian products read the gradient that layer `index` keeps, row by row.
  func keepsGradient(of index: Int) -> Bool {
    let isCoupled = BottomCoupling<Scalar>.pays(for: layers)
    if isCoupled && index == 0 { return false }
    // Of the head's hidden layer only the cross products need it.
    if head != nil && index == layers.count - 2 { return !(isCoupled && index == 1) }
    return true
  }
}
