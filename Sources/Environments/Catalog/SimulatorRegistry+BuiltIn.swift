extension SimulatorRegistry {
  /// The simulators of the suite.
  public static let builtIn = SimulatorRegistry(all: [
    Navigation2DSimulator.self,
    Navigation2DSparseSimulator.self,
    PointMassSimulator.self,
    PointMassMomentumSimulator.self,
    BernoulliBanditSimulator.self,
    GaussianBanditSimulator.self,
    TabularMDPSimulator.self,
    SinusoidSimulator.self,
    LinearRegressionSimulator.self,
    CurveMixtureSimulator.self,
    GlyphsSimulator.self,
    RobotSimulator.self,
  ])
}

extension FamilyDefinition {
  /// Reads a definition that chooses among the suite's simulators.
  ///
  /// - Parameters:
  ///   - text: the YAML document.
  ///   - origin: the file's name for errors.
  ///   - folder: the file's folder, for files that the definition refers to.
  ///   - preset: the name of one of its presets, or nil.
  ///   - physics: which engine steps a robot's model; `definition` leaves it to the text.
  /// - Throws: `EnvironmentError.definition` or `.unknownPreset`.
  public init(
    text: String, origin: String, folder: String? = nil, preset: String? = nil,
    physics: PhysicsChoice = .definition
  ) throws(EnvironmentError) {
    try self.init(
      text: text, origin: origin, folder: folder, preset: preset, physics: physics,
      simulators: .builtIn)
  }
}
