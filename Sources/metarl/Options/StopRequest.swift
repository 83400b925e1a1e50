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

  /// Listens for SIGINT, SIGTERM and SIGHUP; a second one ends the process at once.
  ///
  /// A signal that is ignored already (`nohup`) stays ignored.
  static func listen() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var current = sigaction()
      sigaction(number, nil, &current)
      let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
      let handler = unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self)
      if handler == ignored { continue }
      Glibc.signal(number) { number in
        if StopRequest.received.exchange(number, ordering: .relaxed) != 0 {
          _exit(128 + number)
        }
      }
    }
  }
}
