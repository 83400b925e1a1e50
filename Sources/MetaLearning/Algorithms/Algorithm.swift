/// A named algorithm: a row of choices laid under a configuration, and nothing else.
///
/// Every choice of a row can still be set. The rows differ in how θ is trained; all of them are
/// evaluated by one evaluator, on the same tasks, start states and noise. A new algorithm is a
/// file beside this one and a place in `allCases`.
public struct Algorithm: Sendable, RawRepresentable, CaseIterable, Hashable, Codable {
  /// Its name on the command line and in files.
  public let name: String
  /// Where it is defined: a paper with equation or algorithm.
  public let source: String
  /// What it does, in a line.
  public let summary: String
  /// Whether there is anything to train; a row that is not has no meta-iterations.
  public let isTrained: Bool
  /// Whether θ is trained through the adaptation, or as it is (K = 0).
  public let adaptsInTraining: Bool
  /// Whether the adaptation is part of validation and evaluation.
  public let adaptsInEvaluation: Bool
  /// Whether the task's parameters are joined to the observation.
  public let seesTask: Bool
  private let row: @Sendable (inout LearnerConfiguration) -> Void

  /// A row.
  ///
  /// - Parameters: as the properties; `row` sets the choices that differ from the defaults.
  init(
    name: String, source: String, summary: String, isTrained: Bool = true,
    adaptsInTraining: Bool = true,
    adaptsInEvaluation: Bool = true, seesTask: Bool = false,
    row: @escaping @Sendable (inout LearnerConfiguration) -> Void = { _ in }
  ) {
    self.name = name
    self.source = source
    self.summary = summary
    self.isTrained = isTrained
    self.adaptsInTraining = adaptsInTraining
    self.adaptsInEvaluation = adaptsInEvaluation
    self.seesTask = seesTask
    self.row = row
  }

  /// All rows, in the order in which they are shown.
  public static let allCases: [Algorithm] = [
    .maml, .fomaml, .anil, .anilWithDeviation, .boil, .cavia, .metaSGD, .mamlPlusPlus, .reptile,
    .promp, .ppo, .vpg, .eMAML, .dice, .multiTask, .oracle, .random,
  ]

  /// Former names that files may still say.
  public static let formerNames = ["pretrained": "multi-task"]

  /// The row of a name, or of a former one.
  public init?(rawValue: String) {
    let name = Self.formerNames[rawValue] ?? rawValue
    guard let row = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = row
  }

  /// The name.
  public var rawValue: String { name }

  /// Rows are equal by name.
  public static func == (a: Algorithm, b: Algorithm) -> Bool { a.name == b.name }

  /// By name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// Lays the row under everything that is chosen later: the algorithm's own choices in a
  /// configuration of defaults.
  public func lay(under configuration: inout LearnerConfiguration) {
    configuration.algorithm = self
    row(&configuration)
  }

  /// The defaults with this row laid over them.
  ///
  ///     let promp = Algorithm.promp.configuration
  public var configuration: LearnerConfiguration {
    var configuration = LearnerConfiguration()
    lay(under: &configuration)
    return configuration
  }
}

extension LearnerConfiguration {
  /// The configuration that the learner trains with under the algorithm.
  ///
  /// Where training does not adapt, K is 0 and the one batch that is left of K + 1 takes all
  /// their episodes, so that an iteration samples as many as it would have with adaptation.
  /// Applied twice, it changes nothing more.
  public var inTraining: LearnerConfiguration {
    guard !algorithm.adaptsInTraining else { return self }
    var training = self
    training.adaptation.steps = 0
    training.sampling.rolloutsPerTask *= adaptation.steps + 1
    return training
  }

  /// The family as the algorithm's policy sees it.
  public func family(seenOf family: any TaskFamily) -> any TaskFamily {
    algorithm.seesTask ? OracleTaskFamily(family) : family
  }
}
