import Drawing
import Files
import Foundation

extension HTMLText {
  /// A picture inside the page; scripts in it would not run.
  static func image(_ bytes: [UInt8], as format: PlotFormat, description: String) -> String {
    let type = format == .svg ? "image/svg+xml" : "image/png"
    return "<img src=\"data:\(type);base64,\(Data(bytes).base64EncodedString())\" "
      + "alt=\"\(escaped(description, limit: 4000))\">"
  }
}
