#if MuJoCo
  import DenseMath
  import StrictYAML

  /// Noise added to every number of a start position or velocity.
  ///
  /// In a definition: `{uniform: 0.1}`, uniform in ±0.1, or `{normal: 0.1}`, normal with
  /// standard deviation 0.1.
  enum ResetNoise: Sendable, Hashable {
    /// No noise; no random number is used.
    case none
    /// Uniform in ±range.
    case uniform(Double)
    /// Normal with this standard deviation.
    case normal(Double)

    /// Reads the noise; nil is none.
    ///
    /// - Throws: `YAMLError` with the line, the key and what is allowed.
    init(_ node: YAMLNode?) throws(YAMLError) {
      guard let node else {
        self = .none
        return
      }
      let keys = try node.mapping()
      try keys.checkKeys(["uniform", "normal"])
      guard keys.keys.count == 1 else {
        throw node.error("must have exactly one of: uniform, normal")
      }
      if let uniform = keys["uniform"] {
        self = .uniform(try uniform.number(in: 0...(.infinity)))
      } else {
        self = .normal(try keys.required("normal").number(in: 0...(.infinity)))
      }
    }

    /// Draws one number.
    func draw(using stream: inout RandomStream) -> Double {
      switch self {
      case .none: 0
      case .uniform(let range): stream.uniform(in: -range...range)
      case .normal(let deviation): deviation * stream.normal()
      }
    }

    /// The noise in words, for `show`.
    var description: String {
      switch self {
      case .none: "none"
      case .uniform(let range): "uniform ±\(range)"
      case .normal(let deviation): "normal, standard deviation \(deviation)"
      }
    }
  }
#endif
