import Glibc
import Synchronization

/// Signals that ask a training to stop after the current iteration.
enum StopRequest {
  private static let received = Atomic<Int32>(0)

  /// The signal that asked, or nil.
  static var signal: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  private static let firstNotice: StaticString =
    "\nmetarl: stopping after this iteration; a second signal stops at once\n"
  private static let secondNotice: StaticString =
    "\nmetarl: stopped at once; go on from the newest checkpoint with metarl train --resume\n"

  /// Stops listening: from here on a signal ends the process.
  static func release() { Interruption.handle() }

  /// Whether a signal is ignored (`nohup`).
  static func isIgnored(_ number: Int32) -> Bool {
    var current = sigaction()
    sigaction(number, nil, &current)
    return unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Listens for SIGINT, SIGTERM and SIGHUP; a second one ends the process at once, as a kill
  /// does, which costs the iterations since the newest checkpoint and nothing else.
  ///
  /// The handler uses only what may be used in one: an atomic number, `write` and `_exit`.
  /// A signal that is ignored already (`nohup`) stays ignored.
  static func listen() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      if isIgnored(number) { continue }
      Glibc.signal(number) { number in
        let isSecond = StopRequest.received.exchange(number, ordering: .relaxed) != 0
        let notice = isSecond ? StopRequest.secondNotice : StopRequest.firstNotice
        _ = Glibc.write(STDERR_FILENO, notice.utf8Start, notice.utf8CodeUnitCount)
        if isSecond { _exit(128 + number) }
      }
    }
  }
}
