import DenseMath
import MetaLearning
import Networks

/// Golden values of Reptile: inner steps, displacements, the new θ.
struct GoldenReptileCheck<Scalar: DenseScalar> {
  private let file: GoldenValue
  private let tasks: GoldenTasks<Scalar>

  init(_ file: GoldenValue) throws(GoldenError) {
    self.file = file
    tasks = try GoldenTasks(file)
  }

  func run(into table: inout CheckTable) throws {
    let theta = try tasks.golden.vector(file["theta"])
    for entry in try file["cases"].elements {
      var configuration = try tasks.configuration(entry)
      configuration.estimator = .logLikelihood
      configuration.order = .first
      let name = "\(configuration.steps) steps"
      var meanGradient = [Double](repeating: 0, count: tasks.policy.parameterCount)
      let count = Double(try file["tasks"].elements.count)
      var adaptations: [TaskAdaptation<Scalar>] = []
      for (index, task) in try file["tasks"].elements.enumerated() {
        let reference = try entry["tasks"].elements[index]
        let label = "\(name): task \(index + 1)"
        let adaptation = try tasks.adapted(
          configuration, Scalar.rounded(theta), task: task
        ) { k, step, adaptation in
          let inner = try reference["inner_steps"].elements[k]
          let gradient = Scalar.widened(tasks.workspace.parameterGradient.values)
          if k == 0 { addScaled(&meanGradient, 1 / count, gradient) }
          table.compare(
            "\(label), inner step \(k + 1), loss", [step.loss], [try inner["loss"].number])
          try tasks.compare(
            "\(label), inner step \(k + 1), gradient", gradient, inner["gradient"], &table)
          try tasks.compare(
            "\(label), inner step \(k + 1), adapted",
            Scalar.widened(adaptation.parameters[k + 1].vector.values), inner["adapted_params"],
            &table)
        }
        adaptations.append(adaptation)
        try tasks.compare(
          "\(label): displacement",
          OuterProblem(
            policy: tasks.policy, adaptations: [adaptation], workers: Workers(count: 1)
          ).displacement(), reference["displacement"], &table)
      }
      let direction = OuterProblem(
        policy: tasks.policy, adaptations: adaptations, workers: Workers(count: 1)
      ).displacement()
      try tasks.compare("\(name): direction", direction, entry["direction"], &table)
      var moved = theta
      addScaled(&moved, try entry["epsilon"].number, direction)
      try tasks.compare("\(name): new θ", moved, entry["new_theta"], &table)
      if entry.has("mean_gradient") {
        try tasks.compare("\(name): mean gradient", meanGradient, entry["mean_gradient"], &table)
      }
    }
  }
}
