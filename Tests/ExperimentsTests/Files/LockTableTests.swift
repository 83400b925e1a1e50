import Foundation
import Testing

@testable import Experiments
@testable import Files

@Suite struct LockTableTests {
  private let table = LockTable(
    """
    1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF
    1: -> FLOCK  ADVISORY  WRITE 4712 08:01:1234 0 EOF
    2: FLOCK  ADVISORY  WRITE 99 00:2f:1234 0 EOF
    3: POSIX  ADVISORY  WRITE 5 08:01:1234 0 EOF
    4: FLOCK  ADVISORY  WRITE 6 08:01:12345 0 EOF
    """)

  @Test func `locks on one number of different file systems are told apart`() {
    let holders = table.holders(ofInode: 1234)
    #expect(holders.map(\.process) == [4711, 99])
    #expect(holders.map(\.device.0) == [8, 0])
    #expect(holders.map(\.device.1) == [1, 0x2F])
  }

  @Test func `numbers of devices are those of the C library`() {
    #expect(LockTable.major(0x801) == 8 && LockTable.minor(0x801) == 1)
    #expect(LockTable.major(0x2F) == 0 && LockTable.minor(0x2F) == 0x2F)
    // gnu_dev_makedev(0x12345, 0x6789A).
    let device: UInt = 0x0001_2000_0678_349A & 0xFFFF_F000_0000_0000 | 0x0000_0000_6783_459A
    #expect(LockTable.minor(device) == 0x6789A)
  }

  @Test func `a file that a process has open is found among its files`() throws {
    try withTemporaryFolder { root in
      let path = FileSystem.join(root, "file")
      try DurableFile.write("x", to: path)
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(!LockTable.hasOpen(process: getpid(), status))
      let file = open(path, O_RDONLY)
      defer { close(file) }
      #expect(LockTable.hasOpen(process: getpid(), status))
    }
  }
}
