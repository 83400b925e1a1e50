import DenseMath
import Networks

/// One worker's memory.
public final class WorkerMemory<Scalar: DenseScalar> {
  package let workspace: NetworkWorkspace<Scalar>
  /// A direction under way.
  let direction: MetaDirection<Scalar>
  /// θ′ₖ of a candidate.
  let candidate: PreparedParameters<Scalar>
  /// A direction or row of P inside of one product.
  let scratch: PreparedParameters<Scalar>

  /// Memory for a policy whose parameters adapt as the layout says.
  public init(_ layout: MetaLayout<Scalar>, workspace: NetworkWorkspace<Scalar>? = nil) {
    self.workspace = workspace ?? layout.policy.makeWorkspace()
    direction = MetaDirection(layout)
    candidate = layout.policy.makeParameters()
    scratch = layout.policy.makeParameters()
  }
}
