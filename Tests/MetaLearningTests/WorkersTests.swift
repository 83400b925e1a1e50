import MetaLearning
import Synchronization
import Testing

@Suite("Workers")
struct WorkersTests {
  @Test(
    "Results stand in index order, every piece once", arguments: [1, 2, 5, 40], [0, 1, 7, 100])
  func order(workers: Int, pieces: Int) async throws {
    let calls = Mutex(Array(repeating: 0, count: pieces))
    let found = try await Workers(count: workers).map(pieces) { index, worker in
      calls.withLock { $0[index] += 1 }
      #expect((0..<workers).contains(worker))
      // Later pieces are done sooner.
      var spin = (pieces - index) * 100
      while spin > 0 { spin -= 1 }
      return index * index
    }
    #expect(found == (0..<pieces).map { $0 * $0 })
    #expect(calls.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test("No worker is in two pieces at a time")
  func exclusive() async throws {
    let busy = Mutex(Array(repeating: false, count: 4))
    _ = try await Workers(count: 4).map(200) { index, worker in
      busy.withLock {
        #expect(!$0[worker])
        $0[worker] = true
      }
      var spin = 2_000
      while spin > 0 { spin -= 1 }
      busy.withLock { $0[worker] = false }
      return index
    }
  }

  @Test("Of several errors the one of the smallest index is thrown", arguments: [1, 3])
  func errors(workers: Int) async {
    struct Failure: Error, Equatable { let index: Int }
    await #expect(throws: Failure(index: 4)) {
      try await Workers(count: workers).map(20) { index, _ in
        if index % 5 == 4 { throw Failure(index: index) }
        return index
      }
    }
  }

  @Test("Fewer than one worker is refused")
  func refusal() async {
    await #expect(processExitsWith: .failure) { _ = Workers(count: 0) }
  }
}
