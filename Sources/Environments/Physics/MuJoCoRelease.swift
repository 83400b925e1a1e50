/// A release of MuJoCo, and what it does to the robots' physics.
///
/// One control step from every state of the traces in `Tests/EnvironmentsTests/Parity` was
/// compared: 2.3.7, 3.0.1, 3.2.7, 3.3.0, 3.3.7 and 3.4.0 follow all five robots to 10⁻¹²; 3.5.0,
/// 3.6.0, 3.8.1 and 3.12.0 do for those without margins, and differ for ant (by up to 1.7) and
/// hopper (0.07). From 3.5.0 on a contact's margin is the sum of its two geoms' margins, where it
/// was the greater of the two: with every margin halved, ant and hopper are followed as well.
public struct MuJoCoRelease: Sendable, Comparable, CustomStringConvertible {
  /// The three numbers of the version.
  public let numbers: [Int]

  /// The release that the traces were made with.
  public static let reference = MuJoCoRelease([2, 2, 2])
  /// The first release that adds the margins of two geoms.
  public static let addingMargins = MuJoCoRelease([3, 5, 0])
  /// The last release that was compared.
  public static let lastCompared = MuJoCoRelease([3, 12, 0])

  /// The release that runs; nil in a build without MuJoCo.
  public static var running: MuJoCoRelease? { muJoCoVersion.flatMap { MuJoCoRelease($0) } }

  private init(_ numbers: [Int]) { self.numbers = numbers }

  /// A version as MuJoCo gives it, `3.5.0`; nil for another text.
  public init?(_ version: String) {
    let parts = version.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.prefix(3).compactMap { Int($0.prefix { $0.isNumber }) }
    guard numbers.count == 3 else { return nil }
    self.numbers = numbers
  }

  /// `3.5.0`.
  public var description: String { numbers.map(String.init).joined(separator: ".") }

  /// Older before newer.
  public static func < (first: MuJoCoRelease, second: MuJoCoRelease) -> Bool {
    first.numbers.lexicographicallyPrecedes(second.numbers)
  }

  /// What to know about a model's numbers under this release, in one line; nil for nothing.
  ///
  /// A geom of a model that has margins has one above 0.
  public func warning(modelHasMargins hasMargins: Bool) -> String? {
    if self >= Self.addingMargins, hasMargins {
      return "MuJoCo \(self) runs: from \(Self.addingMargins) on it adds the margins of two geoms "
        + "that touch, and this model has margins, so that it moves differently than under "
        + "\(Self.reference); build with MUJOCO_DIR=/path/to/mujoco of a release before "
        + "\(Self.addingMargins) for comparable numbers"
    }
    if self < Self.reference || self > Self.lastCompared {
      return "MuJoCo \(self) runs, whose physics was not compared with that of \(Self.reference); "
        + "numbers may differ"
    }
    return nil
  }
}

#if MuJoCo
  extension MuJoCoRelease {
    /// What to know about a model's numbers under this release, in one line; nil for nothing.
    func warning(about model: MuJoCoModel) -> String? {
      warning(modelHasMargins: model.hasContactMargins)
    }
  }

  extension MuJoCoModel {
    /// Whether a geom has a margin, so that contacts are found before the geoms touch.
    var hasContactMargins: Bool {
      (0..<Int(pointer.pointee.ngeom)).contains { pointer.pointee.geom_margin[$0] > 0 }
    }
  }
#endif
