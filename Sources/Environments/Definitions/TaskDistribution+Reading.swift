import Foundation
import StrictYAML

extension TaskDistribution {
  /// The names in definitions.
  static let names = [
    "uniform", "log_uniform", "signed", "choice", "fixed_list", "disc", "circle", "box_outside",
    "constant", "power", "normal", "simplex", "follows",
    "subset",
  ]

  /// Reads `{kind: {…}}`, for example `{uniform: {low: [-1, -1], high: [1, 1]}}`.
  ///
  /// A bare number stands for the same number on every axis.
  ///
  /// - Parameters:
  ///   - node: a mapping of exactly one kind to its numbers.
  ///   - size: D, the numbers of the parameter.
  ///   - earlier: the parameters that stand before it, which it may follow.
  /// - Throws: `YAMLError` with line, key and what is allowed.
  init(_ node: YAMLNode, size: Int, earlier: [TaskParameter] = []) throws(YAMLError) {
    let outer = try node.mapping()
    try outer.checkKeys(TaskDistribution.names)
    guard let (kind, inner) = outer.entries.first, outer.keys.count == 1 else {
      throw node.error(
        "must hold exactly one distribution, not \(outer.keys.count)."
          + " Allowed: \(TaskDistribution.names.joined(separator: ", "))")
    }
    switch kind {
    case "constant":
      self = .constant(try vector(inner, size))
    case "uniform":
      let (low, high) = try TaskDistribution.box(inner, size)
      self = .uniform(low: low, high: high)
    case "log_uniform":
      let (low, high) = try TaskDistribution.box(inner, size)
      guard low.allSatisfy({ $0 > 0 }) else {
        throw inner.error("must have a 'low' above 0: a logarithm is taken")
      }
      self = .logUniform(low: low, high: high)
    case "signed":
      let (low, high) = try TaskDistribution.box(inner, size)
      guard low.allSatisfy({ $0 >= 0 }) else {
        throw inner.error("must have a 'low' of at least 0: it is a magnitude")
      }
      self = .signed(low: low, high: high)
    case "choice":
      self = .choice(try TaskDistribution.vectors(inner, size))
    case "fixed_list":
      self = .fixedList(try TaskDistribution.vectors(inner, size))
    case "disc":
      let (center, radius) = try TaskDistribution.round(inner, size)
      self = .disc(center: center, radius: radius)
    case "circle":
      let (center, radius) = try TaskDistribution.round(inner, size)
      self = .circle(center: center, radius: radius)
    case "box_outside":
      self = try TaskDistribution.boxOutside(inner, size)
    case "normal":
      self = try TaskDistribution.normal(inner, size)
    case "subset":
      let keys = try inner.mapping()
      try keys.checkKeys(["low", "high"])
      let low = try keys.required("low").integer(in: 0...Int(UInt32.max))
      let high = try keys.required("high").integer(in: low...Int(UInt32.max))
      guard high - low + 1 >= 2 * size else {
        throw inner.error(
          "must hold at least \(2 * size) numbers, twice what is drawn; low … high are "
            + "\(high - low + 1)")
      }
      self = .subset(size: size, low: low, high: high)
    case "follows":
      self = try TaskDistribution.follows(inner, size, earlier)
    case "simplex":
      let keys = try inner.mapping()
      try keys.checkKeys(["group"])
      let group = try keys.required("group")
      let count = try group.integer(in: 2...(.max))
      guard size % count == 0 else {
        throw group.error("must divide the parameter's \(size) numbers; \(count) does not")
      }
      self = .simplex(size: size, group: count)
    default:
      let keys = try inner.mapping()
      try keys.checkKeys(["base", "exponent"])
      let base = try keys.required("base").number()
      guard base > 1 else { throw inner.error("must have a 'base' above 1") }
      self = .power(
        base: base,
        exponent: try TaskDistribution(
          keys.required("exponent"), size: size, earlier: earlier))
    }
    if kind != "normal", kind != "follows" {
      let (low, high) = bounds
      guard zip(low, high).allSatisfy({ ($1 - $0).isFinite }) else {
        throw node.error("reaches beyond the range of numbers")
      }
    }
  }

  private static func box(
    _ node: YAMLNode, _ size: Int, lowKey: String = "low", highKey: String = "high",
    otherKeys: [String] = []
  ) throws(YAMLError) -> (low: [Double], high: [Double]) {
    let keys = try node.mapping()
    try keys.checkKeys([lowKey, highKey] + otherKeys)
    let low = try vector(keys.required(lowKey), size)
    let highNode = try keys.required(highKey)
    let high = try vector(highNode, size)
    for axis in low.indices where low[axis] > high[axis] {
      throw highNode.error(
        "must not be below '\(lowKey)': \(high[axis]) is below \(low[axis])")
    }
    return (low, high)
  }

  private static func normal(
    _ node: YAMLNode, _ size: Int
  ) throws(YAMLError) -> TaskDistribution {
    let keys = try node.mapping()
    try keys.checkKeys(["mean", "deviation"])
    let mean = try vector(keys.required("mean"), size)
    let deviationNode = try keys.required("deviation")
    let deviation = try vector(deviationNode, size)
    guard deviation.allSatisfy({ $0 >= 0 }) else {
      throw deviationNode.error("must not be below 0")
    }
    return .normal(mean: mean, deviation: deviation)
  }

  private static func follows(
    _ node: YAMLNode, _ size: Int, _ earlier: [TaskParameter]
  ) throws(YAMLError) -> TaskDistribution {
    let keys = try node.mapping()
    try keys.checkKeys(["parameter", "scale", "power", "offset"])
    let nameNode = try keys.required("parameter")
    guard !earlier.isEmpty else {
      throw nameNode.error("cannot be given: no parameter of the task stands before this one")
    }
    let name = try nameNode.choice(of: earlier.map(\.rule.name))
    guard let source = earlier.first(where: { $0.rule.name == name }), source.rule.size == size
    else { throw nameNode.error("has not the \(size) numbers of this parameter") }
    func number(_ key: String, _ other: Double) throws(YAMLError) -> Double {
      try keys[key].map { node throws(YAMLError) in try node.number() } ?? other
    }
    let (scale, power) = (try number("scale", 1), try number("power", 1))
    let offset = try number("offset", 0)
    let bounds = source.distributions.values.map(\.bounds)
    var (low, high): ([Double], [Double]) = ([], [])
    for axis in 0..<size {
      let least = bounds.reduce(.infinity) { min($0, $1.low[axis]) }
      let most = bounds.reduce(-.infinity) { max($0, $1.high[axis]) }
      guard power == 1 || least > 0 else {
        throw node.error("takes a power of '\(name)', which must then be above 0")
      }
      let ends = [least, most].map { offset + scale * (power == 1 ? $0 : pow($0, power)) }
      low.append(min(ends[0], ends[1]))
      high.append(max(ends[0], ends[1]))
    }
    return .follows(
      parameter: name, scale: scale, power: power, offset: offset, low: low, high: high)
  }

  private static func vectors(_ node: YAMLNode, _ size: Int) throws(YAMLError) -> [[Double]] {
    let keys = try node.mapping()
    try keys.checkKeys(["values"])
    let list = try keys.required("values")
    var values: [[Double]] = []
    for item in try list.list() { values.append(try vector(item, size)) }
    guard !values.isEmpty else { throw list.error("must have at least one entry") }
    return values
  }

  private static func round(
    _ node: YAMLNode, _ size: Int
  ) throws(YAMLError) -> (center: [Double], radius: Double) {
    guard size == 2 else {
      throw node.error("is for points of the plane; this parameter has \(size) numbers")
    }
    let keys = try node.mapping()
    try keys.checkKeys(["center", "radius"])
    let center = try keys["center"].map { node throws(YAMLError) in try node.numbers(count: 2) }
    let radiusNode = try keys.required("radius")
    let radius = try radiusNode.number()
    guard radius > 0 else { throw radiusNode.error("must be above 0, not \(radius)") }
    return (center ?? [0, 0], radius)
  }

  private static func boxOutside(
    _ node: YAMLNode, _ size: Int
  ) throws(YAMLError) -> TaskDistribution {
    let (low, high) = try box(node, size, otherKeys: ["inner_low", "inner_high"])
    let (innerLow, innerHigh) = try box(
      node, size, lowKey: "inner_low", highKey: "inner_high", otherKeys: ["low", "high"])
    // The share of the outer box that the inner one covers, axis by axis.
    var covered = 1.0
    for axis in low.indices {
      let width = high[axis] - low[axis]
      let overlap = min(high[axis], innerHigh[axis]) - max(low[axis], innerLow[axis])
      covered *= width > 0 ? max(0, overlap) / width : (overlap >= 0 ? 1 : 0)
    }
    guard covered <= 0.99 else {
      throw node.error("leaves less than a hundredth of the outer box outside the inner one")
    }
    return .boxOutside(low: low, high: high, innerLow: innerLow, innerHigh: innerHigh)
  }
}

/// A list of `size` numbers, or one number for every axis.
private func vector(_ node: YAMLNode, _ size: Int) throws(YAMLError) -> [Double] {
  node.isList || !node.isNumber
    ? try (size == 1 && !node.isList ? [node.number()] : node.numbers(count: size))
    : Array(repeating: try node.number(), count: size)
}
