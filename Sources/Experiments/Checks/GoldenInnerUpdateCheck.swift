import DenseMath
import MetaLearning
import Networks

/// Golden values of algorithms that differ in what an inner step moves and how far: Meta-SGD, ANIL,
/// CAVIA.
struct GoldenInnerUpdateCheck<Scalar: DenseScalar> {
  /// Which of them.
  enum Topic { case metaSGD, anil, cavia }

  private let file: GoldenValue
  private let tasks: GoldenTasks<Scalar>
  private let topic: Topic

  init(_ file: GoldenValue, _ topic: Topic) throws(GoldenError) {
    self.file = file
    self.topic = topic
    tasks = try GoldenTasks(file)
  }

  func run(into table: inout CheckTable) async throws {
    for entry in try file["cases"].elements {
      var configuration = try tasks.configuration(entry)
      var name = "\(configuration.estimator.rawValue), \(configuration.steps) steps"
      switch topic {
      case .metaSGD: configuration.learnedRates = .elementwise
      case .cavia: configuration.part = .context
      case .anil:
        let mask = try entry["mask"].text
        name = "\(mask), \(name)"
        configuration.part = try part(named: mask, at: entry["mask"])
      }
      try await check(entry, name, configuration, into: &table)
    }
  }

  /// The part that a mask of the file stands for; a mask that is none of them is refused.
  private func part(named name: String, at place: GoldenValue) throws -> AdaptedPart {
    let mask = try file["masks"][name]
    let last = tasks.golden.order.filter { $0 != "log_std" }.suffix(2)
    for (part, adapted) in [
      (AdaptedPart.head, Set(last)), (.headAndDeviation, Set(last).union(["log_std"])),
      (.body, Set(tasks.golden.order).subtracting(last).subtracting(["log_std"])),
      (.all, Set(tasks.golden.order)),
    ] {
      let isIt = try tasks.golden.order.allSatisfy {
        try mask[$0].number == (adapted.contains($0) ? 1 : 0)
      }
      if isIt { return part }
    }
    throw place.error("is a mask that no part of the parameters is")
  }

  private func vector(_ value: GoldenValue) throws -> [Double] {
    guard topic == .metaSGD else { return try tasks.golden.vector(value) }
    return try tasks.golden.vector(value["theta"]) + tasks.golden.vector(value["alpha"])
  }

  private func compare(
    _ quantity: String, _ found: [Double], _ reference: GoldenValue, _ table: inout CheckTable
  ) throws {
    guard topic == .metaSGD else {
      return try tasks.compare(quantity, found, reference, &table)
    }
    let count = tasks.policy.parameterCount
    try tasks.compare("\(quantity), θ", found, reference["theta"], &table)
    try tasks.compare("\(quantity), rates", Array(found[count...]), reference["alpha"], &table)
  }

  private func check(
    _ entry: GoldenValue, _ name: String, _ configuration: AdaptationConfiguration,
    into table: inout CheckTable
  ) async throws {
    let theta = try tasks.golden.vector(file["theta"])
    let rates = topic == .metaSGD ? try tasks.golden.vector(file["alpha"]) : []
    let meta: [Scalar] = Scalar.rounded(theta + rates)
    for order in [DerivativeOrder.exact, .first] {
      var configuration = configuration
      configuration.order = order
      var adaptations: [TaskAdaptation<Scalar>] = []
      for (index, task) in try file["tasks"].elements.enumerated() {
        let reference = try entry["tasks"].elements[index]
        let label = "\(name): task \(index + 1)"
        let adaptation = try tasks.adapted(configuration, meta, task: task) { k, step, adaptation in
          guard order == .exact else { return }
          try checkStep(
            "\(label), inner step \(k + 1)", reference["inner_steps"].elements[k], step,
            adaptation.parameters[k + 1], configuration, &table)
        }
        adaptations.append(adaptation)
        if order == .exact {
          table.compare(
            "\(label): log-probabilities under θ′", tasks.queryLogProbabilities(adaptation),
            try reference["query_log_probs_adapted"].numbers)
        }
      }
      try await checkOuter(entry, name, adaptations, order, into: &table)
      if order == .exact, entry.has("jacobian_product") {
        try checkJacobian(entry, name, adaptations[0], into: &table)
      }
    }
  }

  private func checkStep(
    _ label: String, _ reference: GoldenValue, _ step: InnerStep,
    _ next: PreparedParameters<Scalar>, _ configuration: AdaptationConfiguration,
    _ table: inout CheckTable
  ) throws {
    table.compare("\(label), loss", [step.loss], [try reference["loss"].number])
    let gradient = Scalar.widened(tasks.workspace.parameterGradient.values)
    let adapted = Scalar.widened(next.vector.values)
    if topic == .cavia {
      let context = (tasks.policy.parameterCount - tasks.golden.context)..<gradient.count
      table.compare(
        "\(label), gradient", Array(gradient[context]),
        try reference["context_gradient"].numbers)
      table.compare(
        "\(label), context", Array(adapted[context]), try reference["context"].numbers)
      return
    }
    try tasks.compare("\(label), gradient", gradient, reference["gradient"], &table)
    // A file lists the tensors that moved; the others stay as they were.
    for (name, range) in zip(tasks.golden.order, tasks.golden.tensors) {
      let wanted =
        try reference["adapted_params"].has(name)
        ? reference["adapted_params"][name].numbers(count: range.count)
        : file["theta"][name].numbers(count: range.count)
      table.compare("\(label), adapted \(name)", Array(adapted[range]), wanted)
    }
  }

  private func checkOuter(
    _ entry: GoldenValue, _ name: String, _ adaptations: [TaskAdaptation<Scalar>],
    _ order: DerivativeOrder, into table: inout CheckTable
  ) async throws {
    let isExact = order == .exact
    let (gradientKey, productKey) =
      isExact ? ("gradient", "product") : ("first_order_gradient", "first_order_product")
    let label = isExact ? name : "\(name), first order"
    let problem = OuterProblem(
      policy: tasks.policy, adaptations: adaptations, workers: Workers(count: 1))
    let found = try await problem.metaGradient()
    let onPolicy = try entry["outer_on_policy"]
    table.compare(
      "\(label): loss, on policy", [found.surrogateLoss], [try onPolicy["loss"].number])
    try compare(
      "\(label): meta-gradient, on policy", found.gradient, onPolicy[gradientKey], &table)
    let perturbed = try entry["outer_perturbed"]
    let old = try perturbed["old_log_probs"].elements.map { try $0.numbers }
    let moved = tasks.gradient(
      adaptations, zip(adaptations, old).map { tasks.ratioLoss($0, old: $1) })
    if isExact {
      table.compare(
        "\(label): losses, perturbed", moved.losses, try perturbed["losses"].numbers)
    }
    try compare(
      "\(label): meta-gradient, perturbed", moved.gradient, perturbed[gradientKey], &table)
    try compare(
      "\(label): Fisher product", try await problem.fisherProduct(vector(file["v"])),
      entry["fisher"][productKey], &table)
  }

  private func checkJacobian(
    _ entry: GoldenValue, _ name: String, _ adaptation: TaskAdaptation<Scalar>,
    into table: inout CheckTable
  ) throws {
    let memory = WorkerMemory(adaptation.layout, workspace: tasks.workspace)
    let direction = MetaDirection(adaptation.layout)
    let v = try topic == .metaSGD ? file["v"]["theta"] : file["v"]
    direction.theta.set(rounding: try tasks.golden.vector(v))
    direction.rates.clear()
    adaptation.applyJacobian(to: direction, memory: memory)
    try tasks.compare(
      "\(name): Jacobian product", Scalar.widened(direction.theta.vector.values),
      entry["jacobian_product"], &table)
    direction.theta.set(rounding: try tasks.golden.vector(v))
    adaptation.applyTransposedJacobian(to: direction, memory: memory)
    try tasks.compare(
      "\(name): transposed Jacobian product", Scalar.widened(direction.theta.vector.values),
      entry["transposed_jacobian_product"], &table)
  }
}
