import CKernels

/// Standard normal numbers at addresses: those of an action are the same whatever else is drawn.
public enum Noise {
  /// Fills `[steps, episodes, width]` with the numbers at (key, task, episode, step).
  ///
  /// The numbers have single precision in every precision of the networks, so that a `Float`
  /// and a `Double` run of one seed draw the same ones. Box–Muller on Philox words.
  ///
  /// - Parameters:
  ///   - out: overwritten; sized as needed.
  ///   - key: seed, purpose, iteration and batch.
  ///   - task: index of the task.
  ///   - firstEpisode: index of the first of the `episodes` episodes.
  ///   - episodes: how many.
  ///   - steps: control steps, from 0.
  ///   - width: numbers a step, at most 1024.
  public static func fillNormals(
    _ out: inout [Float], key: RandomKey, task: Int, firstEpisode: Int = 0, episodes: Int,
    steps: Int, width: Int
  ) {
    let count = episodes * steps * width
    if out.count < count { out = Array(repeating: 0, count: count) }
    out.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, count > 0 else { return }
      metarl_active_kernels().pointee.normals(
        base, key.words.x, key.words.y, UInt32(task), UInt32(firstEpisode), UInt32(episodes), 0,
        UInt32(steps), UInt32(width))
    }
  }
}
