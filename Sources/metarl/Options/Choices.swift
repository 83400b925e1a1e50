import ArgumentParser
import Experiments
import MetaLearning

// The configuration's choices, spelled on the command line as in files.
extension Algorithm: ExpressibleByArgument {}
extension Activation: ExpressibleByArgument {}
extension InnerEstimator: ExpressibleByArgument {}
extension DerivativeOrder: ExpressibleByArgument {}
extension OuterStepKind: ExpressibleByArgument {}
extension TaskSplit: ExpressibleByArgument {}
extension NetworkPrecision: ExpressibleByArgument {}
extension PolicyEvaluation.Parameters: ExpressibleByArgument {}
