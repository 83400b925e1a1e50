import DenseMath

extension RecurrentPolicy {
  /// Outputs and values of a sequence from `memory.inputs` and `memory.starts`.
  ///
  /// - Parameters:
  ///   - parameters: θ.
  ///   - memory: sized for T steps of L lanes; everything kept for the other passes stays there.
  public func forward(
    _ parameters: RecurrentParameters<Scalar>, _ memory: SequenceMemory<Scalar>
  ) {
    let (steps, lanes) = (memory.steps, memory.lanes)
    let rows = steps * lanes
    var unit = 0
    for index in 0..<bodyCount {
      let input = self.input(of: index, memory)
      let output = memory.bodies[index].pointer()
      switch layers[index] {
      case .dense(let layer):
        denseForward(layer, parameters.layer(index), input, output, rows: rows)
      case .norm(let layer):
        layer.forward(parameters.layer(index).values, input: input, output: output, rows: rows)
      case .gated(let layer):
        layer.forward(
          parameters.layer(index), input: input,
          start: UnsafePointer(memory.starts[unit].pointer()), output: output,
          kept: memory.gates[unit], steps: steps, lanes: lanes)
        unit += 1
      }
    }
    let features = input(of: bodyCount, memory)
    for (index, output) in [
      (bodyCount, memory.outputs.pointer()), (bodyCount + 1, memory.values.pointer()),
    ] {
      guard case .dense(let head) = layers[index] else { continue }
      denseForward(head, parameters.layer(index), features, output, rows: rows)
    }
  }

  /// w̄ from the gradients at outputs and values that the caller has written to the memory.
  ///
  /// Rows whose gradients are zero, such as those behind the end of a lane's trial, add nothing.
  ///
  /// - Parameters:
  ///   - parameters: θ of the forward pass.
  ///   - memory: of the forward pass; its gradients are overwritten.
  ///   - gradient: added to, [P]; that of log σ is the caller's.
  public func reverse(
    _ parameters: RecurrentParameters<Scalar>, _ memory: SequenceMemory<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) {
    let (steps, lanes) = (memory.steps, memory.lanes)
    let rows = steps * lanes
    reverseHeads(parameters, memory, gradient: gradient)
    var unit = memory.recurrent.count
    for index in stride(from: bodyCount - 1, through: 0, by: -1) {
      let input = self.input(of: index, memory)
      let outputGradient = memory.moved[index].pointer()
      let inputGradient = index == 0 ? nil : memory.moved[index - 1].pointer()
      let parameterGradient = gradient + offsets[index]
      switch layers[index] {
      case .dense(let layer):
        forEachRowBlock(of: rows) { first, count in
          layer.reverse(
            parameters.layer(index), input: input + first * layer.inputWidth,
            output: UnsafePointer(memory.bodies[index].pointer(row: first)),
            outputGradient: outputGradient + first * layer.outputWidth,
            inputGradient: inputGradient.map { $0 + first * layer.inputWidth },
            parameterGradient: parameterGradient, rows: count)
        }
      case .norm(let layer):
        layer.reverse(
          parameters.layer(index).values, input: input, outputGradient: outputGradient,
          inputGradient: inputGradient ?? memory.kept.pointer(),
          parameterGradient: parameterGradient, rows: rows)
      case .gated(let layer):
        unit -= 1
        layer.reverse(
          parameters.layer(index), input: input,
          start: UnsafePointer(memory.starts[unit].pointer()),
          output: UnsafePointer(memory.bodies[index].pointer()), kept: memory.gates[unit],
          outputGradient: outputGradient, inputGradient: inputGradient,
          parameterGradient: parameterGradient, steps: steps, lanes: lanes)
      }
    }
  }

  /// The derivative of the outputs along a direction, into the outputs' gradients; the starts do
  /// not move.
  ///
  /// - Parameters:
  ///   - parameters: θ of the forward pass.
  ///   - direction: v.
  ///   - memory: of the forward pass.
  public func tangent(
    _ parameters: RecurrentParameters<Scalar>, along direction: RecurrentParameters<Scalar>,
    _ memory: SequenceMemory<Scalar>
  ) {
    memory.resizeGradients()
    let (steps, lanes) = (memory.steps, memory.lanes)
    let rows = steps * lanes
    var unit = 0
    func dense(
      _ layer: DenseLayer<Scalar>, _ index: Int, _ output: RowMatrix<Scalar>,
      _ out: RowMatrix<Scalar>
    ) {
      let input = self.input(of: index, memory)
      let moved = movedInput(of: index, memory)
      forEachRowBlock(of: rows) { first, count in
        layer.tangent(
          parameters.layer(index), direction.layer(index),
          input: input + first * layer.inputWidth,
          inputTangent: moved.map { $0 + first * layer.inputWidth },
          output: UnsafePointer(output.pointer(row: first)),
          kept: memory.kept.pointer(), outputTangent: out.pointer(row: first), rows: count)
      }
    }
    for index in 0..<bodyCount {
      switch layers[index] {
      case .dense(let layer): dense(layer, index, memory.bodies[index], memory.moved[index])
      case .norm(let layer):
        layer.tangent(
          parameters.layer(index).values, direction.layer(index).values,
          input: input(of: index, memory), inputTangent: movedInput(of: index, memory),
          outputTangent: memory.moved[index].pointer(), rows: rows)
      case .gated(let layer):
        layer.tangent(
          parameters.layer(index), direction.layer(index), input: input(of: index, memory),
          inputTangent: movedInput(of: index, memory),
          start: UnsafePointer(memory.starts[unit].pointer()),
          output: UnsafePointer(memory.bodies[index].pointer()), kept: memory.gates[unit],
          outputTangent: memory.moved[index].pointer(), steps: steps, lanes: lanes)
        unit += 1
      }
    }
    guard case .dense(let head) = layers[bodyCount] else { return }
    dense(head, bodyCount, memory.outputs, memory.outputGradients)
  }

  private func reverseHeads(
    _ parameters: RecurrentParameters<Scalar>, _ memory: SequenceMemory<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) {
    let rows = memory.steps * memory.lanes
    let features = input(of: bodyCount, memory)
    let featureGradient = memory.moved[bodyCount - 1].pointer()
    let heads = [
      (bodyCount, memory.outputs, memory.outputGradients, featureGradient),
      (bodyCount + 1, memory.values, memory.valueGradients, memory.kept.pointer()),
    ]
    for (index, output, outputGradient, inputGradient) in heads {
      guard case .dense(let head) = layers[index] else { continue }
      forEachRowBlock(of: rows) { first, count in
        head.reverse(
          parameters.layer(index), input: features + first * featureWidth,
          output: UnsafePointer(output.pointer(row: first)),
          outputGradient: outputGradient.pointer(row: first),
          inputGradient: inputGradient + first * featureWidth,
          parameterGradient: gradient + offsets[index], rows: count)
      }
    }
    Scalar.addScaled(
      featureGradient, 1, UnsafePointer(memory.kept.pointer()), count: rows * featureWidth)
  }

  private func denseForward(
    _ layer: DenseLayer<Scalar>, _ parameters: LayerParameters<Scalar>,
    _ input: UnsafePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    forEachRowBlock(of: rows) { first, count in
      layer.forward(
        parameters, input: input + first * layer.inputWidth,
        output: output + first * layer.outputWidth, rows: count)
    }
  }

  private func input(
    of index: Int, _ memory: SequenceMemory<Scalar>
  ) -> UnsafePointer<Scalar> {
    UnsafePointer(index == 0 ? memory.inputs.pointer() : memory.bodies[index - 1].pointer())
  }

  private func movedInput(
    of index: Int, _ memory: SequenceMemory<Scalar>
  ) -> UnsafePointer<Scalar>? {
    index == 0 ? nil : UnsafePointer(memory.moved[index - 1].pointer())
  }
}
