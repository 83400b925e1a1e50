/// Memories of which no two workers touch the same at a time: one a worker, or one a task.
///
/// Inside `Workers.map` a piece of work reaches for the memory of its worker or for that of its
/// index; both are its own while it runs. This is the one place that promises so to the compiler;
/// the memories themselves need not be safe to share, and are not.
///
///     let memory = PerWorker(workers) { WorkerMemory(layout) }
///     let norms = try await workers.map(tasks.count) { index, worker in
///       gradientNorm(tasks[index], memory[worker])
///     }
public struct PerWorker<Memory>: @unchecked Sendable, RandomAccessCollection {
  private let memories: [Memory]

  /// One memory for every worker.
  public init(_ workers: Workers, make: () throws -> Memory) rethrows {
    memories = try (0..<workers.count).map { _ in try make() }
  }

  /// Memories that stand by index: one a task, or one made of another worker's each.
  public init(_ memories: [Memory]) { self.memories = memories }

  /// 0.
  public var startIndex: Int { 0 }

  /// How many memories there are.
  public var endIndex: Int { memories.count }

  /// The memory of worker, or of task, `index`.
  ///
  /// - Precondition: 0 ≤ `index` < `count`.
  public subscript(index: Int) -> Memory {
    precondition(
      memories.indices.contains(index), "memory \(index) of \(memories.count)")
    return memories[index]
  }
}
