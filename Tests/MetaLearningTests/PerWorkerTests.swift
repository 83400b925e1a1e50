import MetaLearning
import Testing

/// A memory a worker, a memory a task.
@Suite struct PerWorkerTests {
  /// Not safe to share: counts whoever is inside.
  private final class Room {
    var inside = 0
    var mostInside = 0
    var visits = 0
  }

  @Test(arguments: [1, 2, 3]) func `no two pieces of work are in one worker's memory`(count: Int)
    async throws
  {
    let workers = Workers(count: count)
    let rooms = PerWorker(workers) { Room() }
    #expect(rooms.count == count && Set(rooms.map { ObjectIdentifier($0) }).count == count)
    _ = try await workers.map(200) { _, worker in
      let room = rooms[worker]
      room.inside += 1
      room.mostInside = max(room.mostInside, room.inside)
      room.visits += 1
      room.inside -= 1
    }
    #expect(rooms.allSatisfy { $0.mostInside <= 1 })
    #expect(rooms.reduce(0) { $0 + $1.visits } == 200)
  }

  @Test func `memories by index are those that were given`() {
    let rooms = [Room(), Room(), Room()]
    let tasks = PerWorker(rooms)
    #expect(zip(rooms, tasks).allSatisfy { $0 === $1 } && tasks.count == 3)
  }
}
