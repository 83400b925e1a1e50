#if MuJoCo
  import CMuJoCoGuard
  import Synchronization

  /// Compiles a model in a process of its own, with limits, before it is compiled in this one.
  ///
  /// What MuJoCo does not bear (crashes, exceptions, endless loops, any amount of memory) ends that
  /// process and is an error here. The process gets the model's files from memory and can open
  /// and write none. Models that have passed are remembered by all their bytes for as long as
  /// this process lives, and beyond it where a ledger was given (`keep(in:)`).
  public enum ModelTrial {
    /// What compiling a model and its first steps may take.
    public struct Limits: Sendable {
      /// Seconds of processor time, in steps of a millisecond.
      public var processorSeconds = 10.0
      /// Seconds by the clock, for a process that waits.
      public var wallSeconds = 120
      /// Bytes of memory.
      public var bytes = 1 << 30
      /// Bytes of the compiled model, and of one simulation of it.
      public var compiledBytes = 256 << 20

      /// The limits in use.
      public init() {}
    }

    /// The limits; others for tests.
    @TaskLocal public static var limits = Limits()

    /// What has passed.
    private struct Passed {
      var models: Set<[ModelFile]> = []
      /// Of all their files.
      var bytes = 0
    }

    private static let passed = Mutex(Passed())
    private static let ledger = Mutex<(any ModelTrialLedger)?>(nil)
    /// Bytes of files that are remembered at most; beyond them all are forgotten.
    private static let rememberedBytes = 32 << 20

    /// Remembers from now on in a ledger which models have passed; nil for this process alone.
    public static func keep(in ledger: (any ModelTrialLedger)?) {
      Self.ledger.withLock { $0 = ledger }
    }

    /// Everything that the answer of a trial depends on.
    ///
    /// Every piece of unknown length has its length before it, so that no two trials have the
    /// same bytes.
    private static func identity(_ files: [ModelFile], _ limits: Limits) -> [[UInt8]] {
      let conditions =
        "trial 1, MuJoCo \(muJoCoVersion ?? "?"), \(limits.processorSeconds) s, "
        + "\(limits.bytes) bytes, \(limits.compiledBytes) bytes compiled, \(files.count) files\n"
      return [Array(conditions.utf8)]
        + files.flatMap { file in
          [Array("\(file.name.utf8.count) \(file.bytes.count) \(file.name)".utf8), file.bytes]
        }
    }

    /// Lets a model through that can be compiled and stepped.
    ///
    /// - Parameters:
    ///   - files: all its files, the model first.
    ///   - path: the model's, for errors.
    /// - Throws: `MuJoCoError.model` with MuJoCo's message, or `.refused` for what is beyond the
    ///   limits, crashes, or cannot be tried.
    static func pass(_ files: [ModelFile], path: String) throws(MuJoCoError) {
      if passed.withLock({ $0.models.contains(files) }) { return }
      let limits = limits
      let ledger = ledger.withLock { $0 }
      let identity = ledger == nil ? [] : identity(files, limits)
      if ledger?.hasPassed(identity) == true { return remember(files) }
      var trial = guard_trial()
      GuardFiles.with(files) { files in
        guard_try(
          files.baseAddress, Int32(files.count),
          guard_limits(
            processor_milliseconds: Int64(max(limits.processorSeconds, 0.001) * 1000),
            wall_seconds: Int64(limits.wallSeconds), bytes: Int64(limits.bytes)), &trial)
      }
      let message = withUnsafeBytes(of: trial.message) { bytes in
        MuJoCoError.oneLine(text(ofC: bytes.map { CChar(bitPattern: $0) }))
      }
      switch trial.end {
      case GUARD_TRIAL_COMPILED: break
      case GUARD_TRIAL_REFUSED: throw .model(path: path, reason: message)
      case GUARD_TRIAL_OUT_OF_MEMORY:
        throw .refused(path: path, reason: "MuJoCo needs more than \(limits.bytes) bytes for it")
      case GUARD_TRIAL_OUT_OF_TIME:
        throw .refused(
          path: path,
          reason:
            "MuJoCo takes more than \(MuJoCoError.number(limits.processorSeconds)) s to compile and step it"
        )
      case GUARD_TRIAL_CRASHED:
        throw .refused(
          path: path, reason: "MuJoCo crashes when it compiles or steps it (signal \(trial.signal))"
        )
      default:
        throw .refused(
          path: path, reason: "it cannot be tried in a process of its own: \(message)")
      }
      let most = Int64(limits.compiledBytes)
      for (what, bytes) in [
        ("the compiled model", trial.model_bytes), ("a simulation", trial.simulation_bytes),
      ] where bytes > most {
        throw .refused(path: path, reason: "\(what) takes \(bytes) bytes; at most \(most)")
      }
      remember(files)
      ledger?.notePassed(identity)
    }

    private static func remember(_ files: [ModelFile]) {
      passed.withLock { passed in
        if passed.bytes > rememberedBytes { passed = Passed() }
        if passed.models.insert(files).inserted {
          passed.bytes += files.reduce(0) { $0 + $1.bytes.count }
        }
      }
    }
  }

  /// Files as C sees them.
  enum GuardFiles {
    /// Calls `body` with the files, which are valid only then.
    static func with<Result>(
      _ files: [ModelFile], _ body: (UnsafeBufferPointer<guard_file>) -> Result
    ) -> Result {
      // Copies, so that no pointer outlives its closure.
      var (names, contents): ([UnsafeMutablePointer<CChar>], [UnsafeMutablePointer<UInt8>]) = (
        [], []
      )
      defer {
        names.forEach { $0.deallocate() }
        contents.forEach { $0.deallocate() }
      }
      let shown = files.map { file in
        let name = Array(file.name.utf8CString)
        let (place, bytes) = (
          UnsafeMutablePointer<CChar>.allocate(capacity: name.count),
          UnsafeMutablePointer<UInt8>.allocate(capacity: file.bytes.count)
        )
        place.initialize(from: name, count: name.count)
        bytes.initialize(from: file.bytes, count: file.bytes.count)
        names.append(place)
        contents.append(bytes)
        return guard_file(name: place, bytes: bytes, size: file.bytes.count)
      }
      return shown.withUnsafeBufferPointer(body)
    }
  }

  /// The text of a C string's characters, up to its end.
  func text(ofC characters: [CChar]) -> String {
    let end = characters.firstIndex(of: 0) ?? characters.endIndex
    return String(decoding: characters[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
#endif
