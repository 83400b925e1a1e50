import DenseMath
import Environments
import Foundation
import MetaLearning
import Networks
import Statistics
import Testing

@testable import Experiments

@Suite("Adaptation curves")
struct AdaptationCurveTests {
  private static let families = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Environments/Families").path

  private func curve(
    _ change: (inout EvaluationRequest) -> Void = { _ in }, rates: [Double] = [0.5, 0.25],
    workers: Int = 1, scale: Float = 1
  ) async throws -> AdaptationCurve {
    let family = try FamilyCatalog(folders: [Self.families])
      .family(named: "navigation-2d@finn2017")
    var learner = LearnerConfiguration()
    learner.policy.hidden = [8]
    let policy = Policy<Float>(family: family, configuration: learner.policy)
    let theta = policy.initialParameters(seed: 1, initialStandardDeviation: 1)
    var request = EvaluationRequest(innerLearningRates: rates, seed: 3)
    request.tasks = 5
    request.rolloutsPerTask = 4
    change(&request)
    return try await AdaptationCurve(
      theta: theta.map { scale * $0 }, policy: policy, family: family, learner: learner,
      request: request, workers: Workers(count: workers))
  }

  @Test("The unit of the intervals is the task, and the gain is paired task by task")
  func statistics() throws {
    // Tasks differ by far more than the gain of 1 ± 0.5: only pairing can see it.
    let before = [-100.0, -50, -10, -80]
    let gains = [1.5, 0.5, 1.5, 0.5]
    let curve = AdaptationCurve(returns: [before, zip(before, gains).map { $0 + $1 }])
    #expect(curve.points.map(\.step) == [0, 1])
    #expect(curve.points[0].mean == -60)
    #expect(curve.points[0].interval == studentInterval(of: before))
    #expect(curve.gains() == gains)
    let paired = try #require(studentInterval(of: curve.gains()))
    #expect(paired.lower > 0)
    let wide = try #require(curve.points[1].interval)
    #expect(wide.upper - wide.lower > 50)
    #expect(curve.shareWorse == 0)
  }

  @Test("The share of tasks made worse counts losses, not ties")
  func shareWorse() {
    let curve = AdaptationCurve(returns: [[1, 2, 3, 4], [0, 2, 9, 3]])
    #expect(curve.shareWorse == 0.5)
    #expect(AdaptationCurve(returns: [[1, 2]]).shareWorse == nil)
    #expect(AdaptationCurve(returns: [[1]]).points[0].interval == nil)
  }

  @Test("Workers do not change the numbers, and every environment step is counted")
  func workers() async throws {
    let alone = try await curve()
    #expect(try await curve(workers: 3) == alone)
    #expect(alone.returns.count == 3 && alone.returns.allSatisfy { $0.count == 5 })
    #expect((1...(3 * 5 * 4 * 100)).contains(alone.environmentSteps))
    #expect(alone.environmentSteps > 5000)
  }

  @Test("More tasks leave the first ones as they were; other splits and seeds are other tasks")
  func addressing() async throws {
    let few = try await curve()
    let many = try await curve({ $0.tasks = 8 })
    #expect(many.returns.map { Array($0.prefix(5)) } == few.returns)
    for change: (inout EvaluationRequest) -> Void in [
      { $0.split = .train }, { $0.split = .validation }, { $0.seed = 4 },
    ] {
      let other = try await curve(change)
      #expect(Set(other.returns[0]).isDisjoint(with: few.returns[0]))
    }
  }

  @Test("Without a step there is one point; with α = 0 the policy stays what it was")
  func rates() async throws {
    #expect(try await curve(rates: []).returns.count == 1)
    let none = try await curve(rates: [0])
    // The same tasks under new start states and noise: near, but not equal.
    #expect(none.returns[0] == (try await curve()).returns[0])
    #expect(none.returns[0] != none.returns[1])
    let moved = try await curve(rates: [0.5])
    #expect(moved.returns[0] == none.returns[0] && moved.returns[1] != none.returns[1])
  }

  @Test("One schedule: α, then a share of it, by default a half")
  func schedule() {
    var adaptation = AdaptationConfiguration()
    adaptation.innerLearningRate = 0.5
    #expect(adaptation.innerLearningRates(steps: 3) == [0.5, 0.25, 0.25])
    #expect(adaptation.innerLearningRates(steps: 2, from: 2) == [2, 1])
    #expect(adaptation.innerLearningRates(steps: 0) == [])
    adaptation.laterStepFactor = 1
    #expect(adaptation.innerLearningRates(steps: 3) == [0.5, 0.5, 0.5])
  }
}
