import Environments
import MetaLearning

extension Checkpoint {
  /// The metadata of the file, all of it text; lists and settings as JSON.
  func metadata(checksum: String) -> [String: String] {
    let sortedCounters = counters.sorted { $0.key < $1.key }
    var metadata = [
      "checksum": checksum,
      "counters": JSONValue.object(
        sortedCounters.map { JSONValue.Member($0.key, .integer($0.value)) }
      ).line,
      "definition_digest": definitionDigest,
      "family": family,
      "format": Self.formatName,
      "format_version": "\(Self.formatVersion)",
      "iteration": "\(iteration)",
      "learner": learner.json.line,
      "optimizer": JSONValue.array(optimizer.map { .text($0.name) }).line,
      "parameters": JSONValue.array(parameters.map { .text($0.name) }).line,
      "precision": precision.rawValue,
      "seed": "\(seed)",
    ]
    if let physics { metadata["physics"] = physics }
    if let best {
      metadata["validation_best_iteration"] = "\(best.iteration)"
      metadata["validation_best_score"] = "\(best.score)"
    }
    return metadata
  }

  /// The checkpoint in a file whose checksum and version are right.
  static func decode(_ file: Safetensors, path: String) throws(CheckpointError) -> Checkpoint {
    let reader = MetadataReader(metadata: file.metadata, path: path)
    var best: Best?
    if file.metadata["validation_best_iteration"] != nil {
      best = Best(
        iteration: try reader.value("validation_best_iteration", Self.iteration),
        score: try reader.value("validation_best_score") { text in
          Double(text).flatMap { $0.isFinite ? $0 : nil }
        })
    }
    var byName: [String: Tensor] = [:]
    for tensor in file.tensors { byName[tensor.name] = tensor }
    let parameterNames = try reader.names("parameters")
    let optimizerNames = try reader.names("optimizer")
    guard parameterNames.count + optimizerNames.count == file.tensors.count,
      !parameterNames.contains(where: { $0.hasPrefix(optimizerPrefix) })
    else {
      throw reader.damaged("its lists of tensors are not those it holds")
    }
    var parameters: [Tensor] = []
    for name in parameterNames { parameters.append(try reader.tensor(byName[name], name: name)) }
    var optimizer: [Tensor] = []
    for name in optimizerNames {
      optimizer.append(try reader.tensor(byName[optimizerPrefix + name], name: name))
    }
    var checkpoint = Checkpoint(
      family: try reader.value("family") { $0 },
      definitionDigest: try reader.value("definition_digest") { $0 },
      iteration: try reader.value("iteration", Self.iteration),
      seed: try reader.value("seed") { UInt64($0) },
      precision: try reader.value("precision", NetworkPrecision.init(rawValue:)),
      learner: try reader.learner(), parameters: parameters, optimizer: optimizer,
      counters: try reader.counters(), best: best)
    if file.metadata["physics"] != nil {
      checkpoint.physics = try reader.value("physics") { PhysicsEngine(rawValue: $0)?.rawValue }
    }
    return checkpoint
  }

  /// An iteration from its digits, within what a configuration allows.
  private static func iteration(_ text: String) -> Int? {
    Int(text).flatMap { (0...RunConfiguration.mostIterations).contains($0) ? $0 : nil }
  }
}

/// Reads the metadata's texts, naming the entry that is wrong.
private struct MetadataReader {
  let metadata: [String: String]
  let path: String

  /// Leaves room to go on counting.
  private static let greatestCount = 1 << 60

  func damaged(_ reason: String) -> CheckpointError { .damaged(path: path, reason: reason) }

  func value<Value>(
    _ key: String, _ convert: (String) -> Value?
  ) throws(CheckpointError) -> Value {
    guard let value = metadata[key].flatMap(convert) else {
      throw damaged("its entry '\(key)' is missing or not readable")
    }
    return value
  }

  func json(_ key: String) throws(CheckpointError) -> JSONValue {
    try value(key) { try? JSONValue(parsing: $0) }
  }

  func names(_ key: String) throws(CheckpointError) -> [String] {
    guard let elements = try json(key).elements else { throw damaged("'\(key)' is not a list") }
    let names = elements.compactMap(\.text)
    guard names.count == elements.count, Set(names).count == names.count else {
      throw damaged("'\(key)' is not a list of different names")
    }
    return names
  }

  func tensor(_ tensor: Tensor?, name: String) throws(CheckpointError) -> Tensor {
    guard let tensor else { throw damaged("its tensor '\(name)' is missing") }
    return Tensor(name: name, shape: tensor.shape, values: tensor.values)
  }

  func counters() throws(CheckpointError) -> [String: Int] {
    guard let members = try json("counters").members else {
      throw damaged("its counters are not readable")
    }
    var counters: [String: Int] = [:]
    for member in members {
      guard let count = member.value.integer, (0...Self.greatestCount).contains(count) else {
        throw damaged("its counter '\(member.key)' is not a whole number in range")
      }
      counters[member.key] = count
    }
    return counters
  }

  func learner() throws(CheckpointError) -> LearnerConfiguration {
    let document = try json("learner")
    do {
      return try LearnerConfiguration(json: document)
    } catch {
      throw damaged("its settings are not readable: \(error)")
    }
  }
}
