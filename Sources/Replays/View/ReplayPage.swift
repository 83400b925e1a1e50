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
    html = ReplayPageMarkup.document
      .replacing("{{title}}", with: Self.escapedText(title), maxReplacements: 1)
      .replacing("{{style}}", with: ReplayPageStyle.text, maxReplacements: 1)
      .replacing(
        "{{script}}",
        with: [
          ReplayPageScript.drawing, ReplayPageScript.planeScenes, ReplayPageScript.robotViews,
          ReplayPageScript.robotScenes, ReplayPageScript.curves, ReplayPageScript.player,
        ].joined(separator: "\n"),
        maxReplacements: 1
      )
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

  /// Text between tags.
  static func escapedText(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
