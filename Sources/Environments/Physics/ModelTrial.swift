#if MuJoCo
  import CMuJoCoGuard
  import Synchronization

  /// Compiles a model in a process of its own, with limits, before it is compiled in this one.
  ///
  /// What MuJoCo does not bear (crashes, exceptions, endless loops, any amount of memory) ends that
  /// process and is an error here. The process gets the model's files from memory and can open
  /// and write none. Models that have passed are remembered by all their bytes for as long as
  /// this process lives.
  public enum ModelTrial {
    /// What compiling a model and its first steps may take.
    public struct Limits: Sendable {
      /// Seconds of processor time.
      public var processorSeconds = 10
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
    /// Bytes of files that are remembered at most; beyond them all are forgotten.
    private static let rememberedBytes = 32 << 20

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
      var trial = guard_trial()
      GuardFiles.with(files) { files in
        guard_try(
          files.baseAddress, Int32(files.count),
          guard_limits(
            processor_seconds: Int64(limits.processorSeconds),
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
          reason: "MuJoCo takes more than \(limits.processorSeconds) s to compile and step it")
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
