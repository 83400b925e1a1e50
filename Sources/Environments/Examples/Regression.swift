import DenseMath
import Foundation
import MetaLearning
import StrictYAML

/// Fit one sine wave: y = amplitude · sin(x − phase).
///
/// Source: Finn et al. 2017, arXiv:1703.03400, section 5.1.
public struct SinusoidSimulator: ExampleSimulator {
  /// `sinusoid`.
  public static let kind = "sinusoid"

  private let limit: Double
  private let noise: Double
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `input_limit` and `noise`.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(context.settings, keys: ["input_limit", "noise"])
    limit = try reader.positive("input_limit", "x is uniform between minus it and it")
    noise = try reader.notNegative("noise", "standard deviation of what is added to y")
    choices = reader.choices
  }

  /// Amplitude and phase.
  public var taskParameters: [TaskParameterRule] {
    [
      TaskParameterRule(name: "amplitude", size: 1, unit: "", meaning: "of the sine wave"),
      TaskParameterRule(name: "phase", size: 1, unit: "rad", meaning: "of the sine wave"),
    ]
  }

  /// x.
  public var observation: [SpaceEntry] {
    [SpaceEntry(meaning: "x", unit: "", range: -limit...limit)]
  }

  /// y.
  public var target: ExampleTarget { .numbers(size: 1) }

  /// A point of the wave.
  public func example(
    of task: TaskParameters, label: Int?, using random: inout RandomStream
  ) -> Example {
    let x = random.uniform(in: -limit...limit)
    let (amplitude, phase) = (task["amplitude"]?.first ?? 0, task["phase"]?.first ?? 0)
    return Example(
      input: [x], target: [amplitude * sin(x - phase) + noisy(noise, using: &random)])
  }
}

/// Fit one linear function of D numbers: y = weights · x + bias.
public struct LinearRegressionSimulator: ExampleSimulator {
  /// `linear-regression`.
  public static let kind = "linear-regression"

  private let dimension: Int
  private let limit: Double
  private let noise: Double
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `dimension`, `input_limit` and `noise`.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(
      context.settings, keys: ["dimension", "input_limit", "noise"])
    dimension = try reader.count("dimension", "numbers of x", in: 1...10_000)
    limit = try reader.positive("input_limit", "each x is uniform between minus it and it")
    noise = try reader.notNegative("noise", "standard deviation of what is added to y")
    choices = reader.choices
  }

  /// Weights and bias.
  public var taskParameters: [TaskParameterRule] {
    [
      TaskParameterRule(name: "weights", size: dimension, unit: "", meaning: "slopes"),
      TaskParameterRule(name: "bias", size: 1, unit: "", meaning: "y where x is 0"),
    ]
  }

  /// x.
  public var observation: [SpaceEntry] {
    (0..<dimension).map {
      SpaceEntry(meaning: dimension == 1 ? "x" : "x[\($0)]", unit: "", range: -limit...limit)
    }
  }

  /// y.
  public var target: ExampleTarget { .numbers(size: 1) }

  /// A point of the function.
  public func example(
    of task: TaskParameters, label: Int?, using random: inout RandomStream
  ) -> Example {
    let x = (0..<dimension).map { _ in random.uniform(in: -limit...limit) }
    let sum = zip(task["weights"] ?? [], x).reduce(task["bias"]?.first ?? 0) { $0 + $1.0 * $1.1 }
    return Example(input: x, target: [sum + noisy(noise, using: &random)])
  }
}

/// Fit a curve that is, from task to task, a polynomial or a step.
public struct CurveMixtureSimulator: ExampleSimulator {
  /// `curve-mixture`.
  public static let kind = "curve-mixture"

  private let degree: Int
  private let limit: Double
  private let noise: Double
  /// Every setting as read.
  public let choices: [Choice]

  /// Reads `degree`, `input_limit` and `noise`.
  public init(context: SimulatorContext) throws(YAMLError) {
    var reader = try SettingsReader(context.settings, keys: ["degree", "input_limit", "noise"])
    degree = try reader.count("degree", "of the polynomials", in: 1...20)
    limit = try reader.positive("input_limit", "x is uniform between minus it and it")
    noise = try reader.notNegative("noise", "standard deviation of what is added to y")
    choices = reader.choices
  }

  /// Which of the two, the coefficients of the one, and the step of the other.
  public var taskParameters: [TaskParameterRule] {
    [
      TaskParameterRule(
        name: "step", size: 1, unit: "", meaning: "1 for a step, 0 for a polynomial", range: 0...1),
      TaskParameterRule(
        name: "coefficients", size: degree + 1, unit: "",
        meaning: "of x / input_limit to the powers 0, 1, …"),
      TaskParameterRule(name: "edge", size: 1, unit: "", meaning: "x of the step"),
      TaskParameterRule(name: "levels", size: 2, unit: "", meaning: "y below and from the step on"),
    ]
  }

  /// x.
  public var observation: [SpaceEntry] {
    [SpaceEntry(meaning: "x", unit: "", range: -limit...limit)]
  }

  /// y.
  public var target: ExampleTarget { .numbers(size: 1) }

  /// A point of the curve.
  public func example(
    of task: TaskParameters, label: Int?, using random: inout RandomStream
  ) -> Example {
    let x = random.uniform(in: -limit...limit)
    let y: Double
    if task["step"]?.first ?? 0 >= 0.5 {
      let levels = task["levels"] ?? [0, 0]
      y = x < task["edge"]?.first ?? 0 ? levels[0] : levels[1]
    } else {
      y = (task["coefficients"] ?? []).reversed().reduce(0) { $0 * (x / limit) + $1 }
    }
    return Example(input: [x], target: [y + noisy(noise, using: &random)])
  }
}

/// Normal noise; 0 draws none.
private func noisy(_ deviation: Double, using random: inout RandomStream) -> Double {
  deviation > 0 ? deviation * random.normal() : 0
}
