import Foundation

/// The locks of all processes, as `/proc/locks` lists them.
package struct LockTable {
  /// Who holds a lock on a file of some number, and on which device.
  package struct Holder {
    package let process: Int32
    /// Major and minor number of the file system's device.
    package let device: (Int, Int)
  }

  private let text: String

  /// A table; a line of it is `1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF`.
  package init(_ text: String) {
    self.text = text
  }

  /// The holders of whole-file locks on files with this inode number, on any file system.
  package func holders(ofInode inode: UInt) -> [Holder] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 6, words[1] == "FLOCK", let process = Int32(words[4]) else { return nil }
      let numbers = words[5].split(separator: ":")
      guard numbers.count == 3, UInt(numbers[2]) == inode, let major = Int(numbers[0], radix: 16),
        let minor = Int(numbers[1], radix: 16)
      else { return nil }
      return Holder(process: process, device: (major, minor))
    }
  }

  /// Whether a process has a file open, as far as it may be looked into.
  ///
  /// Some file systems (btrfs, overlays) have files of another device than their locks.
  package static func hasOpen(process: Int32, _ file: stat) -> Bool {
    let folder = "/proc/\(process)/fd"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).contains { name in
      var opened = stat()
      return stat("\(folder)/\(name)", &opened) == 0 && opened.st_ino == file.st_ino
        && opened.st_dev == file.st_dev
    }
  }

  /// The major number of a device, as the C library's `major`.
  package static func major(_ device: UInt) -> Int {
    Int(device >> 8 & 0xFFF | device >> 32 & ~0xFFF)
  }

  /// The minor number of a device, as the C library's `minor`.
  package static func minor(_ device: UInt) -> Int {
    Int(device & 0xFF | device >> 12 & 0xFFFF_FF00)
  }
}
