import Glibc

/// Memory of this process that is in use, from `/proc/self`.
enum ResidentMemory {
  /// Resident bytes now, after the allocator has returned what it can.
  static func now() -> Int {
    _ = giveBack?(0)
    return bytes("VmRSS:")
  }

  /// Resident bytes at their highest since `forgetPeak`.
  static func peak() -> Int { bytes("VmHWM:") }

  /// Lets the peak start again from what is resident now.
  static func forgetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// `malloc_trim`, which Swift's module of the C library leaves out.
  private static let giveBack = dlsym(nil, "malloc_trim").map {
    unsafeBitCast($0, to: (@convention(c) (Int) -> CInt).self)
  }

  private static func bytes(_ key: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let end = line.firstIndex(of: 0) ?? line.endIndex
      let text = String(decoding: line[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix(key) else { continue }
      return text.split(whereSeparator: \.isWhitespace).dropFirst().first
        .flatMap { Int($0) }.map { $0 * 1024 } ?? 0
    }
    return 0
  }
}
