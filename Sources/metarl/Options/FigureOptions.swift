import ArgumentParser
import Drawing
import Reports

/// The flags of commands that draw: how the pictures are to be.
struct FigureOptions: ParsableArguments {
  @Option(help: "What learning curves are drawn against: iterations or environment-steps.")
  var x = LearningStyle.Axis.iterations

  @Option(
    help: "The band about several seeds: their range, or the 95 % interval of their mean.")
  var spread = LearningStyle.Spread.range

  @Option(
    help: ArgumentHelp(
      "Size of the pictures in points, a hundredth of an inch each. Default: each figure's own.",
      valueName: "widthxheight"))
  var size: PictureSize?

  /// Axis and band of learning curves.
  var style: LearningStyle { LearningStyle(axis: x, spread: spread) }

  /// The flags that are set, as they are typed.
  var flags: [String] {
    (x == .iterations ? [] : ["--x", x.rawValue])
      + (spread == .range ? [] : ["--spread", spread.rawValue])
      + (size.map { ["--size", "\($0.width)x\($0.height)"] } ?? [])
  }

  /// Figures of the size asked for.
  ///
  /// - Parameters:
  ///   - figures: as they come.
  ///   - title: instead of theirs; nil leaves them.
  /// - Returns: as many.
  func adjusted(_ figures: [Figure], title: String? = nil) -> [Figure] {
    figures.map { $0.adjusted(size: size.map { ($0.width, $0.height) }, title: title) }
  }
}

/// Width and height of a picture in points, as in `660x460`.
struct PictureSize: ExpressibleByArgument, Sendable {
  let (width, height): (Int, Int)

  init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1],
      (100...10_000).contains(width), (100...10_000).contains(height)
    else { return nil }
    (self.width, self.height) = (width, height)
  }
}

extension LearningStyle.Axis: ExpressibleByArgument {}
extension LearningStyle.Spread: ExpressibleByArgument {}
