import DenseMath
import Foundation
import MetaLearning
import Networks

/// The policy and the vectors of a golden file of a learner, in the file's parameter order.
struct GoldenPolicy<Scalar: DenseScalar> {
  let policy: Policy<Scalar>
  /// C, numbers of the context; 0 for none.
  ///
  /// The file joins them to the observation, behind it.
  let context: Int
  /// Tensor names in the file's flat order.
  let order: [String]
  /// The tensors' places.
  let tensors: [Range<Int>]

  /// Units of all layers, the input's too.
  private let unitCount: Int
  /// Most units times steps.
  private static var mostActivations: Int { 1_000_000 }

  /// Reads the shapes: weights [out, in] and biases in turn, then `log_std` for Gaussian.
  ///
  /// - Parameters:
  ///   - file: what holds the shapes.
  ///   - predicts: whether outputs are predictions; else `policy` names the distribution.
  /// - Throws: `GoldenError` where the shapes are not those of an MLP.
  init(_ file: GoldenValue, predicts: Bool = false) throws(GoldenError) {
    order = try file["param_order"].strings
    let shapes = try file["param_shapes"]
    let kind = predicts ? "prediction" : try file["policy"].text
    guard predicts || kind == "gaussian" || kind == "categorical" else {
      throw try file["policy"].error("is '\(kind)'; gaussian and categorical are known")
    }
    var ranges: [Range<Int>] = []
    var widths: [Int] = []
    var count = 0
    for name in order {
      let values = try shapes[name].numbers
      guard values.allSatisfy({ $0 >= 1 && $0 <= 100_000 && $0 == $0.rounded() }) else {
        throw try shapes[name].error("is not a shape")
      }
      let shape = values.map { Int($0) }
      if shape.count == 2 {
        if let last = widths.last, last != shape[1] {
          throw try shapes[name].error("takes \(shape[1]) entries; the layer before gives \(last)")
        }
        if widths.isEmpty { widths.append(shape[1]) }
        widths.append(shape[0])
      }
      let size = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      // Every parameter takes two bytes of the file at least: what is announced must be there.
      guard shape.count <= 2, count + size <= file.byteCount / 2 else {
        throw try shapes[name].error("is larger than the file")
      }
      ranges.append(count..<(count + size))
      count += size
    }
    guard widths.count >= 2 else { throw shapes.error("has no weight of two dimensions") }
    tensors = ranges
    unitCount = widths.reduce(0, +)
    var activation = ActivationKind.tanh
    if file.has("activation") {
      guard let named = Activation(rawValue: try file["activation"].text) else {
        throw try file["activation"].error("is not tanh or relu")
      }
      activation = named.kind
    }
    var context = 0
    if file.has("context") {
      let size = try file["context"].number
      guard size >= 1, size < Double(widths[0]), size == size.rounded() else {
        throw try file["context"].error("is not a number of inputs of the first layer")
      }
      context = Int(size)
    }
    self.context = context
    let distribution: ActionDistribution =
      predicts
      ? .prediction(size: widths[widths.count - 1])
      : kind == "gaussian"
        ? .gaussian(actionSize: widths[widths.count - 1])
        : .categorical(actionCount: widths[widths.count - 1])
    policy = Policy(
      network: Network(
        inputWidth: widths[0] - context, hidden: Array(widths[1..<(widths.count - 1)]),
        outputWidth: widths[widths.count - 1], activation: activation),
      distribution: distribution, contextSize: context)
    // The file has no φ: it starts at zero.
    guard count == policy.parameterCount - context,
      context > 0 || policy.tensors.map(\.range) == ranges
    else {
      throw shapes.error(
        "does not describe an MLP: weight and bias a layer"
          + (kind == "gaussian" ? ", then log_std" : ""))
    }
  }

  /// The policy's flat vector of an object of tensors; φ is zero.
  func vector(_ value: GoldenValue) throws(GoldenError) -> [Double] {
    var flat: [Double] = []
    var contextWeight: [Double] = []
    for (index, (name, range)) in zip(order, tensors).enumerated() {
      let numbers = try value[name].numbers(count: range.count)
      guard index == 0, context > 0 else {
        flat += numbers
        continue
      }
      let width = policy.network.inputWidth + context
      for start in stride(from: 0, to: numbers.count, by: width) {
        flat += numbers[start..<(start + policy.network.inputWidth)]
        contextWeight += numbers[(start + policy.network.inputWidth)..<(start + width)]
      }
    }
    return flat + contextWeight + Array(repeating: 0, count: context)
  }

  /// Fills a batch from observations, actions and advantages.
  func fill(
    _ batch: LearningBatch<Scalar>, from value: GoldenValue, meanReturn: Double = .nan
  ) throws(GoldenError) {
    let advantages = try value["advantages"].numbers
    guard !advantages.isEmpty else { throw try value["advantages"].error("is empty") }
    // Every step takes a number of memory for every unit of the network.
    guard advantages.count <= Self.mostActivations / unitCount else {
      throw try value["advantages"].error(
        "has \(advantages.count) steps; a network of \(unitCount) units is checked on at most "
          + "\(Self.mostActivations / unitCount)")
    }
    let actions = try value["actions"].numbers(
      count: advantages.count * policy.distribution.actionWidth)
    if case .categorical(let count) = policy.distribution {
      guard actions.allSatisfy({ $0 >= 0 && $0 < Double(count) && $0 == $0.rounded() }) else {
        throw try value["actions"].error("has an entry that is no action 0 … \(count - 1)")
      }
    }
    var lengths: [Int]?
    if value.has("lengths") {
      let found = try value["lengths"].numbers.map { Int(exactly: $0) ?? 0 }
      guard found.allSatisfy({ $0 >= 1 }), found.reduce(0, +) == advantages.count else {
        throw try value["lengths"].error("does not add up to \(advantages.count) steps")
      }
      lengths = found
    }
    batch.set(
      observations: try value["observations"].numbers(
        count: advantages.count * policy.network.inputWidth),
      actions: actions, advantages: advantages, lengths: lengths, meanReturn: meanReturn)
  }
}
