import DenseMath
import Networks
import TestSupport
import Testing

@Suite("Layer check")
struct LayerCheckTests {
  @Test(
    "Dense layers pass, wide and narrow, with every activation", arguments: ActivationKind.allCases,
    [(1, 1), (2, 17), (13, 5), (9, 9), (20, 33)])
  func denseLayers(kind: ActivationKind, size: (Int, Int)) {
    let layer = DenseLayer<Double>(
      inputWidth: size.0, outputWidth: size.1, activation: kind)
    for deviation in LayerCheck.deviations(of: layer) {
      #expect(deviation.relativeError < 1e-7, "\(deviation)")
    }
  }

  @Test("A layer of one's own passes", arguments: [1, 5])
  func ownLayer(rows: Int) {
    for deviation in LayerCheck.deviations(of: GateLayer(width: 4), rows: rows) {
      #expect(deviation.relativeError < 1e-7, "\(deviation)")
    }
  }

  @Test("Every fault in a layer of one's own is found, and named", arguments: GateFault.allCases)
  func faults(fault: GateFault) {
    let failed = LayerCheck.deviations(of: GateLayer(width: 4, fault: fault))
      .filter { !($0.relativeError < 1e-3) }.map(\.quantity)
    #expect(failed.contains(fault.quantity), "\(failed)")
    #expect(!failed.contains { fault.innocent.contains($0) }, "\(failed)")
  }
}

/// What a wrong layer does.
enum GateFault: CaseIterable {
  case forgetsParameterGradient, overwritesParameterGradient, addsToInputGradient
  case halvesTangent, forgetsInputTangent, forgetsSecondDerivative

  /// A row that must fail.
  var quantity: String {
    switch self {
    case .forgetsParameterGradient, .overwritesParameterGradient: "reverse, parameters"
    case .addsToInputGradient: "reverse, input"
    case .halvesTangent, .forgetsInputTangent: "tangent"
    case .forgetsSecondDerivative: "tangent of reverse, input"
    }
  }

  /// Rows that must not.
  var innocent: [String] {
    switch self {
    case .forgetsParameterGradient, .overwritesParameterGradient: ["reverse, input", "tangent"]
    case .addsToInputGradient: ["reverse, parameters", "tangent"]
    case .halvesTangent: ["reverse, input", "reverse, parameters"]
    case .forgetsInputTangent: ["reverse, input", "tangent, input fixed"]
    case .forgetsSecondDerivative: ["reverse, input", "reverse, parameters", "tangent"]
    }
  }
}

/// y = w ⊙ x², a layer such as a user could write; right unless a fault is asked for.
struct GateLayer: Layer {
  typealias Scalar = Double
  let width: Int
  var fault: GateFault?

  init(width: Int, fault: GateFault? = nil) {
    self.width = width
    self.fault = fault
  }

  var inputWidth: Int { width }
  var outputWidth: Int { width }
  var parameterShapes: [(name: String, shape: [Int])] { [("gate", [width])] }
  var preparedCount: Int { 0 }

  func prepare(_ prepared: UnsafeMutablePointer<Double>, from values: UnsafePointer<Double>) {}

  func forward(
    _ parameters: LayerParameters<Double>, input: UnsafePointer<Double>,
    output: UnsafeMutablePointer<Double>, rows: Int
  ) {
    for i in 0..<(rows * width) { output[i] = parameters.values[i % width] * input[i] * input[i] }
  }

  func reverse(
    _ parameters: LayerParameters<Double>, input: UnsafePointer<Double>,
    output: UnsafePointer<Double>, outputGradient: UnsafeMutablePointer<Double>,
    inputGradient: UnsafeMutablePointer<Double>?,
    parameterGradient: UnsafeMutablePointer<Double>, rows: Int
  ) {
    if fault == .overwritesParameterGradient {
      parameterGradient.update(repeating: 0, count: width)
    }
    for i in 0..<(rows * width) {
      if fault != .forgetsParameterGradient {
        parameterGradient[i % width] += outputGradient[i] * input[i] * input[i]
      }
      let back = outputGradient[i] * 2 * parameters.values[i % width] * input[i]
      if fault == .addsToInputGradient {
        inputGradient?[i] += back
      } else {
        inputGradient?[i] = back
      }
    }
  }

  func tangent(
    _ parameters: LayerParameters<Double>, _ parameterTangent: LayerParameters<Double>,
    input: UnsafePointer<Double>, inputTangent: UnsafePointer<Double>?,
    output: UnsafePointer<Double>, kept: UnsafeMutablePointer<Double>,
    outputTangent: UnsafeMutablePointer<Double>, rows: Int
  ) {
    for i in 0..<(rows * width) {
      let moving = fault == .forgetsInputTangent ? 0 : inputTangent?[i] ?? 0
      outputTangent[i] =
        parameterTangent.values[i % width] * input[i] * input[i]
        + parameters.values[i % width] * 2 * input[i] * moving
      if fault == .halvesTangent { outputTangent[i] *= 0.5 }
    }
  }

  func reverseTangent(
    _ parameters: LayerParameters<Double>, _ parameterTangent: LayerParameters<Double>,
    input: UnsafePointer<Double>, inputTangent: UnsafePointer<Double>?,
    output: UnsafePointer<Double>, keptTangent: UnsafePointer<Double>,
    keptGradient: UnsafePointer<Double>, outputGradientTangent: UnsafeMutablePointer<Double>,
    inputGradientTangent: UnsafeMutablePointer<Double>?,
    parameterGradientTangent: UnsafeMutablePointer<Double>, rows: Int
  ) {
    for i in 0..<(rows * width) {
      let (w, wDot) = (parameters.values[i % width], parameterTangent.values[i % width])
      let (x, xDot, bar) = (input[i], inputTangent?[i] ?? 0, keptGradient[i])
      let barDot = outputGradientTangent[i]
      parameterGradientTangent[i % width] += barDot * x * x + bar * 2 * x * xDot
      inputGradientTangent?[i] =
        2 * (barDot * w * x + bar * wDot * x)
        + (fault == .forgetsSecondDerivative ? 0 : 2 * bar * w * xDot)
    }
  }
}
