import DenseMath
import Foundation
import Networks

extension Policy {
  /// The policy of a configuration for a family's spaces.
  public init(family: any TaskFamily, configuration: PolicyConfiguration) {
    let distribution: ActionDistribution =
      switch family.actionSpace {
      case .continuous(let size):
        family.examples == nil ? .gaussian(actionSize: size) : .prediction(size: size)
      case .discrete(let count): .categorical(actionCount: count)
      }
    let convolutional = family.examples?.image.flatMap { image in
      configuration.filters.isEmpty
        ? nil
        : Network<Scalar>(
          image: image, blocks: configuration.blocks, hidden: configuration.hidden,
          outputWidth: distribution.outputWidth)
    }
    precondition(
      configuration.filters.isEmpty == (convolutional == nil), "filters without an image for them")
    self.init(
      network: convolutional
        ?? Network(
          inputWidth: family.observationSize, hidden: configuration.hidden,
          outputWidth: distribution.outputWidth, activation: configuration.activation.kind),
      distribution: distribution,
      logStandardDeviationFloor: log(configuration.minimumStandardDeviation),
      contextSize: configuration.context)
  }
}

extension Activation {
  /// The kernels' name of it.
  public var kind: ActivationKind {
    switch self {
    case .tanh: .tanh
    case .relu: .relu
    }
  }
}
