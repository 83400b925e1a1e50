import DenseMath
import MetaLearning
import Networks

/// Golden values of convolutional networks on images: passes, curvature, and MAML through them.
struct GoldenConvolutionCheck<Scalar: DenseScalar> {
  private let entry: GoldenValue
  /// Most units times images.
  private static var mostActivations: Int { 1_000_000 }
  private let name: String
  private let policy: Policy<Scalar>
  private let order: [String]
  private let support: ExampleSet
  private let query: ExampleSet
  private let target: ExampleTarget

  /// Adds the rows of all cases.
  static func run(_ file: GoldenValue, into table: inout CheckTable) async throws {
    for entry in try file["cases"].elements {
      try await GoldenConvolutionCheck(entry).run(into: &table)
    }
  }

  private init(_ entry: GoldenValue) throws {
    self.entry = entry
    name = try entry["name"].text
    let image = ImageShape(
      channels: try entry["channels"].count(1...64), height: try entry["height"].count(2...256),
      width: try entry["width"].count(2...256))
    var blocks: [ConvolutionBlock] = []
    for block in try entry["blocks"].elements {
      func flag(_ key: String) throws -> Bool {
        guard case .boolean(let value) = try block[key].node else {
          throw try block[key].error("is not true or false")
        }
        return value
      }
      blocks.append(
        ConvolutionBlock(
          filters: try block["filters"].count(1...256), stride: try block["stride"].count(1...2),
          normalizes: try flag("batch_norm"), pools: try flag("pool")))
    }
    let classes = try entry["classes"].count(2...1000)
    guard
      let network = Network<Scalar>(
        image: image, blocks: blocks, hidden: [], outputWidth: classes)
    else { throw try entry["blocks"].error("make the image too small") }
    // Every parameter takes two bytes of the file at least: what is announced must be there.
    guard network.parameterCount <= entry.byteCount / 2 else {
      throw try entry["blocks"].error("have more parameters than the file")
    }
    policy = Policy(network: network, distribution: .categorical(actionCount: classes))
    order = try entry["param_order"].strings
    try entry["num_params"].require(policy.parameterCount, "as the blocks say")
    target = .label(classes: classes)
    let labels = 0..<Double(classes)
    func examples(_ kind: String) throws -> ExampleSet {
      let images = try entry["\(kind)_images"].elements
      let units = network.layers.reduce(0) { $0 + $1.outputWidth }
      guard images.count <= Self.mostActivations / units else {
        throw try entry["\(kind)_images"].error(
          "has \(images.count) images; a network of \(units) units is checked on at most "
            + "\(Self.mostActivations / units)")
      }
      let found = try entry["\(kind)_labels"].numbers(count: images.count)
      guard found.allSatisfy({ labels.contains($0) && $0 == $0.rounded() }) else {
        throw try entry["\(kind)_labels"].error("has an entry that is no class")
      }
      var set = ExampleSet()
      for (place, pixels) in images.enumerated() {
        set.append(
          Example(input: try pixels.numbers(count: image.count), target: [found[place]]))
      }
      return set
    }
    support = try examples("support")
    query = try examples("query")
  }

  private func vector(_ value: GoldenValue) throws -> [Double] {
    try zip(order, policy.tensors).flatMap { try value[$0].numbers(count: $1.range.count) }
  }

  private func compare(
    _ quantity: String, _ found: [Double], _ reference: GoldenValue, _ table: inout CheckTable
  ) throws {
    let expected = try vector(reference)
    let ranges = policy.tensors.map(\.range)
    func isZero(_ range: Range<Int>) -> Bool { expected[range].allSatisfy { $0 == 0 } }
    table.compare(
      "\(name), \(quantity)", found, expected, tensors: ranges.filter { !isZero($0) },
      smallestScale: 1e-12)
    // A bias before a normalization has no effect: its entries are rounding on the whole's scale.
    let silent = ranges.filter(isZero)
    guard !silent.isEmpty else { return }
    table.compare(
      "\(name), \(quantity), biases without effect", found, expected, tensors: silent,
      smallestScale: expected.reduce(0) { max($0, abs($1)) })
  }

  private func run(into table: inout CheckTable) async throws {
    let workspace = policy.makeWorkspace()
    let theta = policy.makeParameters()
    theta.set(rounding: try vector(entry["theta"]))
    let batch = LearningBatch<Scalar>(
      observationSize: policy.network.inputWidth, padsRows: !policy.network.couplesRows)
    batch.set(support, target: target)
    let width = policy.network.outputWidth
    func logits(_ set: ExampleSet, _ parameters: PreparedParameters<Scalar>) -> [Double] {
      let batch = LearningBatch<Scalar>(
        observationSize: policy.network.inputWidth, padsRows: !policy.network.couplesRows)
      batch.set(set, target: target)
      return Array(
        policy.outputs(parameters, inputs: batch.inputs, workspace: workspace)
          .prefix(set.count * width))
    }
    let reference = try entry["support"]
    table.compare(
      "\(name), logits of the support", logits(support, theta), try reference["logits"].numbers)
    let cache = ActivationCache(network: policy.network)
    let gradient = RowMatrix<Scalar>(rows: 1, columns: policy.parameterCount)
    let loss = target.loss(support.targets)
    let value = policy.lossGradient(
      theta, inputs: batch.inputs, loss: loss, gradient: gradient, cache: cache,
      workspace: workspace)
    table.compare("\(name), loss", [value], [try reference["loss"].number])
    try compare("gradient", Scalar.widened(gradient.values), reference["gradient"], &table)
    let direction = policy.makeParameters()
    direction.set(rounding: try vector(entry["v"]))
    policy.hessianProduct(
      theta, direction: direction, inputs: batch.inputs, loss: loss, cache: cache,
      product: gradient, workspace: workspace)
    try compare(
      "Hessian product", Scalar.widened(gradient.values), reference["hessian_product"], &table)
    let before = try entry["query_before"]
    table.compare(
      "\(name), logits of the query", logits(query, theta), try before["logits"].numbers)
    table.compare(
      "\(name), loss of the query", [mean(query, logits(query, theta))],
      [try before["loss"].number])
    try await checkMAML(try entry["maml"], workspace, logits, &table)
  }

  private func mean(_ set: ExampleSet, _ logits: [Double]) -> Double {
    var unused = OutputGradient(outputCount: logits.count, logStandardDeviationCount: 0)
    return target.loss(set.targets).addGradient(
      OutputBlock(
        firstRow: 0, rowCount: set.count, outputs: logits, logStandardDeviations: []),
      into: &unused)
  }

  private func checkMAML(
    _ reference: GoldenValue, _ workspace: NetworkWorkspace<Scalar>,
    _ logits: (ExampleSet, PreparedParameters<Scalar>) -> [Double], _ table: inout CheckTable
  ) async throws {
    for order in [DerivativeOrder.exact, .first] {
      var configuration = AdaptationConfiguration()
      configuration.steps = try entry["steps"].count(1...100)
      configuration.innerLearningRate = try entry["inner_lr"].number
      configuration.laterStepFactor = 1
      configuration.order = order
      let task = TaskAdaptation(policy: policy, configuration: configuration)
      for step in 0..<configuration.steps { task.batches[step].set(support, target: target) }
      task.batches[configuration.steps].set(query, target: target)
      task.begin(Scalar.rounded(try vector(entry["theta"])))
      let losses = (0..<configuration.steps).map {
        task.takeStep($0, workspace: workspace).loss
      }
      let result = try await OuterProblem(
        policy: policy, adaptations: [task], workers: Workers(count: 1)
      ).metaGradient()
      guard order == .exact else {
        try compare(
          "first-order gradient", result.gradient, reference["first_order_gradient"], &table)
        continue
      }
      table.compare("\(name), support losses", losses, try reference["support_losses"].numbers)
      try compare(
        "adapted", Scalar.widened(task.adapted.vector.values), reference["adapted_params"], &table)
      let outputs = logits(query, task.adapted)
      table.compare(
        "\(name), logits of the query after adaptation", outputs,
        try reference["query_logits"].numbers)
      table.compare(
        "\(name), query loss after adaptation", [result.surrogateLoss],
        [try reference["query_loss"].number])
      let right = zip(target.predictions(of: outputs, count: query.count), query.targets)
        .count { $0 == $1 }
      table.compare(
        "\(name), accuracy", [Double(right) / Double(query.count)],
        [try reference["query_accuracy"].number], smallestScale: 1)
      try compare("meta-gradient", result.gradient, reference["meta_gradient"], &table)
    }
  }
}
