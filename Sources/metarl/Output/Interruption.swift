import Experiments
import Files
import Foundation
import Synchronization

/// Signals that end a command: what it has on the disk only while it works is removed first.
///
/// Trainings replace this by `StopRequest` while they train.
enum Interruption {
  private static let writeEnd = Atomic<Int32>(-1)
  private static let hasBegun = Atomic<Bool>(false)

  /// Listens for SIGINT, SIGTERM and SIGHUP; those that are ignored (`nohup`) stay ignored.
  ///
  /// The handler does what may be done in one, it writes to a pipe; a thread of its own then tidies
  /// up and lets the signal end the process.
  static func listen() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
    let readEnd = ends[0]
    Thread.detachNewThread {
      // A parent may have blocked the signals; they are heard all the same.
      var signals = sigset_t()
      sigemptyset(&signals)
      for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      var number: UInt8 = 0
      while read(readEnd, &number, 1) < 0, errno == EINTR {}
      guard number > 0 else { return }
      hasBegun.store(true, ordering: .sequentiallyConsistent)
      Scratch.removeAll()
      signal(Int32(number), SIG_DFL)
      kill(getpid(), Int32(number))
    }
    handle()
  }

  /// Waits for the end of the process where a signal is ending it: programs that were ended for
  /// that are no failure to tell.
  static func awaitEnd() {
    while hasBegun.load(ordering: .sequentiallyConsistent) { pause() }
  }

  /// Lets the signals end the process again, after a training has listened for them itself.
  static func handle() {
    for number in [SIGINT, SIGTERM, SIGHUP] where !StopRequest.isIgnored(number) {
      signal(number) { number in
        let before = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(Interruption.writeEnd.load(ordering: .relaxed), &byte, 1)
        errno = before
      }
    }
  }
}
