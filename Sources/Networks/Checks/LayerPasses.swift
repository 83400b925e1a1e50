import DenseMath

/// A layer's four passes as functions of arrays, for checks.
///
/// What a pass must overwrite is handed to it full of NaN, and what it must add to starts from 1,
/// so that a pass that does the one for the other is wrong by far.
struct LayerPasses<L: Layer> where L.Scalar == Double {
  let layer: L
  let rows: Int

  private func matrix(_ values: [Double]) -> RowMatrix<Double> {
    let matrix = RowMatrix<Double>(rows: 1, columns: values.count)
    matrix.pointer().update(from: values, count: values.count)
    return matrix
  }

  private func unwritten(_ count: Int) -> RowMatrix<Double> {
    matrix(Array(repeating: .nan, count: count))
  }

  private var inputCount: Int { rows * layer.inputWidth }
  private var outputCount: Int { rows * layer.outputWidth }

  private func withParameters<Result>(
    _ w: [Double], _ body: (LayerParameters<Double>) -> Result
  ) -> Result {
    let (values, prepared) = (matrix(w), unwritten(layer.preparedCount))
    layer.prepare(prepared.pointer(), from: UnsafePointer(values.pointer()))
    return withExtendedLifetime((values, prepared)) {
      body(
        LayerParameters(
          values: UnsafePointer(values.pointer()), prepared: UnsafePointer(prepared.pointer())))
    }
  }

  /// y.
  func forward(x: [Double], w: [Double]) -> [Double] {
    let (input, output) = (matrix(x), unwritten(outputCount))
    withParameters(w) {
      layer.forward(
        $0, input: UnsafePointer(input.pointer()), output: output.pointer(), rows: rows)
    }
    return output.values
  }

  /// (x̄, w̄, the kept gradient); x̄ is empty unless it is wanted.
  func reverse(
    x: [Double], w: [Double], outputGradient: [Double], wantsInput: Bool = true
  ) -> (input: [Double], parameters: [Double], kept: [Double]) {
    let (input, output) = (matrix(x), matrix(forward(x: x, w: w)))
    let (gradient, inputGradient) = (matrix(outputGradient), unwritten(inputCount))
    let parameterGradient = matrix(Array(repeating: 1, count: w.count))
    withParameters(w) {
      layer.reverse(
        $0, input: UnsafePointer(input.pointer()), output: UnsafePointer(output.pointer()),
        outputGradient: gradient.pointer(),
        inputGradient: wantsInput ? inputGradient.pointer() : nil,
        parameterGradient: parameterGradient.pointer(), rows: rows)
    }
    return (
      wantsInput ? inputGradient.values : [], parameterGradient.values.map { $0 - 1 },
      gradient.values
    )
  }

  /// (ẏ, the kept tangent); ẋ = 0 when nil.
  func tangent(
    x: [Double], w: [Double], inputTangent: [Double]?, parameterTangent: [Double]
  ) -> (output: [Double], kept: [Double]) {
    let (input, output) = (matrix(x), matrix(forward(x: x, w: w)))
    let (kept, outputTangent) = (unwritten(outputCount), unwritten(outputCount))
    let moving = inputTangent.map { matrix($0) }
    withParameters(w) { parameters in
      withParameters(parameterTangent) {
        layer.tangent(
          parameters, $0, input: UnsafePointer(input.pointer()),
          inputTangent: moving.map { UnsafePointer($0.pointer()) },
          output: UnsafePointer(output.pointer()), kept: kept.pointer(),
          outputTangent: outputTangent.pointer(), rows: rows)
      }
    }
    return (outputTangent.values, kept.values)
  }

  /// (x̄̇, w̄̇); ẋ = 0 when nil, x̄̇ is empty unless it is wanted.
  func reverseTangent(
    x: [Double], w: [Double], inputTangent: [Double]?, parameterTangent: [Double],
    outputGradient: [Double], outputGradientTangent: [Double], wantsInput: Bool = true
  ) -> (input: [Double], parameters: [Double]) {
    let (input, output) = (matrix(x), matrix(forward(x: x, w: w)))
    let keptTangent = matrix(
      tangent(
        x: x, w: w, inputTangent: inputTangent, parameterTangent: parameterTangent
      ).kept)
    let keptGradient = matrix(reverse(x: x, w: w, outputGradient: outputGradient).kept)
    let (gradient, inputGradient) = (matrix(outputGradientTangent), unwritten(inputCount))
    let parameterGradient = matrix(Array(repeating: 1, count: w.count))
    let moving = inputTangent.map { matrix($0) }
    withParameters(w) { parameters in
      withParameters(parameterTangent) {
        layer.reverseTangent(
          parameters, $0, input: UnsafePointer(input.pointer()),
          inputTangent: moving.map { UnsafePointer($0.pointer()) },
          output: UnsafePointer(output.pointer()),
          keptTangent: UnsafePointer(keptTangent.pointer()),
          keptGradient: UnsafePointer(keptGradient.pointer()),
          outputGradientTangent: gradient.pointer(),
          inputGradientTangent: wantsInput ? inputGradient.pointer() : nil,
          parameterGradientTangent: parameterGradient.pointer(), rows: rows)
      }
    }
    return (
      wantsInput ? inputGradient.values : [], parameterGradient.values.map { $0 - 1 }
    )
  }
}
