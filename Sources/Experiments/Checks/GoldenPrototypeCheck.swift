import DenseMath
import MetaLearning
import Networks

/// Golden values of prototypical networks: embeddings, prototypes, loss, gradient and curvature.
struct GoldenPrototypeCheck<Scalar: DenseScalar> {
  /// Adds the rows of the file.
  static func run(_ file: GoldenValue, into table: inout CheckTable) throws {
    let golden = try GoldenPolicy<Scalar>(file, predicts: true)
    let policy = golden.policy
    try file["num_params"].require(policy.parameterCount, "as the shapes say")
    let ways = try file["ways"].count(2...1000)
    func labels(_ kind: String) throws -> [Double] {
      let labels = try file["\(kind)_labels"].numbers
      guard !labels.isEmpty, labels.count <= 1000,
        labels.allSatisfy({ $0 >= 0 && $0 < Double(ways) && $0 == $0.rounded() })
      else { throw try file["\(kind)_labels"].error("must be 1 to 1000 classes 0 … \(ways - 1)") }
      return labels
    }
    let (support, query) = (try labels("support"), try labels("query"))
    guard Set(support).count == ways else {
      throw try file["support_labels"].error("lacks a class")
    }
    var set = ExampleSet()
    set.inputs =
      try file["support_inputs"].numbers(count: support.count * policy.network.inputWidth)
      + file["query_inputs"].numbers(count: query.count * policy.network.inputWidth)
    set.targets = support + query
    set.count = set.targets.count
    let batch = LearningBatch<Scalar>(observationSize: policy.network.inputWidth)
    let width = policy.network.outputWidth
    let loss = PrototypeLoss(
      supportLabels: support, queryLabels: query, classCount: ways, width: width)
    batch.set(set, loss: loss)
    let (theta, workspace) = (policy.makeParameters(), policy.makeWorkspace())
    theta.set(rounding: try golden.vector(file["theta"]))
    let outputs = policy.outputs(theta, inputs: batch.inputs, workspace: workspace)
    table.compare(
      "embeddings of the support", Array(outputs[..<(support.count * width)]),
      try file["support_embeddings"].numbers)
    table.compare(
      "embeddings of the query",
      Array(outputs[(support.count * width)..<(set.count * width)]),
      try file["query_embeddings"].numbers)
    table.compare("prototypes", loss.prototypes(outputs), try file["prototypes"].numbers)
    let logits = loss.logits(outputs)
    table.compare("squared distances", logits.map { -$0 }, try file["squared_distances"].numbers)
    let rows = ActionDistribution.categorical(actionCount: ways)
    let logProbabilities = (0..<query.count).flatMap { row in
      (0..<ways).map { label in
        rows.logProbabilities(
          OutputBlock(
            firstRow: 0, rowCount: 1,
            outputs: Array(logits[(row * ways)..<((row + 1) * ways)]), logStandardDeviations: []),
          actions: [Double(label)])[0]
      }
    }
    table.compare("log-probabilities", logProbabilities, try file["log_probs"].numbers)
    let found = ExampleTarget.label(classes: ways).predictions(of: logits, count: query.count)
    let right = zip(found, query).count { $0 == $1 }
    table.compare(
      "accuracy", [Double(right) / Double(query.count)], [try file["accuracy"].number],
      smallestScale: 1)
    let cache = ActivationCache(network: policy.network)
    let gradient = RowMatrix<Scalar>(rows: 1, columns: policy.parameterCount)
    let value = policy.lossGradient(
      theta, inputs: batch.inputs, loss: loss, gradient: gradient, cache: cache,
      workspace: workspace)
    table.compare("loss", [value], [try file["loss"].number])
    let ranges = policy.tensors.map(\.range)
    // The last bias moves all embeddings alike: its entries are rounding on the whole's scale.
    func compare(_ name: String, _ reference: GoldenValue) throws {
      let expected = try golden.vector(reference)
      let scale = expected.reduce(0) { max($0, abs($1)) }
      let found = Scalar.widened(gradient.values)
      table.compare(name, found, expected, tensors: ranges.dropLast(), smallestScale: 1e-12)
      table.compare(
        "\(name), last bias", found, expected, tensors: ranges.suffix(1), smallestScale: scale)
    }
    try compare("gradient", file["gradient"])
    let direction = policy.makeParameters()
    direction.set(rounding: try golden.vector(file["v"]))
    policy.hessianProduct(
      theta, direction: direction, inputs: batch.inputs, loss: loss, cache: cache,
      product: gradient, workspace: workspace)
    try compare("Hessian product", file["hessian_product"])
  }
}
