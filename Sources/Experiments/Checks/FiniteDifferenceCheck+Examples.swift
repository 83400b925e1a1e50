import DenseMath
import MetaLearning
import Networks

/// Losses of examples, and learning from them.
extension FiniteDifferenceCheck {
  /// What is predicted, and the rows that predict it.
  private static let targets: [(name: String, target: ExampleTarget, rows: ActionDistribution)] = [
    ("squared error", .numbers(size: 2), .prediction(size: 2)),
    ("cross-entropy", .label(classes: 4), .categorical(actionCount: 4)),
  ]

  /// Adds the layers over images, few rows of them: every number of a batch is a difference.
  static func addImageLayers(into table: inout CheckTable) {
    let shape = ImageShape(channels: 2, height: 5, width: 4)
    for stride in 1...2 {
      table.add(
        LayerCheck.deviations(
          of: ConvolutionLayer<Double>(input: shape, filters: 3, stride: stride), rows: 3),
        of: "convolution, stride \(stride)")
    }
    table.add(
      LayerCheck.deviations(of: BatchNormLayer<Double>(shape: shape), rows: 3), of: "batch norm")
    table.add(
      LayerCheck.deviations(of: MaxPoolLayer<Double>(input: shape), rows: 3), of: "max-pool")
    table.add(
      LayerCheck.deviations(of: RectifierLayer<Double>(width: 7), rows: 3), of: "rectifier")
  }

  /// Adds the losses, and that the second's Hessian is the Fisher metric of its rows.
  static func addExampleLosses(into table: inout CheckTable) {
    for (name, target, rows) in targets {
      let fixture = LossFixture(rows)
      let check = fixture.check
      func add(_ loss: some OutputLoss) {
        table.add(check.deviations(of: loss), of: name)
        guard case .label = target else { return }
        table.add(
          check.deviations(
            ofCurvature: FisherMetric(distribution: rows, rowCount: fixture.rows), hessianOf: loss),
          of: "\(name), Fisher metric as Hessian")
      }
      add(target.loss(fixture.actions))
    }
  }

  /// Meta-gradients of both, with every objective on examples.
  static func examples() async throws -> [CheckTable] {
    var tables: [CheckTable] = []
    for (name, target, rows) in targets {
      var table = CheckTable(
        title: "adaptation to examples, \(name), against finite differences", tolerance: tolerance)
      for steps in [1, 3] {
        for order in [DerivativeOrder.exact, .first] {
          var configuration = AdaptationConfiguration()
          configuration.innerLearningRate = 0.1
          configuration.steps = steps
          configuration.order = order
          let policy = Policy<Double>(
            network: Network(
              inputWidth: 3, hidden: [5, 4], outputWidth: rows.outputWidth, activation: .tanh),
            distribution: rows)
          for objective in [
            SurrogateObjective(), MultiStepObjective(SurrogateObjective(), progress: 0.4),
          ] as [any OuterObjective] {
            let label = objective is MultiStepObjective ? ", multi-step loss" : ""
            table.add(
              try await AdaptationCheck(
                policy: policy, configuration: configuration, objective: objective,
                examples: target
              ).deviations(),
              of: "\(steps) inner steps, \(order.rawValue)\(label)")
          }
        }
      }
      tables.append(table)
    }
    return tables
  }
}
