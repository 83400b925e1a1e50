import DenseMath
import Networks

/// What an example asks for.
public enum ExampleTarget: Sendable, Hashable {
  /// `size` numbers: regression, judged by the squared error.
  case numbers(size: Int)
  /// One of `classes` labels, 0 ..< classes: classification, judged by the cross-entropy.
  case label(classes: Int)

  /// Numbers a target takes in flat arrays: `size`, or 1 for a label.
  public var width: Int {
    switch self {
    case .numbers(let size): size
    case .label: 1
    }
  }

  /// Classes among which a set of examples is balanced; 1 for numbers.
  public var classCount: Int {
    switch self {
    case .numbers: 1
    case .label(let classes): classes
    }
  }

  /// The training loss over N targets, [N, width].
  public func loss(_ targets: [Double]) -> any OutputLoss {
    switch self {
    case .numbers(let size): SquaredErrorLoss(targets: targets, width: size)
    case .label(let classes): CrossEntropyLoss(labels: targets, classCount: classes)
    }
  }

  /// What a prediction is worth, more being better: minus the squared error, or 1 for the label.
  ///
  /// - Parameters:
  ///   - prediction: [≥ width] from `start`; of a label its index.
  ///   - start: where it begins.
  ///   - target: [≥ width] from `targetStart`.
  ///   - targetStart: where it begins.
  /// - Returns: the score of one example.
  public func score(
    _ prediction: [Double], at start: Int = 0, _ target: [Double], at targetStart: Int = 0
  ) -> Double {
    switch self {
    case .numbers(let size):
      return (0..<size).reduce(0) {
        let difference = prediction[start + $1] - target[targetStart + $1]
        return $0 - difference * difference
      }
    case .label: return prediction[start] == target[targetStart] ? 1 : 0
    }
  }

  /// The predictions that output rows make: the rows, or the most probable label of each.
  ///
  /// - Parameters:
  ///   - outputs: [≥ N, W].
  ///   - count: N.
  /// - Returns: [N, width].
  public func predictions(of outputs: [Double], count: Int) -> [Double] {
    switch self {
    case .numbers(let size): return Array(outputs[..<(count * size)])
    case .label(let classes):
      return (0..<count).map { row in
        var best = 0
        for c in 1..<max(classes, 1)
        where outputs[row * classes + c] > outputs[row * classes + best] { best = c }
        return Double(best)
      }
    }
  }
}

/// The shape of an image: channels, rows and columns.
public typealias ImageShape = Networks.ImageShape

/// One input with its target.
public struct Example: Sendable, Equatable {
  /// [O].
  public var input: [Double]
  /// [target width].
  public var target: [Double]

  /// An example.
  public init(input: [Double], target: [Double]) {
    self.input = input
    self.target = target
  }
}

/// Examples of one task as flat arrays, N of them.
public struct ExampleSet: Sendable, Equatable {
  /// [N, O].
  public var inputs: [Double]
  /// [N, target width].
  public var targets: [Double]
  /// N.
  public var count: Int

  /// No examples.
  public init() { (inputs, targets, count) = ([], [], 0) }

  /// Adds an example.
  public mutating func append(_ example: Example) {
    inputs += example.input
    targets += example.target
    count += 1
  }

  /// These examples and others behind them.
  public static func + (a: ExampleSet, b: ExampleSet) -> ExampleSet {
    var sum = a
    sum.inputs += b.inputs
    sum.targets += b.targets
    sum.count += b.count
    return sum
  }
}

/// Where the examples of a family of supervised tasks come from.
///
/// Support and query examples take the place of episodes: a task's inner steps all descend the
/// loss of its support examples, and the adapted network is judged on query examples. Everything
/// else (adaptation, outer steps, evaluation) is the same.
public protocol ExampleSource: Sendable {
  /// What an example asks for.
  var target: ExampleTarget { get }
  /// The shape of an input that is an image; nil for other inputs.
  var image: ImageShape? { get }

  /// Draws an example.
  ///
  /// - Parameters:
  ///   - task: the task.
  ///   - label: of which class; nil draws one, and is all there is for numbers.
  ///   - random: the example's own stream.
  /// - Returns: an input of the family's observation size, with its target.
  func example(
    of task: TaskParameters, label: Int?, using random: inout RandomStream
  ) -> Example
}

extension ExampleSource {
  /// No image.
  public var image: ImageShape? { nil }

  /// Draws a set of examples: `perClass` of each class in turn, or `perClass` in all for numbers.
  ///
  /// Every example has its own address, so that a smaller set is the beginning of a larger one.
  ///
  /// - Parameters:
  ///   - task: the task.
  ///   - perClass: how many of each class.
  ///   - key: of what they are drawn for.
  ///   - index: of the task under the key.
  /// - Returns: perClass · classes examples, the classes taking turns.
  public func examples(
    of task: TaskParameters, perClass: Int, key: RandomKey, index: Int
  ) -> ExampleSet {
    var set = ExampleSet()
    let classes = target.classCount
    for place in 0..<(perClass * classes) {
      var random = RandomStream(key: key, task: index, episode: place)
      let label: Int? = if case .label = target { place % classes } else { nil }
      set.append(example(of: task, label: label, using: &random))
    }
    return set
  }
}

/// The examples of one task: those it adapts to, and those it is judged on.
public struct TaskExamples: Sendable, Equatable {
  /// Support examples, the same for all inner steps.
  public let support: ExampleSet
  /// Query examples.
  public let query: ExampleSet

  /// Draws both.
  ///
  /// - Parameters:
  ///   - source: where from.
  ///   - task: the task.
  ///   - shots: support examples, of each class.
  ///   - queries: query examples, of each class.
  ///   - address: where the randomness lives: batch 0 is the support, batch 1 the query, so that
  ///     the query does not depend on the number of shots.
  public init(
    from source: some ExampleSource, task: TaskParameters, shots: Int, queries: Int,
    address: RolloutAddress
  ) {
    var place = address
    place.batch = 0
    support = source.examples(
      of: task, perClass: shots, key: place.resetKey, index: address.task)
    place.batch = 1
    query = source.examples(
      of: task, perClass: queries, key: place.resetKey, index: address.task)
  }
}
