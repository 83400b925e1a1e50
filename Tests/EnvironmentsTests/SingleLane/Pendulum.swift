// The example of docs/AddingAnEnvironment.md; keep the two alike.

import DenseMath
import Environments
import Foundation
import MetaLearning
import StrictYAML

/// Swing up a pendulum of unknown length: the angle is 0 upright.
struct PendulumSimulator: Simulator {
  static let kind = "pendulum"

  private let torqueLimit: Double
  private let timestep: Double
  private let actionScale: Double

  init(context: SimulatorContext) throws(YAMLError) {
    try context.settings.checkKeys(["torque_limit", "timestep"])
    torqueLimit = try context.settings.required("torque_limit").number(in: 0...100)
    timestep = try context.settings.required("timestep").number(in: 0.001...0.1)
    actionScale = context.actionScale
  }

  var observation: [SpaceEntry] {
    [
      SpaceEntry(meaning: "cosine of the angle", unit: "", range: -1...1),
      SpaceEntry(meaning: "sine of the angle", unit: "", range: -1...1),
      SpaceEntry(meaning: "angular velocity", unit: "rad/s"),
    ]
  }
  var action: [SpaceEntry] {
    let limit = torqueLimit / actionScale
    return [SpaceEntry(meaning: "torque", unit: "N m", range: -limit...limit)]
  }
  var actionSpace: ActionSpace { .continuous(size: 1) }
  var rewardTerms: [RewardTerm] {
    [
      RewardTerm(name: "upright", formula: "cos(angle)"),
      RewardTerm(name: "control", formula: "-0.001 torque^2"),
    ]
  }
  var ends: String { "never" }
  var taskParameters: [TaskParameterRule] {
    [
      TaskParameterRule(
        name: "length", size: 1, unit: "m", meaning: "length of the rod", isPositive: true)
    ]
  }
  var choices: [Choice] {
    [
      Choice("torque_limit", "\(torqueLimit)", "N m"), Choice("timestep", "\(timestep)", "s"),
    ]
  }

  func makeLanes(task: TaskParameters, laneCount: Int) throws -> any EnvironmentLanes {
    SingleEnvironmentLanes(
      Pendulum(
        length: task["length"]?.first ?? 1, torqueLimit: torqueLimit, timestep: timestep,
        actionScale: actionScale),
      laneCount: laneCount)
  }
}

/// One pendulum of mass 1 kg.
struct Pendulum: SingleEnvironment {
  let length: Double
  let torqueLimit: Double
  let timestep: Double
  let actionScale: Double
  var angle = Double.pi
  var velocity = 0.0

  var state: LaneState {
    get {
      LaneState([
        .init(name: "angle", values: [angle]), .init(name: "velocity", values: [velocity]),
      ])
    }
    set {
      angle = newValue["angle"]?.first ?? angle
      velocity = newValue["velocity"]?.first ?? velocity
    }
  }

  var observation: [Double] { [cos(angle), sin(angle), velocity] }

  mutating func reset(using stream: inout RandomStream) {
    angle = Double.pi + stream.uniform(in: -0.1...0.1)
    velocity = 0
  }

  mutating func step(action: [Double]) -> (rewardTerms: [Double], terminated: Bool) {
    let torque = min(max(action[0] * actionScale, -torqueLimit), torqueLimit)
    velocity += timestep * (9.81 / length * sin(angle) + torque / (length * length))
    angle += timestep * velocity
    return ([cos(angle), -0.001 * torque * torque], false)
  }
}
