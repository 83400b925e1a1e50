import MetaLearning
import Statistics

/// The held-out tasks of the MAML paper itself.
///
/// Its authors' test programs draw them with NumPy: forty for every family, by seed 1, of
/// ant-direction by seed 2; a direction is forward where the number is in its upper half.
/// Source: github.com/cbfinn/maml_rl, `maml_examples/test_maml_*.py`.
enum PaperTasks {
  /// Tasks of every family.
  static let count = 40

  /// The tasks of a family of the benchmark, in the order of the paper's data.
  static func tasks(of family: String) -> [TaskParameters] {
    switch family {
    case "navigation-2d":
      let values = numPyUniforms(seed: 1, count: 2 * count).map { $0 - 0.5 }
      return (0..<count).map { task("goal", Array(values[2 * $0..<2 * $0 + 2])) }
    case "half-cheetah-velocity": return uniforms(seed: 1).map { task("velocity", [2 * $0]) }
    case "ant-velocity": return uniforms(seed: 1).map { task("velocity", [3 * $0]) }
    case "half-cheetah-direction": return uniforms(seed: 1).map(direction)
    case "ant-direction": return uniforms(seed: 2).map(direction)
    default: preconditionFailure("'\(family)' is not of the paper")
    }
  }

  private static func uniforms(seed: UInt32) -> [Double] {
    numPyUniforms(seed: seed, count: count)
  }

  private static func direction(_ uniform: Double) -> TaskParameters {
    task("direction", [uniform < 0.5 ? -1 : 1])
  }

  private static func task(_ name: String, _ values: [Double]) -> TaskParameters {
    TaskParameters([TaskParameters.Entry(name: name, values: values)])
  }
}
