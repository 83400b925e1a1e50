/// A trial of a golden file.
struct GoldenTrial: Sendable {
  let inputs: [Double]
  let actions, advantages, valueTargets: [Double]
  /// The inputs put together from what was seen and done: [oₜ, one-hot(aₜ₋₁), rₜ₋₁, dₜ₋₁].
  let composed: [Double]

  var length: Int { actions.count }

  init(_ value: GoldenValue, inputWidth: Int, actions actionCount: Int) throws(GoldenError) {
    let actions = try value["actions"].numbers
    guard !actions.isEmpty, actions.count <= 10_000,
      actions.allSatisfy({ $0 >= 0 && $0 < Double(actionCount) && $0 == $0.rounded() })
    else { throw try value["actions"].error("must be 1 to 10000 actions 0 … \(actionCount - 1)") }
    let count = actions.count
    self.actions = actions
    inputs = try value["inputs"].numbers(count: count * inputWidth)
    advantages = try value["advantages"].numbers(count: count)
    valueTargets = try value["value_targets"].numbers(count: count)
    let rewards = try value["rewards"].numbers(count: count)
    let lengths = try value["episode_lengths"].numbers
    let size = inputWidth - actionCount - 2
    guard size >= 0, lengths.reduce(0, +) == Double(count), lengths.allSatisfy({ $0 >= 1 }) else {
      throw try value["episode_lengths"].error("does not add up to \(count) steps")
    }
    let observations = try value["observations"].numbers(count: count * size)
    var ends: Set<Int> = []
    var end = 0
    for length in lengths {
      end += Int(length)
      ends.insert(end)
    }
    var composed: [Double] = []
    for step in 0..<count {
      composed += observations[(step * size)..<((step + 1) * size)]
      var before = [Double](repeating: 0, count: actionCount + 2)
      if step > 0 {
        before[Int(actions[step - 1])] = 1
        before[actionCount] = rewards[step - 1]
        before[actionCount + 1] = ends.contains(step) ? 1 : 0
      }
      composed += before
    }
    self.composed = composed
  }
}
