import Foundation
import SwiftProtobuf
import TensorBoardEvents

/// The configuration of a run for TensorBoard: as a text and as hyperparameters.
///
/// It has an event file of its own, replaced whenever the run is started or goes on, so that it
/// says what holds now. TensorBoard reads it before the iterations, which sort behind it.
package enum ConfigurationEvents {
  /// The file's name.
  package static let fileName = "events.out.tfevents.0000000000.configuration"

  /// The contents of the file.
  ///
  /// - Parameters:
  ///   - configuration: resolved.
  ///   - wallTime: seconds since 1970.
  /// - Returns: the bytes.
  /// - Throws: what SwiftProtobuf throws.
  static func bytes(_ configuration: RunConfiguration, wallTime: Double) throws -> [UInt8] {
    try bytes(
      text: configuration.yaml(),
      values: configuration.readFields.map { ($0.path, $0.get(configuration)) }, wallTime: wallTime)
  }

  /// The contents of the file, from a text and from values by their names.
  static func bytes(
    text: String, values: [(name: String, value: ConfigurationValue)], wallTime: Double
  ) throws -> [UInt8] {
    var event = BoardEvent()
    event.wallTime = wallTime
    event.summary.value = [
      Self.text(text, tag: "configuration"), try hyperparameters(values, wallTime: wallTime),
    ]
    return try [EventRecord.version(wallTime: wallTime), event].flatMap {
      EventRecord.bytes(try $0.serializedBytes())
    }
  }

  /// A text, shown word by word.
  private static func text(_ text: String, tag: String) -> BoardSummary.Value {
    var value = BoardSummary.Value()
    value.tag = tag
    value.metadata.pluginData.pluginName = "text"
    // Markdown shows lines that are indented by four as they are.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }
    var dimension = BoardTensor.Shape.Dimension()
    dimension.size = 1
    value.tensor.dtype = 7
    value.tensor.tensorShape.dim = [dimension]
    value.tensor.stringVal = [Data(lines.joined().utf8)]
    return value
  }

  /// Values by their names as what TensorBoard calls the start of a session.
  private static func hyperparameters(
    _ values: [(name: String, value: ConfigurationValue)], wallTime: Double
  ) throws -> BoardSummary.Value {
    var parameters = BoardHyperparameters()
    parameters.sessionStartInfo.startTimeSecs = wallTime
    for (name, value) in values {
      parameters.sessionStartInfo.hparams[name] = Self.value(value)
    }
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    var value = BoardSummary.Value()
    value.tag = "_hparams_/session_start_info"
    value.metadata.pluginData.pluginName = "hparams"
    value.metadata.pluginData.content = try parameters.serializedBytes(options: options)
    // An array without numbers: the metadata are all there is to it.
    value.tensor.dtype = 1
    value.tensor.tensorShape.dim = [BoardTensor.Shape.Dimension()]
    return value
  }

  private static func exact(_ integer: some BinaryInteger) -> Google_Protobuf_Value {
    Double(exactly: integer).map(Google_Protobuf_Value.init(numberValue:))
      ?? Google_Protobuf_Value(stringValue: "\(integer)")
  }

  /// A value as TensorBoard takes it; whole numbers that a double cannot hold become texts.
  private static func value(_ value: ConfigurationValue) -> Google_Protobuf_Value {
    switch value {
    case .integer(let integer): exact(integer)
    case .seed(let seed): exact(seed)
    case .number(let number): Google_Protobuf_Value(numberValue: number)
    case .text(let text): Google_Protobuf_Value(stringValue: text)
    case .integers, .texts: Google_Protobuf_Value(stringValue: value.yaml)
    }
  }
}

extension EventRecord {
  /// The first event of every file.
  static func version(wallTime: Double) -> BoardEvent {
    var version = BoardEvent()
    version.wallTime = wallTime
    version.fileVersion = "brain.Event:2"
    return version
  }
}
