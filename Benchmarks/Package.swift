// swift-tools-version: 6.1

import PackageDescription

let package = Package(
  name: "metarl-benchmarks",
  dependencies: [
    .package(name: "metarl", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // MuJoCo without metarl: the yardstick of sampling.
    .executableTarget(
      name: "mj-step", cSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("mujoco"), .linkedLibrary("pthread")]),
    // glibc's allocator with a counter before it.
    .target(name: "CAllocations", cSettings: [.unsafeFlags(["-O2"])]),
    .executableTarget(
      name: "metarl-benchmark",
      dependencies: [
        "CAllocations",
        .product(name: "MetaLearning", package: "metarl"),
        .product(name: "Environments", package: "metarl"),
        .product(name: "Experiments", package: "metarl"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
