import Synchronization

/// How many items of work run at a time, and how their results are put together.
///
/// Results are placed by index, so that nothing depends on which worker did what or when.
public struct Workers: Sendable {
  /// Workers, ≥ 1.
  public let count: Int

  /// - Precondition: `count` ≥ 1.
  public init(count: Int) {
    precondition(count >= 1, "workers: \(count), at least 1 expected")
    self.count = count
  }

  /// Computes `body(index, worker)` for every index; items go to whichever worker is free.
  ///
  /// - Parameters:
  ///   - items: number of indices.
  ///   - backwards: begin with the last item.
  ///   - body: the work; `worker` (0 ..< count) names memory that no other item uses meanwhile.
  /// - Returns: the results in index order.
  /// - Throws: the error of the item with the smallest index among those that failed.
  public func map<Result: Sendable>(
    _ items: Int, backwards: Bool = false,
    _ body: @escaping @Sendable (_ index: Int, _ worker: Int) throws -> Result
  ) async throws -> [Result] {
    let next = Counter()
    let outcomes = await withTaskGroup(of: [(Int, Swift.Result<Result, any Error>)].self) {
      group in
      for worker in 0..<min(count, items) {
        group.addTask {
          var done: [(Int, Swift.Result<Result, any Error>)] = []
          while let turn = next.take(below: items) {
            let index = backwards ? items - 1 - turn : turn
            done.append((index, Swift.Result { try body(index, worker) }))
          }
          return done
        }
      }
      var placed = [Swift.Result<Result, any Error>?](repeating: nil, count: items)
      for await part in group {
        for (index, outcome) in part { placed[index] = outcome }
      }
      return placed
    }
    return try outcomes.compactMap { try $0?.get() }
  }
}

/// Hands out 0, 1, 2, … to whoever asks.
private final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  func take(below limit: Int) -> Int? {
    let index = value.wrappingAdd(1, ordering: .relaxed).oldValue
    return index < limit ? index : nil
  }
}
