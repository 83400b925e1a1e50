import Drawing
import Environments

/// Who draws the robots of a film.
public enum FilmRenderer: String, Sendable, CaseIterable {
  /// Outlines, drawn by gnuplot.
  case gnuplot
  /// Bodies with light and shadow, drawn by MuJoCo: in a build with the package trait `OSMesa`.
  case mujoco

  /// Makes sure that it can draw a family.
  ///
  /// - Throws: `FilmError.noRenderer`, `FilmError.noRobot`.
  public func require(for family: DefinedTaskFamily) throws(FilmError) {
    guard self == .mujoco else { return }
    guard RobotRenderer.isAvailable else { throw .noRenderer }
    guard family.definition.simulator is RobotSimulator else {
      throw .noRobot(family: family.qualifiedName)
    }
  }
}
