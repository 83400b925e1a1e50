import TensorBoardEvents

@testable import Experiments
@testable import Files

/// The events of a run for TensorBoard without what a clock says: one line an event.
enum EventResult {
  /// The lines of a run folder's event file.
  ///
  /// - Throws: `FileError`, and what decoding throws.
  static func lines(run: String) throws -> [String] {
    let bytes = try FileSystem.contents(
      of: FileSystem.join(FileSystem.join(run, "tensorboard"), EventWriter.fileName))
    var lines: [String] = []
    var position = 0
    while let record = EventRecord.first(of: bytes[position...]) {
      let event = try BoardEvent(serializedBytes: Array(record.data))
      let values = event.summary.value.filter { !$0.tag.contains("throughput/") }
      lines.append("step \(event.step): \(values.map { $0.textFormatString() })")
      position = record.next
    }
    if position < bytes.count { lines.append("\(bytes.count - position) bytes of damage") }
    return lines
  }
}
