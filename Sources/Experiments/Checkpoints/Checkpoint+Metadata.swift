import Environments
import Files
import MetaLearning

extension Checkpoint {
  /// The metadata of the file, all of it text; lists and settings as JSON.
  func metadata(checksum: String) -> [String: String] {
    let sortedCounters = counters.sorted { $0.key < $1.key }
    var metadata = [
      "algorithm": learner.algorithm.name,
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
      "precision": precision.rawValue,
      "seed": "\(seed)",
      "tensors": JSONValue.array(namedTensors.map { .text($0.name) }).line,
    ]
    if let physics { metadata["physics"] = physics }
    metadata["architecture"] = architecture?.line
    if let best {
      metadata["validation_best_iteration"] = "\(best.iteration)"
      metadata["validation_best_score"] = "\(best.score)"
    }
    return metadata
  }

  /// The checkpoint in a file whose checksum and version are right.
  static func decode(
    _ file: Safetensors, version: Int, path: String
  ) throws(CheckpointError) -> Checkpoint {
    let reader = MetadataReader(metadata: file.metadata, path: path)
    var best: Best?
    if file.metadata["validation_best_iteration"] != nil {
      best = Best(
        iteration: try reader.value("validation_best_iteration", Self.iteration),
        score: try reader.value("validation_best_score") { text in
          Double(text).flatMap { $0.isFinite ? $0 : nil }
        })
    }
    let groups = try reader.groups(of: file.tensors, version: version)
    var checkpoint = Checkpoint(
      family: try reader.value("family") { $0 },
      definitionDigest: try reader.value("definition_digest") { $0 },
      iteration: try reader.value("iteration", Self.iteration),
      seed: try reader.value("seed") { UInt64($0) },
      precision: try reader.value("precision", NetworkPrecision.init(rawValue:)),
      learner: try reader.learner(),
      architecture: file.metadata["architecture"] == nil
        ? nil : try reader.json("architecture"),
      parameters: groups.meta, optimizer: groups.outer,
      counters: try reader.counters(version: version), best: best)
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

  /// The meta-parameters and the outer step's vectors, without their prefixes, in order.
  ///
  /// Format 1 listed them apart: θ without a prefix, and Adam's moments as `optimizer.adam.NAME`.
  func groups(
    of tensors: [Tensor], version: Int
  ) throws(CheckpointError) -> (meta: [Tensor], outer: [Tensor]) {
    var byName: [String: Tensor] = [:]
    for tensor in tensors { byName[tensor.name] = tensor }
    func group(_ names: [String], prefix: String, drop: String = "") throws(CheckpointError)
      -> [Tensor]
    {
      var group: [Tensor] = []
      for name in names {
        let plain = name.hasPrefix(drop) ? String(name.dropFirst(drop.count)) : name
        group.append(try tensor(byName[prefix + name], name: plain))
      }
      return group
    }
    if version == 1 {
      let (parameters, optimizer) = (try names("parameters"), try names("optimizer"))
      guard parameters.count + optimizer.count == tensors.count,
        !parameters.contains(where: { $0.hasPrefix("optimizer.") })
      else { throw damaged("its lists of tensors are not those it holds") }
      return (
        try group(parameters, prefix: ""),
        try group(optimizer, prefix: "optimizer.", drop: "adam.")
      )
    }
    let all = try names("tensors")
    func members(_ prefix: String) -> [String] {
      all.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
    let (meta, outer) = (members(Checkpoint.metaPrefix), members(Checkpoint.outerPrefix))
    guard all.count == tensors.count, meta.count + outer.count == all.count else {
      throw damaged("its list of tensors is not that of those it holds")
    }
    return (
      try group(meta, prefix: Checkpoint.metaPrefix),
      try group(outer, prefix: Checkpoint.outerPrefix)
    )
  }

  func counters(version: Int) throws(CheckpointError) -> [String: Int] {
    guard let members = try json("counters").members else {
      throw damaged("its counters are not readable")
    }
    var counters: [String: Int] = [:]
    for member in members {
      guard let count = member.value.integer, (0...Self.greatestCount).contains(count) else {
        throw damaged("its counter '\(member.key)' is not a whole number in range")
      }
      // Format 1 knew one outer step that counts.
      let key = version == 1 && member.key == "adam_step" ? "outer.step" : member.key
      counters[key] = count
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
