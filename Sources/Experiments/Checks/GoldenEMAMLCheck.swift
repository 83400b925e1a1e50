import DenseMath
import MetaLearning
import Networks

/// Golden values of E-MAML: the credit of the support sampling, and the gradient with it.
struct GoldenEMAMLCheck<Scalar: DenseScalar> {
  private let file: GoldenValue
  private let tasks: GoldenTasks<Scalar>

  init(_ file: GoldenValue) throws(GoldenError) {
    self.file = file
    tasks = try GoldenTasks(file)
  }

  func run(into table: inout CheckTable) async throws {
    let theta: [Scalar] = Scalar.rounded(try tasks.golden.vector(file["theta"]))
    var returns: [Double] = []
    for (index, task) in try file["tasks"].elements.enumerated() {
      let episodes = try episodeReturns(task["query_batch"])
      table.compare(
        "task \(index + 1): returns of episodes", episodes,
        try file["episode_returns"].elements[index].numbers)
      returns.append(episodes.reduce(0, +) / Double(episodes.count))
    }
    table.compare("returns", returns, try file["returns"].numbers)
    table.compare("weights", standardized(returns), try file["weights"].numbers)
    for entry in try file["cases"].elements {
      let configuration = try tasks.configuration(entry)
      let name = "\(configuration.estimator.rawValue), \(configuration.steps) steps"
      var adaptations: [TaskAdaptation<Scalar>] = []
      for (index, task) in try file["tasks"].elements.enumerated() {
        let reference = try entry["tasks"].elements[index]
        adaptations.append(
          try tasks.adapted(
            configuration, theta, task: task, meanReturn: returns[index]
          ) { k, step, adaptation in
            let label = "\(name): task \(index + 1), inner step \(k + 1)"
            table.compare(
              "\(label), loss", [step.loss],
              [try reference["inner_losses"].elements[k].number])
            try tasks.compare(
              "\(label), adapted",
              Scalar.widened(adaptation.parameters[k + 1].vector.values),
              reference["adapted_params"].elements[k], &table)
          })
      }
      try await check(entry, name, adaptations, into: &table)
    }
  }

  private func episodeReturns(_ batch: GoldenValue) throws -> [Double] {
    let rewards = try batch["rewards"].numbers
    let lengths = try batch["lengths"].numbers.map { Int(exactly: $0) ?? 0 }
    guard lengths.allSatisfy({ $0 >= 1 }), lengths.reduce(0, +) == rewards.count else {
      throw try batch["lengths"].error("does not add up to \(rewards.count) rewards")
    }
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return rewards[start..<(start + length)].reduce(0, +)
    }
  }

  private func check(
    _ entry: GoldenValue, _ name: String, _ adaptations: [TaskAdaptation<Scalar>],
    into table: inout CheckTable
  ) async throws {
    let credit = try file["lambda"].number
    func problem(_ objective: any OuterObjective) -> OuterProblem<Scalar> {
      OuterProblem(
        policy: tasks.policy, adaptations: adaptations, workers: Workers(count: 1),
        objective: objective)
    }
    let bare = try await problem(SurrogateObjective()).metaGradient()
    let whole = try await problem(CreditedObjective(SurrogateObjective(), credit: credit))
      .metaGradient()
    let unit = try await problem(CreditedObjective(SurrogateObjective(), credit: 1)).metaGradient()
    let term = zip(unit.gradient, bare.gradient).map { $0 - $1 }
    table.compare(
      "\(name): credit", [unit.surrogateLoss - bare.surrogateLoss],
      [try entry["term"]["value"].number])
    try tasks.compare("\(name): gradient of the credit", term, entry["term"]["gradient"], &table)
    if entry.has("term_first_support_only") {
      let first = try await problem(
        CreditedObjective(SurrogateObjective(), credit: 1, firstStageAlone: true)
      ).metaGradient()
      let reference = try entry["term_first_support_only"]
      table.compare(
        "\(name): credit of the first support batch", [first.surrogateLoss - bare.surrogateLoss],
        [try reference["value"].number])
      try tasks.compare(
        "\(name): gradient of the credit of the first support batch",
        zip(first.gradient, bare.gradient).map { $0 - $1 }, reference["gradient"], &table)
    }
    let onPolicy = try entry["outer_on_policy"]
    table.compare(
      "\(name): loss, on policy", [bare.surrogateLoss], [try onPolicy["outer_loss"].number])
    table.compare(
      "\(name): total, on policy", [whole.surrogateLoss], [try onPolicy["total"].number])
    try tasks.compare(
      "\(name): meta-gradient, on policy", bare.gradient, onPolicy["outer_gradient"], &table)
    try tasks.compare(
      "\(name): total gradient, on policy", whole.gradient, onPolicy["total_gradient"], &table)
    let perturbed = try entry["outer_perturbed"]
    let old = try perturbed["old_log_probs"].elements.map { try $0.numbers }
    let moved = tasks.gradient(
      adaptations, zip(adaptations, old).map { tasks.ratioLoss($0, old: $1) })
    let loss = moved.losses.reduce(0, +) / Double(moved.losses.count)
    table.compare("\(name): loss, perturbed", [loss], [try perturbed["outer_loss"].number])
    table.compare(
      "\(name): total, perturbed",
      [loss + credit * (unit.surrogateLoss - bare.surrogateLoss)],
      [try perturbed["total"].number])
    try tasks.compare(
      "\(name): meta-gradient, perturbed", moved.gradient, perturbed["outer_gradient"], &table)
    try tasks.compare(
      "\(name): total gradient, perturbed",
      zip(moved.gradient, term).map { $0 + credit * $1 }, perturbed["total_gradient"], &table)
  }
}
