import Experiments
import Foundation

/// Runs one parser in this process and measures what its inputs cost.
struct FuzzRun {
  let parser: FuzzedParser
  let inputs: Int
  let largeInputs: Int
  let seed: UInt64
  /// A folder of this run's own.
  let scratch: String

  /// Processor seconds after which the system ends the process (SIGPROF), and as many wall
  /// seconds for an input that waits instead (SIGALRM); a process may be stopped meanwhile.
  private static let (patience, waitingPatience) = (20, 900 as UInt32)

  /// What was measured, and every promise that was broken.
  struct Result: Codable {
    var inputs = 0
    var accepted = 0
    var slowest = Cost()
    /// Growth of resident memory over all small inputs, bytes.
    var growth = 0
    var largeInputs = 0
    var slowestLarge = Cost()
    /// The largest growth of a large input beyond four times its size, bytes.
    var largestExcess = 0
    var largest = ""
    var failures: [String] = []
  }

  /// What one input took.
  struct Cost: Codable {
    var seconds = 0.0
    var input = ""
  }

  /// Tries all inputs, telling `progress` which one is next.
  func run(progress: (String) -> Void) async throws -> Result {
    var result = Result()
    let prepared = try parser.prepare(scratch)
    for seed in prepared.seeds {
      do {
        for _ in 0..<3 { try await prepared.read(seed) }
      } catch {
        result.failures.append("a valid input is refused: \(error)")
      }
    }
    try await trySmall(prepared, &result, progress: progress)
    try await tryLarge(prepared, &result, progress: progress)
    return result
  }

  /// Tries mutations of valid inputs.
  ///
  /// They are small, so the growth over all of them is bounded.
  private func trySmall(
    _ prepared: FuzzedParser.Prepared, _ result: inout Result, progress: (String) -> Void
  ) async throws {
    var mutator = Mutator(seeds: prepared.seeds)
    let before = ResidentMemory.now()
    ResidentMemory.forgetPeak()
    for index in 0..<inputs {
      let input = prepared.generate?(index, seed) ?? mutator.input(index, seed: seed)
      progress("\(index)")
      let (seconds, accepted) = await attempt("input \(index)", input, prepared, &result)
      result.inputs += 1
      result.accepted += accepted ? 1 : 0
      if seconds > result.slowest.seconds {
        result.slowest = Cost(seconds: seconds, input: "input \(index)")
      }
    }
    result.growth = max(0, ResidentMemory.peak() - before)
    if result.growth > parser.allowed.bytes {
      result.failures.append("memory grew by \(result.growth) bytes")
    }
  }

  private func tryLarge(
    _ prepared: FuzzedParser.Prepared, _ result: inout Result, progress: (String) -> Void
  ) async throws {
    guard largeInputs > 0 else { return }
    let large = LargeInputs(syntax: parser.syntax, seeds: prepared.seeds)
    await large.forEach(repeated: largeInputs, seed: seed) { input in
      progress(input.name)
      let before = ResidentMemory.now()
      ResidentMemory.forgetPeak()
      let (seconds, _) = await attempt(input.name, input.bytes, prepared, &result)
      // The input itself is part of `before`, and of what it may take.
      let excess = ResidentMemory.peak() - before - 3 * input.bytes.count
      result.largeInputs += 1
      if seconds > result.slowestLarge.seconds {
        result.slowestLarge = Cost(seconds: seconds, input: input.name)
      }
      if excess > result.largestExcess {
        (result.largestExcess, result.largest) = (excess, input.name)
      }
      if excess > parser.allowed.bytes {
        result.failures.append("\(input.name): \(excess) bytes beyond four times its size")
      }
    }
  }

  /// Processor seconds of one input, and whether it was accepted.
  private func attempt(
    _ name: String, _ input: [UInt8], _ prepared: FuzzedParser.Prepared, _ result: inout Result
  ) async -> (seconds: Double, accepted: Bool) {
    Self.endProcess(afterProcessorSeconds: Self.patience)
    alarm(Self.waitingPatience)
    let start = Self.processorSeconds
    var accepted = false
    do {
      try await prepared.read(input)
      accepted = true
    } catch let error as BrokenPromise {
      result.failures.append("\(name): \(error)")
    } catch {
    }
    let seconds = Self.processorSeconds - start
    Self.endProcess(afterProcessorSeconds: 0)
    alarm(0)
    if seconds > parser.allowed.seconds {
      result.failures.append("\(name): \(String(format: "%.1f", seconds)) s")
    }
    return (seconds, accepted)
  }

  /// Lets the system end this process; 0 takes that back.
  private static func endProcess(afterProcessorSeconds seconds: Int) {
    var timer = itimerval()
    timer.it_value.tv_sec = seconds
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
  }

  /// Processor time of this process and of those it has waited for.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    var others = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &others)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
      + [others.ru_utime, others.ru_stime].reduce(0) {
        $0 + Double($1.tv_sec) + Double($1.tv_usec) * 1e-6
      }
  }
}
