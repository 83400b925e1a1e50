import DenseMath
import MetaLearning
import Networks

/// Golden values of learning from examples: MAML on sine waves, the multi-step loss, and a rate for
/// every step and tensor.
struct GoldenSinusoidCheck<Scalar: DenseScalar> {
  private let file: GoldenValue
  private let entry: GoldenValue
  private let golden: GoldenPolicy<Scalar>
  private let memory: WorkerMemory<Scalar>
  private let label: String
  private let examples: [(support: ExampleSet, query: ExampleSet)]
  private let target = ExampleTarget.numbers(size: 1)

  /// Adds the rows of all cases, and of the table of weights.
  static func run(_ file: GoldenValue, into table: inout CheckTable) async throws {
    for row in try file["msl_weights_table"].elements {
      let steps = try row["steps"].count(1...1000)
      let (epoch, total) = (try row["epoch"].number, try row["epochs_total"].number)
      table.compare(
        "multi-step weights, \(steps) steps, epoch \(Int(epoch)) of \(Int(total))",
        Self.weights(steps, epoch / total), try row["weights"].numbers, smallestScale: 1)
    }
    for entry in try file["cases"].elements {
      try await GoldenSinusoidCheck(file, entry).run(into: &table)
    }
  }

  private init(_ file: GoldenValue, _ entry: GoldenValue) throws {
    self.file = file
    self.entry = entry
    golden = try GoldenPolicy(entry, predicts: true)
    try entry["num_params"].require(golden.policy.parameterCount, "as the shapes say")
    label = try entry["activation"].text
    var configuration = AdaptationConfiguration()
    configuration.steps = 0
    memory = WorkerMemory(MetaLayout(policy: golden.policy, configuration: configuration))
    examples = try entry["tasks"].elements.map { task in
      func set(_ name: String) throws -> ExampleSet {
        var set = ExampleSet()
        let inputs = try task["\(name)_x"].numbers
        for (x, y) in zip(inputs, try task["\(name)_y"].numbers(count: inputs.count)) {
          set.append(Example(input: [x], target: [y]))
        }
        guard set.count > 0, set.count <= 10_000 else {
          throw try task["\(name)_x"].error("must have 1 to 10000 points, not \(set.count)")
        }
        return set
      }
      return (try set("support"), try set("query"))
    }
  }

  private static func weights(_ steps: Int, _ progress: Double) -> [Double] {
    let objective = MultiStepObjective(SurrogateObjective(), progress: progress)
    return (1...steps).map { objective.exampleWeight(stage: $0, of: steps) }
  }

  private func run(into table: inout CheckTable) async throws {
    for part in try entry["maml"].elements { try await checkMAML(part, &table) }
    for part in try entry["multi_step_loss"].elements { try await checkMultiStep(part, &table) }
    try await checkRates(entry["per_step_rates"], &table)
  }

  /// Adaptations from θ, or from θ and rates, with all steps taken.
  private func adapted(
    _ configuration: AdaptationConfiguration, rates: [Double] = [],
    visit: (Int, Int, InnerStep, TaskAdaptation<Scalar>) throws -> Void = { _, _, _, _ in }
  ) throws -> [TaskAdaptation<Scalar>] {
    let meta: [Scalar] = Scalar.rounded(try golden.vector(entry["theta"]) + rates)
    return try examples.enumerated().map { index, sets in
      let adaptation = TaskAdaptation(policy: golden.policy, configuration: configuration)
      for step in 0..<configuration.steps {
        adaptation.batches[step].set(sets.support, target: target)
      }
      adaptation.batches[configuration.steps].set(sets.query, target: target)
      adaptation.begin(meta)
      for step in 0..<configuration.steps {
        try visit(
          index, step, adaptation.takeStep(step, workspace: memory.workspace), adaptation)
      }
      return adaptation
    }
  }

  private func configuration(
    _ part: GoldenValue, _ order: DerivativeOrder
  ) throws -> AdaptationConfiguration {
    var configuration = AdaptationConfiguration()
    configuration.steps = try part["steps"].count(1...1000)
    configuration.innerLearningRate = try file["inner_lr"].number
    configuration.laterStepFactor = 1
    configuration.order = order
    return configuration
  }

  private func gradient(
    _ tasks: [TaskAdaptation<Scalar>], _ objective: any OuterObjective = SurrogateObjective()
  ) async throws -> MetaGradient {
    try await OuterProblem(
      policy: golden.policy, adaptations: tasks, workers: Workers(count: 1), objective: objective
    ).metaGradient()
  }

  private func compare(
    _ quantity: String, _ found: [Double], _ reference: GoldenValue, _ table: inout CheckTable
  ) throws {
    table.compare(
      "\(label), \(quantity)", Array(found[..<golden.policy.parameterCount]),
      try golden.vector(reference), tensors: golden.policy.tensors.map(\.range),
      smallestScale: 1e-12)
  }

  private func loss(_ set: ExampleSet, _ parameters: PreparedParameters<Scalar>) -> Double {
    let batch = LearningBatch<Scalar>(observationSize: 1)
    batch.set(set, target: target)
    return golden.policy.lossGradient(
      parameters, inputs: batch.inputs, loss: target.loss(set.targets),
      gradient: memory.workspace.parameterGradient, workspace: memory.workspace)
  }

  private func checkMAML(_ part: GoldenValue, _ table: inout CheckTable) async throws {
    for order in [DerivativeOrder.exact, .first] {
      let configuration = try configuration(part, order)
      let name = "\(configuration.steps) steps"
      let references = try part["tasks"].elements
      let tasks = try adapted(configuration) { index, step, inner, _ in
        guard order == .exact else { return }
        let gradient = Scalar.widened(memory.workspace.parameterGradient.values)
        try compare(
          "\(name): task \(index + 1), inner gradient \(step + 1)", gradient,
          references[index]["inner_gradients"].elements[step], &table)
      }
      let result = try await gradient(tasks)
      guard order == .exact else {
        try compare(
          "\(name): first-order gradient", result.gradient, part["first_order_gradient"], &table)
        continue
      }
      for (index, task) in tasks.enumerated() {
        let reference = references[index]
        for (key, set) in [("support", examples[index].support), ("query", examples[index].query)] {
          table.compare(
            "\(label), \(name): task \(index + 1), \(key) losses",
            task.parameters.map { loss(set, $0) }, try reference["\(key)_losses"].numbers)
        }
        try compare(
          "\(name): task \(index + 1), adapted", Scalar.widened(task.adapted.vector.values),
          reference["adapted_params"], &table)
      }
      table.compare(
        "\(label), \(name): query loss", [result.surrogateLoss],
        [try part["query_loss"].number])
      try compare("\(name): meta-gradient", result.gradient, part["meta_gradient"], &table)
    }
  }

  private func checkMultiStep(_ part: GoldenValue, _ table: inout CheckTable) async throws {
    let epoch = try part["epoch"].number
    let progress = epoch / (try file["msl_epochs_total"].number)
    for order in [DerivativeOrder.exact, .first] {
      let configuration = try configuration(part, order)
      let name = "multi-step loss, epoch \(Int(epoch))"
      let objective = MultiStepObjective(SurrogateObjective(), progress: progress)
      let result = try await gradient(adapted(configuration), objective)
      guard order == .exact else {
        try compare(
          "\(name): first-order gradient", result.gradient, part["first_order_gradient"], &table)
        continue
      }
      table.compare(
        "\(label), \(name): weights", Self.weights(configuration.steps, progress),
        try part["weights"].numbers, smallestScale: 1)
      table.compare(
        "\(label), \(name): loss", [result.surrogateLoss], [try part["loss"].number])
      try compare("\(name): gradient", result.gradient, part["gradient"], &table)
    }
  }

  private func checkRates(_ part: GoldenValue, _ table: inout CheckTable) async throws {
    func rates(_ key: String) throws -> [Double] {
      try part[key].elements.flatMap { step in
        try golden.policy.tensors.map { try step[$0.name].number }
      }
    }
    for order in [DerivativeOrder.exact, .first] {
      var configuration = try configuration(part, order)
      configuration.learnedRates = .tensorwise
      let tasks = try adapted(configuration, rates: rates("rates"))
      let result = try await gradient(tasks)
      let prefix = order == .exact ? "" : "first_order_"
      let name = "per-step rates" + (order == .exact ? "" : ", first order")
      if order == .exact {
        for (index, reference) in try part["adapted_params"].elements.enumerated() {
          try compare(
            "\(name): task \(index + 1), adapted",
            Scalar.widened(tasks[index].adapted.vector.values), reference, &table)
        }
        table.compare(
          "\(label), \(name): query loss", [result.surrogateLoss],
          [try part["query_loss"].number])
      }
      try compare("\(name): gradient", result.gradient, part["\(prefix)gradient"], &table)
      table.compare(
        "\(label), \(name): gradient of the rates",
        Array(result.gradient[golden.policy.parameterCount...]),
        try rates("\(prefix)rates_gradient"))
    }
  }
}
