import Foundation

/// A trace of a robot from an independent program that calls MuJoCo 2.2.2, in double precision.
struct ParityTrace: Decodable {
  let robot: String
  let frameSkip: Int
  let qpos0: [Double]
  let qvel0: [Double]
  let actions: [[Double]]
  let qpos: [[Double]]
  let qvel: [[Double]]
  let torsoPosition: [[Double]]
  let externalContactForces: [[Double]]?

  /// The robots of which there is a trace.
  static let robots = ["half-cheetah", "ant", "hopper", "walker2d", "swimmer"]

  /// The trace beside this file's folder.
  static func load(_ robot: String) throws -> ParityTrace {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Parity/\(robot)-0.json")
    return try JSONDecoder().decode(ParityTrace.self, from: Data(contentsOf: file))
  }
}

/// Files of the package that tests read.
enum PackageFiles {
  /// The folder of the package.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a model that comes with the package.
  static func model(_ robot: String) -> String {
    root.appending(path: "Environments/Models/\(robot).xml").path
  }
}
