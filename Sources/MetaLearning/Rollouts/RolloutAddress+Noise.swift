import DenseMath

extension RolloutAddress {
  /// Draws the noise that a policy's actions are sampled with.
  ///
  /// Normal numbers for continuous actions; for discrete ones uniform numbers on [0, 1).
  ///
  /// - Parameters:
  ///   - noise: overwritten, [steps, episodes, action width].
  ///   - actionSpace: the policy's.
  ///   - firstEpisode: index of the first of the episodes.
  ///   - episodes: how many.
  ///   - steps: control steps, from 0.
  public func drawActionNoise(
    into noise: inout [Float], actionSpace: ActionSpace, firstEpisode: Int = 0, episodes: Int,
    steps: Int
  ) {
    switch actionSpace {
    case .continuous(let size):
      Noise.fillNormals(
        &noise, key: noiseKey, task: task, firstEpisode: firstEpisode, episodes: episodes,
        steps: steps, width: size)
    case .discrete:
      noise = []
      noise.reserveCapacity(steps * episodes)
      for step in 0..<steps {
        for episode in firstEpisode..<firstEpisode + episodes {
          var stream = RandomStream(key: noiseKey, task: task, episode: episode, step: step)
          // 24 bits: exact in single precision and below 1.
          noise.append(Float(stream.next() >> 40) * 0x1p-24)
        }
      }
    }
  }
}
