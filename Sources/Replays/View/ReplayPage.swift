import Environments
import Files
import MetaLearning

/// A recording as one HTML file that plays it: no network, no other files.
///
/// The recording's numbers are in the page as JSON; everything that it names is shown as text
/// whatever it contains.
public struct ReplayPage {
  /// Steps that a page holds, all episodes together.
  public static let maximumSteps = 200_000

  /// The page.
  public let html: String

  /// Reads a recording to its end and draws it as its family's simulator wants it.
  ///
  /// - Parameters:
  ///   - recording: the recording.
  ///   - family: what its header names.
  /// - Throws: `ReplayError` for a line that cannot be read, in a wrong order, or too many of
  ///   them; `MuJoCoError` when a robot cannot be drawn.
  public init(_ recording: RecordingReader, family: DefinedTaskFamily) throws {
    let contents = try ViewedRecording(recording, family: family)
    let title = "\(family.qualifiedName): a replay"
    html = Self.file(PackageResources.page_html)
      .replacing("{{title}}", with: HTMLText.escaped(title), maxReplacements: 1)
      .replacing("{{style}}", with: Self.file(PackageResources.page_css), maxReplacements: 1)
      .replacing("{{script}}", with: Self.script, maxReplacements: 1)
      // Last, so that nothing in the recording is taken for a place to fill.
      .replacing("{{data}}", with: Self.embedded(contents.json), maxReplacements: 1)
  }

  /// JSON that no HTML parser takes for the end of its element.
  static func embedded(_ value: JSONValue) -> String {
    var safe: [UInt8] = []
    var bytes: [UInt8] = []
    value.append(to: &bytes)
    safe.reserveCapacity(bytes.count)
    for byte in bytes {
      // Outside strings JSON has none of these; inside, an escape reads as the same character.
      switch byte {
      case UInt8(ascii: "<"): safe += "\\u003c".utf8
      case UInt8(ascii: ">"): safe += "\\u003e".utf8
      case UInt8(ascii: "&"): safe += "\\u0026".utf8
      default: safe.append(byte)
      }
    }
    return String(decoding: safe, as: UTF8.self)
  }

  /// The player's JavaScript, in the order in which the page runs it.
  private static let script = [
    // Reading the recording, colours, and canvases of the screen's resolution.
    PackageResources.drawing_js,
    // Points on the plane with goals, limits and trail; and actions of what has no place.
    PackageResources.plane_js,
    // What robots take up, from where they are looked at, and what all their views share.
    PackageResources.robot_view_js,
    // Robots: from the side, from above, and as wires that can be turned.
    PackageResources.robot_js,
    // The reward of every step, drawn once, with a mark that moves.
    PackageResources.curves_js,
    // Panels, controls, keys and the clock.
    PackageResources.player_js,
  ].map(file).joined(separator: "\n")

  /// A file of the page as the build embeds it, without its last line feed.
  private static func file(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.dropLast(), as: UTF8.self)
  }
}
