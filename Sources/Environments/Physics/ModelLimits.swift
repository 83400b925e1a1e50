#if MuJoCo
  /// What a model may ask for: far more than any robot needs, and nothing that a machine lacks.
  enum ModelLimits {
    /// Longest text in bytes, the model and all files it includes together.
    static let textBytes = 4 << 20
    /// Most bytes of meshes, pictures and other files together.
    static let dataBytes = 64 << 20
    /// Most files.
    static let files = 1_000
    /// Longest name of a file in bytes.
    static let nameBytes = 500
    /// Most elements, all files together.
    static let elements = 5_000
    /// Most attributes of one element.
    static let attributes = 200
    /// Cells of all textures and height fields together.
    static let cells = 8e6
    /// Copies that `count` may ask for, all such elements multiplied.
    static let copies = 1_000.0

    /// The greatest value of an attribute that asks for memory or for time; nil when it asks for
    /// neither.
    static func greatest(_ attribute: ModelText.Attribute) -> Double? {
      if attribute.name.hasPrefix("nuser_") { return 1_000 }
      // The size of a geom is a length; that of a custom number counts.
      if attribute.name == "size" { return attribute.element == "numeric" ? 100_000 : nil }
      return sizes[attribute.name]
    }

    private static let sizes = [
      // Memory of a simulation.
      "njmax": 1_000.0, "nconmax": 5_000, "nstack": 2_000_000, "nuserdata": 100_000,
      "nkey": 1_000, "memory": 32e6, "dim": 1_000, "actdim": 1_000, "nsample": 1_000,
      // Memory of the model.
      "subgrid": 20, "gridsize": 100,
      // Memory of a picture.
      "shadowsize": 16_384, "offsamples": 64, "offwidth": 8_192, "offheight": 8_192,
      "numslices": 1_000, "numstacks": 1_000, "numquads": 1_000,
      // Time of a step.
      "iterations": 1_000, "noslip_iterations": 1_000, "mpr_iterations": 1_000,
      "ls_iterations": 1_000, "ccd_iterations": 1_000, "sdf_iterations": 1_000,
      "sdf_initpoints": 1_000,
    ]
  }
#endif
