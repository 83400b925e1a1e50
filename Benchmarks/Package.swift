// swift-tools-version: 6.1

import PackageDescription

let package = Package(
  name: "metarl-benchmarks",
  dependencies: [
    .package(name: "metarl", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "metarl-benchmark",
      dependencies: [
        .product(name: "MetaLearning", package: "metarl"),
        .product(name: "Environments", package: "metarl"),
        .product(name: "Experiments", package: "metarl"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
