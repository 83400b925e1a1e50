import Foundation

/// The Loaded-DiCE surrogate: unbiased derivatives of every order, the credit of past actions
/// damped by λ.
///
/// Within an episode w₀ = log π₀, wₜ = λ wₜ₋₁ + log πₜ and vₜ = wₜ − log πₜ; with the magic box
/// ⚀(x) = exp(x − stop(x)), L = −(1/N) Σ Âₜ [⚀(wₜ) − ⚀(vₜ)]. What stop() holds is the value at
/// sampling time: aₜ = Âₜ ⚀(wₜ) and bₜ = Âₜ ⚀(vₜ) are both Âₜ there. With sₜ = ∇log πₜ and
/// ∇vₜ = Σ_{u<t} λᵗ⁻ᵘ s_u,
///
/// −N ∇L = Σ cₜ sₜ, cₜ = aₜ + Σ_{u>t} λᵘ⁻ᵗ (a_u − b_u);
/// −N ∇²L v = Σ cₜ ∇²log πₜ v + dₜ sₜ,
/// dₜ = aₜ (∇wₜ·v) + Σ_{u>t} λᵘ⁻ᵗ (a_u ∇w_u·v − b_u ∇v_u·v).
///
/// λ = 0 is low-variance curvature, λ = 1 is DiCE. All sums are scans over the episode.
/// Source: Farquhar et al. 2019, arXiv:1909.10549, eq. 12; the damping is that of the published
/// program (oxwhirl/loaded-dice).
package struct LoadedDiCE: Sendable {
  /// λ in [0, 1].
  let damping: Double
  /// Steps of each episode, Σ = N.
  let lengths: [Int]
  /// a, [N].
  let a: [Double]
  /// b, [N].
  let b: [Double]

  /// The surrogate of a batch.
  ///
  /// - Parameters:
  ///   - damping: λ.
  ///   - lengths: steps of each episode.
  ///   - advantages: Â, [N].
  ///   - logRatios: log π − log π at sampling time, [N]; nil at the parameters that sampled.
  package init(damping: Double, lengths: [Int], advantages: [Double], logRatios: [Double]?) {
    precondition(
      lengths.reduce(0, +) == advantages.count,
      "lengths add up to \(lengths.reduce(0, +)) steps, advantages: \(advantages.count)")
    self.damping = damping
    self.lengths = lengths
    guard let logRatios else {
      (a, b) = (advantages, advantages)
      return
    }
    var (a, b) = (advantages, advantages)
    Self.forEachEpisode(lengths) { steps in
      var w = 0.0
      for t in steps {
        let v = damping * w
        w = v + logRatios[t]
        a[t] *= exp(w)
        b[t] *= exp(v)
      }
    }
    (self.a, self.b) = (a, b)
  }

  /// L.
  package var value: Double {
    -zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) } / Double(max(a.count, 1))
  }

  /// c, [N].
  package var gradientWeights: [Double] {
    var c = a
    addLaterTerms(&c) { a[$0] - b[$0] }
    return c
  }

  /// d along a direction, [N].
  ///
  /// - Parameter scores: sₜ·v, [N].
  /// - Returns: d, [N].
  package func scoreWeights(_ scores: [Double]) -> [Double] {
    precondition(scores.count == a.count, "scores: \(scores.count), N = \(a.count)")
    var (past, present) = (scores, scores)
    Self.forEachEpisode(lengths) { steps in
      var w = 0.0
      for t in steps {
        past[t] = damping * w
        w = past[t] + scores[t]
        present[t] = w
      }
    }
    var d = zip(a, present).map { $0 * $1 }
    addLaterTerms(&d) { a[$0] * present[$0] - b[$0] * past[$0] }
    return d
  }

  /// xₜ ← xₜ + Σ_{u>t} λᵘ⁻ᵗ term(u).
  private func addLaterTerms(_ x: inout [Double], _ term: (Int) -> Double) {
    Self.forEachEpisode(lengths) { steps in
      var later = 0.0
      for t in steps.reversed() {
        x[t] += later
        later = damping * (later + term(t))
      }
    }
  }

  private static func forEachEpisode(_ lengths: [Int], _ body: (Range<Int>) -> Void) {
    var start = 0
    for length in lengths {
      body(start..<(start + length))
      start += length
    }
  }
}
