import DenseMath
import Foundation
import MetaLearning

/// The distribution of one task parameter of D numbers in one split.
public enum TaskDistribution: Sendable, Hashable {
  /// Always these numbers.
  case constant([Double])
  /// Uniform in the box low … high, each axis by itself.
  case uniform(low: [Double], high: [Double])
  /// The logarithm is uniform in log low … log high, each axis by itself.
  case logUniform(low: [Double], high: [Double])
  /// The magnitude is uniform in low … high, the sign ±1 at equal odds, each axis by itself.
  case signed(low: [Double], high: [Double])
  /// One of the listed vectors, at equal odds.
  case choice([[Double]])
  /// Task i is the vector i modulo the list's length, whatever the seed.
  case fixedList([[Double]])
  /// Uniform on a disc of the plane.
  case disc(center: [Double], radius: Double)
  /// Uniform on a circle of the plane.
  case circle(center: [Double], radius: Double)
  /// Uniform in the box low … high without the box innerLow … innerHigh.
  case boxOutside(low: [Double], high: [Double], innerLow: [Double], innerHigh: [Double])
  /// Different whole numbers of low … high, in random order.
  case subset(size: Int, low: Int, high: Int)
  /// Normal, each axis by itself.
  case normal(mean: [Double], deviation: [Double])
  /// Runs of `group` numbers, each uniform among the probabilities whose sum is 1, that is,
  /// Dirichlet with all concentrations 1.
  case simplex(size: Int, group: Int)
  /// offset + scale·x^power, x the numbers of an earlier parameter of the task: one draw drives
  /// several. `low` and `high` bound the outcome.
  case follows(
    parameter: String, scale: Double, power: Double, offset: Double, low: [Double],
    high: [Double])
  /// base to the power of a drawn exponent, each axis by itself.
  indirect case power(base: Double, exponent: TaskDistribution)

  /// Draws the parameter of one task.
  ///
  /// - Parameters:
  ///   - index: of the task in its split; only `fixedList` looks at it.
  ///   - earlier: the parameters of the task that are drawn already.
  ///   - random: the task's stream; how much is used depends on the distribution.
  /// - Returns: [D].
  func draw(
    index: Int, earlier: [TaskParameters.Entry] = [], using random: inout RandomStream
  ) -> [Double] {
    switch self {
    case .constant(let values): return values
    case .uniform(let low, let high):
      return low.indices.map { random.uniform(in: low[$0]...high[$0]) }
    case .logUniform(let low, let high):
      return low.indices.map {
        let exponent = random.uniform(in: log(low[$0])...log(high[$0]))
        return min(max(exp(exponent), low[$0]), high[$0])
      }
    case .signed(let low, let high):
      return low.indices.map {
        let magnitude = random.uniform(in: low[$0]...high[$0])
        return random.uniform() < 0.5 ? -magnitude : magnitude
      }
    case .choice(let values): return values[Int(random.uniform() * Double(values.count))]
    case .fixedList(let values): return values[index % values.count]
    case .disc(let center, let radius):
      let distance = radius * random.uniform().squareRoot()
      return TaskDistribution.pointOnCircle(center, distance, using: &random)
    case .circle(let center, let radius):
      return TaskDistribution.pointOnCircle(center, radius, using: &random)
    case .boxOutside(let low, let high, let innerLow, let innerHigh):
      // The definition guarantees that at least one draw in a hundred falls outside.
      while true {
        let point = low.indices.map { random.uniform(in: low[$0]...high[$0]) }
        let isInside = point.indices.allSatisfy {
          innerLow[$0] <= point[$0] && point[$0] <= innerHigh[$0]
        }
        if !isInside { return point }
      }
    case .normal(let mean, let deviation):
      return mean.indices.map { mean[$0] + deviation[$0] * random.normal() }
    case .subset(let size, let low, let high):
      var values: [Double] = []
      // The definition guarantees that there are twice as many as are drawn.
      while values.count < size {
        let value = Double(low) + (random.uniform() * Double(high - low + 1)).rounded(.down)
        if !values.contains(value) { values.append(value) }
      }
      return values
    case .simplex(let size, let group):
      // Exponential numbers divided by their sum.
      var values: [Double] = []
      for _ in 0..<size / group {
        let weights = (0..<group).map { _ in -log(1 - random.uniform()) }
        let sum = weights.reduce(0, +)
        values += weights.map { $0 / sum }
      }
      return values
    case .follows(let parameter, let scale, let power, let offset, _, _):
      guard let values = earlier.first(where: { $0.name == parameter })?.values else {
        preconditionFailure("the parameter \(parameter) is not drawn yet")
      }
      return values.map { offset + scale * (power == 1 ? $0 : pow($0, power)) }
    case .power(let base, let exponent):
      return exponent.draw(index: index, earlier: earlier, using: &random).map { pow(base, $0) }
    }
  }

  private static func pointOnCircle(
    _ center: [Double], _ radius: Double, using random: inout RandomStream
  ) -> [Double] {
    let angle = 2 * Double.pi * random.uniform()
    return [center[0] + radius * cos(angle), center[1] + radius * sin(angle)]
  }

  /// The smallest box that holds every draw, [D] and [D].
  public var bounds: (low: [Double], high: [Double]) {
    switch self {
    case .constant(let values): return (values, values)
    case .uniform(let low, let high), .logUniform(let low, let high): return (low, high)
    case .signed(_, let high): return (high.map { -$0 }, high)
    case .choice(let values), .fixedList(let values):
      let axes = values[0].indices
      return (
        axes.map { axis in values.reduce(.infinity) { min($0, $1[axis]) } },
        axes.map { axis in values.reduce(-.infinity) { max($0, $1[axis]) } }
      )
    case .disc(let center, let radius), .circle(let center, let radius):
      return (center.map { $0 - radius }, center.map { $0 + radius })
    case .boxOutside(let low, let high, _, _): return (low, high)
    case .follows(_, _, _, _, let low, let high): return (low, high)
    case .normal(let mean, let deviation):
      return (
        mean.indices.map { deviation[$0] > 0 ? -.infinity : mean[$0] },
        mean.indices.map { deviation[$0] > 0 ? .infinity : mean[$0] }
      )
    case .subset(let size, let low, let high):
      return (
        Array(repeating: Double(low), count: size), Array(repeating: Double(high), count: size)
      )
    case .simplex(let size, _):
      return (Array(repeating: 0, count: size), Array(repeating: 1, count: size))
    case .power(let base, let exponent):
      let (low, high) = exponent.bounds
      return (low.map { pow(base, $0) }, high.map { pow(base, $0) })
    }
  }

  /// How many numbers a draw has.
  public var size: Int { bounds.low.count }
}

extension TaskDistribution: CustomStringConvertible {
  /// The distribution in words, with every number in its shortest exact form.
  public var description: String {
    switch self {
    case .constant(let values): "constant \(text(values))"
    case .uniform(let low, let high): "uniform \(text(low)) … \(text(high))"
    case .logUniform(let low, let high): "log-uniform \(text(low)) … \(text(high))"
    case .signed(let low, let high):
      "magnitude uniform \(text(low)) … \(text(high)), random sign per axis"
    case .choice(let values): "one of \(values.map(text).joined(separator: ", ")), equal odds"
    case .fixedList(let values): "in order: \(values.map(text).joined(separator: ", "))"
    case .disc(let center, let radius): "uniform on the disc of radius \(radius) at \(text(center))"
    case .circle(let center, let radius):
      "uniform on the circle of radius \(radius) at \(text(center))"
    case .boxOutside(let low, let high, let innerLow, let innerHigh):
      "uniform \(text(low)) … \(text(high)) outside \(text(innerLow)) … \(text(innerHigh))"
    case .normal(let mean, let deviation):
      "normal with mean \(text(mean)) and deviation \(text(deviation))"
    case .subset(let size, let low, let high): "\(size) different ones of \(low) … \(high)"
    case .simplex(_, let group): "each \(group) numbers uniform among probabilities of sum 1"
    case .follows(let parameter, let scale, let power, let offset, _, _):
      "\(offset) + \(scale)·\(parameter)^\(power)"
    case .power(let base, let exponent): "\(base) to the power of: \(exponent)"
    }
  }

  private func text(_ values: [Double]) -> String {
    values.count == 1 ? "\(values[0])" : "[\(values.map(\.description).joined(separator: ", "))]"
  }
}
