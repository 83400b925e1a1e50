import DenseMath
import Foundation
import MetaLearning
import Networks

/// Golden values of ProMP: the objective and its gradient in the first and in a later epoch.
struct GoldenProMPCheck<Scalar: DenseScalar> {
  private let file: GoldenValue
  private let tasks: GoldenTasks<Scalar>

  init(_ file: GoldenValue) throws(GoldenError) {
    self.file = file
    tasks = try GoldenTasks(file)
  }

  func run(into table: inout CheckTable) async throws {
    let old: [Scalar] = Scalar.rounded(try tasks.golden.vector(file["theta_old"]))
    for entry in try file["cases"].elements {
      var configuration = try tasks.configuration(entry)
      configuration.estimator = .lowVarianceCurvature
      let name = "\(configuration.steps) steps"
      var adaptations: [TaskAdaptation<Scalar>] = []
      for (index, task) in try file["tasks"].elements.enumerated() {
        let reference = try entry["old"].elements[index]
        adaptations.append(
          try tasks.adapted(configuration, old, task: task) { k, _, adaptation in
            try tasks.compare(
              "\(name): task \(index + 1), old θ′ \(k + 1)",
              Scalar.widened(adaptation.parameters[k + 1].vector.values),
              reference["adapted_params"].elements[k], &table)
          })
      }
      let objective = ClippedObjective(
        range: try file["clip"].number, innerKLPenalty: try file["eta"].number)
      func problem(_ objective: any OuterObjective) -> OuterProblem<Scalar> {
        OuterProblem(
          policy: tasks.policy, adaptations: adaptations, workers: Workers(count: 1),
          objective: objective)
      }
      let first = try await problem(objective).metaGradient()
      try checkOld(entry, name, adaptations, into: &table)
      for point in try entry["points"].elements {
        let label = "\(name), \(try point["name"].text)"
        let theta: [Scalar] = Scalar.rounded(
          try tasks.golden.vector(file[try point["theta"].text]))
        let whole = try await problem(objective).gradient(at: theta)
        let bare = try await problem(
          ClippedObjective(range: objective.range, innerKLPenalty: 0)
        ).gradient(at: theta)
        table.compare("\(label): surrogate", [bare.surrogateLoss], [try point["surrogate"].number])
        table.compare("\(label): objective", [whole.surrogateLoss], [try point["objective"].number])
        try tasks.compare("\(label): gradient", whole.gradient, point["gradient"], &table)
        try tasks.compare(
          "\(label): surrogate gradient", bare.gradient, point["surrogate_gradient"], &table)
        table.compare(
          "\(label): KL before adaptation", [try await problem(objective).supportDivergence(theta)],
          [try point["kl_penalty_unweighted"].number], smallestScale: 1e-3)
        try checkTasks(point, label, adaptations, into: &table)
        if try point["theta"].text == "theta_old" {
          try tasks.compare(
            "\(label): gradient where it was sampled", first.gradient, point["gradient"], &table)
        }
      }
    }
  }

  private func checkOld(
    _ entry: GoldenValue, _ name: String, _ adaptations: [TaskAdaptation<Scalar>],
    into table: inout CheckTable
  ) throws {
    for (index, task) in adaptations.enumerated() {
      let (reference, label) = (try entry["old"].elements[index], "\(name): task \(index + 1)")
      for step in 0..<task.steps {
        let support = task.stage(step)
        table.compare(
          "\(label), old log-probabilities of support \(step + 1)", support.old.logProbabilities,
          try reference["support_log_probs"].elements[step].numbers)
        let means = try reference["support_means"].elements[step].numbers
        table.compare(
          "\(label), old means of support \(step + 1)",
          Array(support.old.outputs.prefix(means.count)), means)
        table.compare(
          "\(label), old log σ of support \(step + 1)", support.old.logStandardDeviations,
          try reference["support_log_std"].elements[step].numbers)
      }
      table.compare(
        "\(label), old log-probabilities of the query",
        task.stage(task.steps).old.logProbabilities, try reference["query_log_probs"].numbers)
    }
  }

  /// What the file says of each task at the point that the adaptations have been moved to.
  private func checkTasks(
    _ point: GoldenValue, _ label: String, _ adaptations: [TaskAdaptation<Scalar>],
    into table: inout CheckTable
  ) throws {
    let range = try file["clip"].number
    for (index, task) in adaptations.enumerated() {
      let (reference, label) = (try point["tasks"].elements[index], "\(label), task \(index + 1)")
      for step in 0..<task.steps {
        let support = task.stage(step)
        let loss = PolicyGradientLoss(
          distribution: support.distribution, actions: support.actions,
          advantages: support.advantages,
          form: .likelihoodRatio(oldLogProbabilities: support.old.logProbabilities))
        table.compare(
          "\(label): inner loss \(step + 1)", [value(loss, task, stage: step)],
          [try reference["inner_losses"].elements[step].number])
        table.compare(
          "\(label): KL \(step + 1)", [value(support.divergence, task, stage: step)],
          [try reference["kl_per_step"].elements[step].number], smallestScale: 1e-3)
      }
      let query = task.stage(task.steps)
      let ratios = zip(tasks.queryLogProbabilities(task), query.old.logProbabilities)
        .map { exp($0 - $1) }
      table.compare("\(label): ratios", ratios, try reference["query_ratios"].numbers)
      table.compare(
        "\(label): clipped rows",
        zip(ratios, query.advantages).map { ratio, advantage in
          advantage > 0 ? (ratio > 1 + range ? 1 : 0) : (ratio < 1 - range ? 1 : 0)
        }, try reference["clipped_rows"].numbers, smallestScale: 1)
      table.compare(
        "\(label): surrogate",
        [
          value(
            ClippedObjective(range: range, innerKLPenalty: 0).queryLoss(query), task,
            stage: task.steps)
        ], [try reference["surrogate"].number])
    }
  }

  private func value(
    _ loss: some OutputLoss, _ task: TaskAdaptation<Scalar>, stage: Int
  ) -> Double {
    tasks.policy.lossGradient(
      task.parameters[stage], inputs: task.batches[stage].inputs, loss: loss,
      gradient: tasks.workspace.parameterGradient, workspace: tasks.workspace)
  }
}
