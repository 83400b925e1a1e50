import Foundation
import Testing

/// The picture of CONTRIBUTING.md: which target may import which, and no circle among folders.
@Suite("Architecture") struct ArchitectureTests {
  /// What a target's files may import of this package and of C libraries.
  private static let arrows: [String: Set<String>] = [
    "metarl": [
      "Reports", "Replays", "Drawing", "Experiments", "Files", "Environments", "MetaLearning",
      "Networks", "Statistics", "StrictYAML", "DenseMath", "CRevision",
    ],
    "Reports": [
      "Drawing", "Experiments", "Files", "Environments", "MetaLearning", "Networks", "DenseMath",
      "Statistics",
    ],
    "Replays": [
      "Drawing", "Experiments", "Files", "Environments", "MetaLearning", "Networks", "DenseMath",
      "StrictYAML",
    ],
    "Drawing": ["Files"],
    "Experiments": [
      "Files", "Environments", "MetaLearning", "Networks", "Statistics", "StrictYAML",
      "DenseMath", "TensorBoardEvents",
    ],
    "Files": ["CCrypto"],
    "TensorBoardEvents": [],
    "Environments": [
      "MetaLearning", "DenseMath", "StrictYAML", "CMuJoCo", "CMuJoCoGuard", "CLanePhysics",
    ],
    "MetaLearning": ["Networks", "Statistics", "DenseMath"],
    "Networks": ["DenseMath"],
    "Statistics": ["CGSL"],
    "StrictYAML": [],
    "DenseMath": ["CKernels"],
  ]

  /// What comes from elsewhere, and which targets know it.
  private static let others: [String: Set<String>] = [
    "ArgumentParser": ["metarl"],
    "Yams": ["StrictYAML"],
    "SwiftProtobuf": ["Experiments", "TensorBoardEvents"],
  ]

  /// Part of the toolchain.
  private static let system: Set<String> = [
    "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch",
  ]

  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Read once for all tests.
  private static let tree = Result { try SourceTree(root.appending(path: "Sources")) }

  private static func wrongArrows(_ tree: SourceTree) -> [String] {
    tree.files.flatMap { file in
      file.imports.sorted().filter { name in
        if system.contains(name) { return false }
        if let users = others[name] { return !users.contains(file.target) }
        return arrows[file.target]?.contains(name) != true
      }.map { "\(file.target)/\(file.folder)/\(file.name) imports \($0)" }
    }
  }

  @Test func `no file imports against the picture`() throws {
    let tree = try Self.tree.get()
    #expect(tree.files.count > 100)
    #expect(Set(tree.files.map(\.target)).subtracting(Self.arrows.keys) == [])
    #expect(Self.wrongArrows(tree) == [])
  }

  @Test(arguments: arrows.keys.sorted())
  func `no folders form a circle`(target: String) throws {
    let tree = try Self.tree.get()
    #expect(tree.circles(in: target) == [])
  }

  @Test func `the picture itself has no circle`() {
    func reaches(_ target: String, _ goal: String) -> Bool {
      Self.arrows[target, default: []].contains { $0 == goal || reaches($0, goal) }
    }
    for target in Self.arrows.keys { #expect(!reaches(target, target), "\(target)") }
  }

  @Test func `a wrong arrow and a circle are seen`() {
    func file(_ folder: String, _ name: String, _ text: String) -> SourceTree.File {
      SourceTree.File(target: "Networks", folder: folder, name: name, text: text)
    }
    let bad = SourceTree(files: [
      file("A", "A.swift", "import DenseMath\nimport Experiments\nstruct Above { var b: Below }"),
      file("B", "B.swift", "// Above\npublic struct Below { let text = \"Above\" }"),
    ])
    #expect(Self.wrongArrows(bad) == ["Networks/A/A.swift imports Experiments"])
    #expect(bad.circles(in: "Networks") == [])
    let circle = SourceTree(
      files: bad.files + [file("B", "C.swift", "extension Below { func up(_: Above) {} }")])
    #expect(circle.circles(in: "Networks").count == 2)
  }
}
