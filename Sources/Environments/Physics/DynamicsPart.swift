/// A factor on one thing of a model: the mass of one body, the damping of one joint.
public struct DynamicsPart: Sendable, Hashable {
  /// What is multiplied.
  public enum Quantity: Sendable, Hashable {
    /// A body's mass and rotational inertia.
    case mass
    /// A joint's damping.
    case damping
    /// A geom's friction coefficients; a contact takes the greater of its two geoms'.
    case friction
    /// An actuator's gear.
    case gear
    /// A link's length, `MuJoCoModel.stretch`.
    case length
  }

  /// What is multiplied.
  public let quantity: Quantity
  /// The body, joint, geom or actuator.
  public let index: Int
  /// By what; 1 leaves it.
  public let factor: Double

  /// A factor.
  public init(_ quantity: Quantity, index: Int, factor: Double) {
    self.quantity = quantity
    self.index = index
    self.factor = factor
  }
}

#if MuJoCo
  import CMuJoCo
  import CMuJoCoGuard

  extension DynamicsPart {
    /// Multiplies in a copy of the model that belongs to the caller.
    func apply(to copy: UnsafeMutablePointer<mjModel>, of model: MuJoCoModel) {
      let contents = copy.pointee
      func multiply(_ values: UnsafeMutablePointer<mjtNum>?, _ range: Range<Int>) {
        guard let values else { return }
        for index in range { values[index] *= factor }
      }
      switch quantity {
      case .mass:
        multiply(contents.body_mass, index..<index + 1)
        multiply(contents.body_inertia, 3 * index..<3 * index + 3)
      case .damping:
        multiply(contents.dof_damping, model.entries(ofJoint: index, inVelocity: true))
      case .friction: multiply(contents.geom_friction, 3 * index..<3 * index + 3)
      case .gear: multiply(contents.actuator_gear, 6 * index..<6 * index + 6)
      case .length: model.stretch(body: index, by: factor, in: copy)
      }
    }
  }
#endif
