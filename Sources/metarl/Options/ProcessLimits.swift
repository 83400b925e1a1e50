import Glibc

/// What the system lets this process have: raised where it may be, and refused with a word where
/// the program would fail later.
enum ProcessLimits {
  /// Bytes of the main thread's stack, below which it would overflow without a word.
  private static let leastStack = 1 << 20
  /// Bytes of the stacks of all other threads.
  private static let threadStack = 8 << 20
  /// Open files that a report with pictures needs.
  private static let leastFiles = 48
  /// Open files that are asked for.
  private static let wantedFiles = 256

  /// Raises the limits of this process.
  ///
  /// - Throws: `CommandFailure` that says which limit is too low and how to raise it.
  static func raise() throws(CommandFailure) {
    let stack = raised(stackLimit, to: UInt(threadStack))
    guard stack >= UInt(leastStack) else {
      throw CommandFailure(
        .runFailed,
        "the stack of this process may have \(stack / 1024) kB and metarl needs "
          + "\(leastStack / 1024). Raise the limit: ulimit -s 8192")
    }
    // Threads take the limit that the process was started with.
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, threadStack)
    _ = setDefaultAttributes?(&attributes)
    pthread_attr_destroy(&attributes)
    let files = raised(fileLimit, to: UInt(wantedFiles))
    guard files >= UInt(leastFiles) else {
      throw CommandFailure(
        .runFailed,
        "this process may open \(files) files and metarl needs \(leastFiles). Raise the limit: "
          + "ulimit -n 1024")
    }
  }

  /// `pthread_setattr_default_np`, which Swift's module of the C library leaves out.
  private static var setDefaultAttributes: (@convention(c) (UnsafePointer<pthread_attr_t>) -> CInt)?
  {
    dlsym(nil, "pthread_setattr_default_np").map {
      unsafeBitCast($0, to: (@convention(c) (UnsafePointer<pthread_attr_t>) -> CInt).self)
    }
  }

  private static let stackLimit = __rlimit_resource_t(RLIMIT_STACK.rawValue)
  private static let fileLimit = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  /// The limit after raising it as far as it may be.
  private static func raised(_ resource: __rlimit_resource_t, to wanted: UInt) -> UInt {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return .max }
    guard limit.rlim_cur < wanted else { return limit.rlim_cur }
    limit.rlim_cur = min(wanted, limit.rlim_max)
    setrlimit(resource, &limit)
    return getrlimit(resource, &limit) == 0 ? limit.rlim_cur : .max
  }
}
