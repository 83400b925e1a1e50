// swift-tools-version: 6.1

import Foundation
import PackageDescription

// MuJoCo is Debian's libmujoco-dev, found by the compiler without pkg-config.
// MUJOCO_DIR=/path/to/mujoco (with include/ and lib/ inside) builds against another release.
let muJoCoDirectory = ProcessInfo.processInfo.environment["MUJOCO_DIR"]
let muJoCoCompile: [SwiftSetting] =
  muJoCoDirectory.map { [.unsafeFlags(["-Xcc", "-I\($0)/include"])] } ?? []
let muJoCoCCompile: [CSetting] =
  muJoCoDirectory.map { [.unsafeFlags(["-I\($0)/include"])] } ?? []
// The library itself and not -L: the folder of Debian's would be searched first.
let muJoCoLink: [LinkerSetting] =
  muJoCoDirectory.map {
    [
      .unsafeFlags([
        "-Xlinker", "\($0)/lib/libmujoco.so", "-Xlinker", "-rpath", "-Xlinker", "\($0)/lib",
      ])
    ]
  } ?? [.linkedLibrary("mujoco", .when(traits: ["MuJoCo"]))]

// The git revision, for the records of runs. `make build` passes it on; other builds know none,
// because nothing says whether what SwiftPM builds is what was committed.
let revision = ProcessInfo.processInfo.environment["METARL_REVISION"] ?? ""
let revisionSettings: [CSetting] =
  revision.isEmpty
    || !revision.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
  ? [] : [.define("METARL_REVISION", to: "\"\(revision)\"")]

// The vector kernels are worth optimizing in every configuration: a debug build of them is
// twenty to a hundred times slower, and tests would spend their time there.
let kernelSettings: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno"])]

// The lane engine: as the kernels, and multiplication and addition contracted within expressions
// alone, so that the bits are those of the source.
let laneSettings: [CSetting] =
  [.unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=on"])] + muJoCoCCompile
  + [.define("METARL_MUJOCO", .when(traits: ["MuJoCo"]))]

// LIBXSMM generates the small matrix products; it exists for x86-64 only, elsewhere they run in
// OpenBLAS.
#if arch(x86_64)
  let kernelLibraries: [LinkerSetting] = [
    .linkedLibrary("xsmm"), .linkedLibrary("xsmmnoblas"), .linkedLibrary("dl"),
    .linkedLibrary("pthread"), .linkedLibrary("m"),
  ]
#else
  let kernelLibraries: [LinkerSetting] = [.linkedLibrary("dl"), .linkedLibrary("m")]
#endif

let package = Package(
  name: "metarl",
  products: [
    .executable(name: "metarl", targets: ["metarl"]),
    // What other packages, such as Benchmarks, can import.
    .library(name: "Environments", targets: ["Environments"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "MetaLearning", targets: ["DenseMath", "Networks", "MetaLearning"]),
    // Loaded into the program by tests (LD_PRELOAD).
    .library(name: "metarl-faults", type: .dynamic, targets: ["FaultInjector"]),
  ],
  traits: [
    .trait(name: "MuJoCo", description: "The robot families, simulated by MuJoCo."),
    .trait(
      name: "OSMesa", description: "Films of robots drawn by MuJoCo off screen (libosmesa6-dev).",
      enabledTraits: ["MuJoCo"]),
    .default(enabledTraits: ["MuJoCo"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // The command line: parse, compose, print.
    .executableTarget(
      name: "metarl",
      dependencies: [
        "Reports", "Replays", "Drawing", "Experiments", "Files", "Environments", "MetaLearning",
        "Networks", "Statistics", "StrictYAML", "DenseMath", "CRevision",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Pages, figures of runs, benchmarks of papers.
    .target(
      name: "Reports",
      dependencies: [
        "Drawing", "Experiments", "Files", "Environments", "MetaLearning", "Networks", "DenseMath",
        "Statistics",
      ],
      resources: [.embedInCode("Page/report.css")]),

    // Scripts, recordings, films and the player; adaptation to recorded episodes.
    .target(
      name: "Replays",
      dependencies: [
        "Drawing", "Experiments", "Files", "Environments", "MetaLearning", "Networks", "DenseMath",
        "StrictYAML",
      ],
      resources: [
        "page.html", "page.css", "drawing.js", "plane.js", "robot-view.js", "robot.js", "curves.js",
        "player.js",
      ].map { .embedInCode("View/Page/\($0)") }),

    // Figures by gnuplot, films by ffmpeg: other programs, asked for whole files.
    .target(name: "Drawing", dependencies: ["Files"]),

    // A run and its formats: configuration, run folders, checkpoints, metrics, evaluation.
    .target(
      name: "Experiments",
      dependencies: [
        "Files", "Environments", "MetaLearning", "Networks", "DenseMath", "Statistics",
        "StrictYAML", "TensorBoardEvents",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),

    // Files that survive, JSON, CSV, safetensors, digests, text for people: no word of runs.
    .target(name: "Files", dependencies: ["CCrypto"]),

    // Messages of TensorBoard's event files, generated from the .proto files.
    .target(
      name: "TensorBoardEvents",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["event.proto", "hyperparameters.proto"]),

    // The worlds: simulators and their declarative definitions.
    .target(
      name: "Environments",
      dependencies: [
        "MetaLearning", "DenseMath", "StrictYAML",
        .target(name: "CMuJoCo", condition: .when(traits: ["MuJoCo"])),
        .target(name: "CMuJoCoGuard", condition: .when(traits: ["MuJoCo"])),
        .target(name: "CLanePhysics", condition: .when(traits: ["MuJoCo"])),
      ],
      swiftSettings: muJoCoCompile,
      linkerSettings: muJoCoLink),

    // The mathematics: tasks, rollouts, advantages, adaptation, meta-optimization.
    .target(name: "MetaLearning", dependencies: ["Networks", "DenseMath", "Statistics"]),

    // Layers with four passes, distributions, losses, curvature products.
    .target(name: "Networks", dependencies: ["DenseMath"]),

    // Matrices, vector kernels, BLAS, random streams, conjugate gradient.
    .target(name: "DenseMath", dependencies: ["CKernels"]),

    // Least squares, distributions and intervals, from the GNU Scientific Library.
    .target(name: "Statistics", dependencies: ["CGSL"]),

    // YAML documents read strictly: unknown keys, wrong types and ranges are errors with a line.
    .target(name: "StrictYAML", dependencies: [.product(name: "Yams", package: "Yams")]),

    // C boundaries.
    .target(name: "CRevision", cSettings: revisionSettings),
    .target(name: "CKernels", cSettings: kernelSettings, linkerSettings: kernelLibraries),
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CMuJoCo", providers: [.apt(["libmujoco-dev"])]),
    .target(
      name: "CMuJoCoGuard",
      cSettings: muJoCoCCompile + [
        .define("METARL_MUJOCO", .when(traits: ["MuJoCo"])),
        .define("METARL_OSMESA", .when(traits: ["OSMesa"])),
      ],
      linkerSettings: [.linkedLibrary("OSMesa", .when(traits: ["OSMesa"]))]),

    .target(name: "CLanePhysics", dependencies: ["CKernels"], cSettings: laneSettings),

    // Test bundles.
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    // Kills or fails the program at the n-th of its file operations.
    .target(
      name: "FaultInjector", path: "Tests/FaultInjector", linkerSettings: [.linkedLibrary("dl")]),
    // Every parser of files from elsewhere on hostile inputs, each in a process of its own.
    .executableTarget(
      name: "metarl-fuzz",
      dependencies: [
        "Reports", "Replays", "Experiments", "Files", "Environments", "MetaLearning", "Networks",
        "DenseMath", "TestSupport",
        .target(name: "CMuJoCo", condition: .when(traits: ["MuJoCo"])),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzz", swiftSettings: muJoCoCompile),
    // Which target may import which, and no circle among folders.
    .testTarget(name: "ArchitectureTests"),
    .testTarget(name: "DenseMathTests", dependencies: ["DenseMath", "TestSupport"]),
    .testTarget(name: "NetworksTests", dependencies: ["Networks", "TestSupport"]),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics", "TestSupport"], exclude: ["Golden"]),
    .testTarget(
      name: "MetaLearningTests", dependencies: ["MetaLearning", "TestSupport"],
      exclude: ["Golden"]),
    .testTarget(name: "StrictYAMLTests", dependencies: ["StrictYAML", "TestSupport"]),
    .testTarget(
      name: "EnvironmentsTests", dependencies: ["Environments", "TestSupport"],
      exclude: ["Parity"], swiftSettings: muJoCoCompile),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Reports", "Replays", "Drawing", "Experiments", "Files", "TensorBoardEvents", "TestSupport",
      ],
      exclude: ["Golden"]),
    .testTarget(
      name: "CrashTests",
      dependencies: ["metarl", "Experiments", "Files", "TensorBoardEvents", "TestSupport"]),
    .testTarget(
      name: "CommandLineTests", dependencies: ["metarl", "metarl-fuzz", "TestSupport"],
      exclude: ["Golden"]),
  ],
  swiftLanguageModes: [.v6]
)
