import DenseMath

/// Compares a layer's passes with central differences at random points.
///
/// For ℓ = Σ ȳ ⊙ f(x; w): the reverse pass against the differences of ℓ in every entry of x and w;
/// the tangent against the difference of f along (ẋ, ẇ); the tangent of the reverse against the
/// difference of the reverse pass along (ẋ, ẇ, ȳ̇). The reverse pass is checked before it serves as
/// a reference. Also checked: that passes overwrite and add as `Layer` says, and that leaving out
/// ẋ or x̄ changes nothing else.
public enum LayerCheck {
  /// The deviations of a layer.
  ///
  /// - Parameters:
  ///   - layer: any layer in double precision.
  ///   - rows: rows of the block, ≥ 1; not a round number by default, so that rests are met.
  ///   - seed: of the random points. Points beside a kink, where the central difference has no
  ///     meaning, are drawn again; that is decided by the differences alone.
  /// - Returns: one deviation a derivative; for correct layers with values of order 1 they are
  ///   far below 10⁻⁶.
  /// - Complexity: about 4 (P + rows · inputWidth) forward passes.
  public static func deviations(
    of layer: some Layer<Double>, rows: Int = 37, seed: UInt64 = 1
  ) -> [DerivativeDeviation] {
    var last: [DerivativeDeviation] = []
    for attempt in 0..<20 {
      let point = Point(layer: layer, rows: rows, seed: seed, attempt: attempt)
      let (deviations, isSteady) = compare(LayerPasses(layer: layer, rows: rows), at: point)
      last = deviations
      if isSteady { break }
    }
    return last
  }

  /// Where the passes are compared: arguments and their tangents.
  private struct Point {
    var x, w, outputGradient: [Double]
    var xTangent, wTangent, outputGradientTangent: [Double]

    init(layer: some Layer<Double>, rows: Int, seed: UInt64, attempt: Int) {
      var stream = RandomStream(key: RandomKey(seed: seed, purpose: .check), task: attempt)
      func normals(_ count: Int, scale: Double = 1) -> [Double] {
        (0..<count).map { _ in scale * stream.normal() }
      }
      let (inputs, outputs) = (rows * layer.inputWidth, rows * layer.outputWidth)
      let weightScale = 1 / Double(max(layer.inputWidth, 1)).squareRoot()
      x = normals(inputs)
      w = normals(layer.parameterCount, scale: weightScale)
      outputGradient = normals(outputs)
      xTangent = normals(inputs)
      wTangent = normals(layer.parameterCount, scale: weightScale)
      outputGradientTangent = normals(outputs)
    }
  }

  private static func compare<L: Layer>(
    _ passes: LayerPasses<L>, at point: Point
  ) -> (deviations: [DerivativeDeviation], isSteady: Bool) where L.Scalar == Double {
    var deviations: [DerivativeDeviation] = []
    func add(_ quantity: String, _ found: [Double], _ reference: [Double]) {
      deviations.append(
        DerivativeDeviation(
          quantity: quantity,
          relativeError: DerivativeDeviation.relativeError(found, reference)))
    }
    let (x, w, bar) = (point.x, point.w, point.outputGradient)
    let wideInput = CentralDifference(gradientAt: x) {
      dot(passes.forward(x: $0, w: w), bar)
    }
    let wideParameters = CentralDifference(gradientAt: w) {
      dot(passes.forward(x: x, w: $0), bar)
    }
    let reverse = passes.reverse(x: x, w: w, outputGradient: bar)
    add("reverse, input", reverse.input, wideInput.values)
    add("reverse, parameters", reverse.parameters, wideParameters.values)
    add(
      "reverse, without the input's",
      passes.reverse(x: x, w: w, outputGradient: bar, wantsInput: false).parameters,
      wideParameters.values)

    // Along (ẋ, ẇ, ȳ̇) and, as the first layer of a network is called, along (0, ẇ, ȳ̇).
    var differences = [wideInput, wideParameters]
    for (label, inputTangent) in [("", point.xTangent), (", input fixed", nil)] {
      let moving = inputTangent ?? Array(repeating: 0, count: x.count)
      let along = moving + point.wTangent + point.outputGradientTangent
      func split(_ all: [Double]) -> (x: [Double], w: [Double], bar: [Double]) {
        (
          Array(all[..<x.count]), Array(all[x.count..<(x.count + w.count)]),
          Array(all[(x.count + w.count)...])
        )
      }
      let forward = CentralDifference(at: x + w + bar, along: along) {
        let moved = split($0)
        return passes.forward(x: moved.x, w: moved.w)
      }
      let back = CentralDifference(at: x + w + bar, along: along) {
        let moved = split($0)
        let result = passes.reverse(x: moved.x, w: moved.w, outputGradient: moved.bar)
        return result.input + result.parameters
      }
      let tangent = passes.tangent(
        x: x, w: w, inputTangent: inputTangent, parameterTangent: point.wTangent)
      let reverseTangent = passes.reverseTangent(
        x: x, w: w, inputTangent: inputTangent, parameterTangent: point.wTangent,
        outputGradient: bar, outputGradientTangent: point.outputGradientTangent)
      let parameterAlone = passes.reverseTangent(
        x: x, w: w, inputTangent: inputTangent, parameterTangent: point.wTangent,
        outputGradient: bar, outputGradientTangent: point.outputGradientTangent,
        wantsInput: false)
      let (inputBack, parameterBack) = (
        Array(back.values[..<x.count]), Array(back.values[x.count...])
      )
      add("tangent\(label)", tangent.output, forward.values)
      add("tangent of reverse, input\(label)", reverseTangent.input, inputBack)
      add("tangent of reverse, parameters\(label)", reverseTangent.parameters, parameterBack)
      add(
        "tangent of reverse, without the input's\(label)", parameterAlone.parameters,
        parameterBack)
      differences += [forward, back]
    }
    let isSteady = differences.allSatisfy {
      $0.unsteadiness < CentralDifference.steadyLimit
    }
    return (deviations, isSteady)
  }
}
