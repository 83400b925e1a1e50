import MetaLearning
import Statistics
import Testing

@testable import Experiments
@testable import Reports

@Suite struct AdaptationVerdictTests {
  /// Returns before adapting: standard deviation 10 over any even number of tasks, as nearly as
  /// the number allows, so that a gain of 2 would matter.
  private func before(_ tasks: Int, level: Double = -50) -> [Double] {
    (0..<tasks).map { level + ($0.isMultiple(of: 2) ? 10 : -10) }
  }

  private func report(
    _ name: String, gains: [Double], level: Double = -50, kind: EvaluationReport.PolicyKind,
    repeated: Int? = 0
  ) -> EvaluationReport {
    var request = EvaluationRequest(innerLearningRates: [0.1], seed: 1)
    request.tasks = gains.count
    let start = before(gains.count, level: level)
    var report = EvaluationReport(
      family: SlopeFamily(), policy: name, policyKind: kind, request: request,
      estimator: .logLikelihood,
      curve: AdaptationCurve(returns: [start, zip(start, gains).map { $0 + $1 }]))
    report.overlap = repeated.map {
      TrainingOverlap(
        repeated: $0, tasks: gains.count, trainingDraws: 100, isFiniteChoice: $0 > 0)
    }
    return report
  }

  private func set(
    _ gains: [Double], runs: Int = 1, level: Double = -50, repeated: Int? = 0,
    untrained: (gains: [Double], level: Double)? = nil
  ) -> EvaluationSet {
    var reports = (0..<runs).map {
      report("run \($0)", gains: gains, level: level, kind: .trained(.maml), repeated: repeated)
    }
    if let untrained {
      reports += (0..<runs).map {
        report("random \($0)", gains: untrained.gains, level: untrained.level, kind: .random)
      }
      return EvaluationSet(PolicyGroup.groups(reports, counts: [runs, runs]))
    }
    return EvaluationSet(reports, runCount: runs)
  }

  private func kind(_ gains: [Double], runs: Int = 1) -> AdaptationVerdict.Kind {
    AdaptationVerdict(set(gains, runs: runs)).kind
  }

  private let clear = [5.0, 6, 7, 6, 5, 6]
  private let nothing = [0.1, -0.1, 0.2, -0.2, 0.1, -0.1]
  private let scattered = [9.0, -7, 8, -8, 9, 4]

  @Test func `a gain, no gain that matters, and what is not known are three findings`() {
    #expect(kind(clear) == .adapts)
    #expect(kind(clear.map { -$0 }) == .worse)
    #expect(kind(nothing) == .noGain)
    #expect(kind(scattered) == .unproven)
    #expect(kind([5]) == .unknown)
    #expect(kind(clear, runs: 3) == .adapts)
    #expect(kind(nothing, runs: 3) == .noGain)
    #expect(kind(scattered, runs: 3) == .unproven)
  }

  @Test func `a gain that is shown and does not matter is none that matters`() {
    #expect(kind([0.1, 0.2, 0.1, 0.2, 0.1, 0.2]) == .noGain)
  }

  @Test func `the margin is a fifth of the deviation over tasks, and is stated with its reason`()
    throws
  {
    let verdict = AdaptationVerdict(set(nothing))
    let margin = try #require(verdict.evidence?.margin)
    // √(6 · 100 / 5) = 10.95
    #expect(abs(margin - 0.2 * 10.954451150103322) < 1e-12)
    #expect(verdict.text.contains("A gain of 2.19 would matter (a fifth of the standard deviation"))
    // Equal returns before adapting tell nothing of what matters.
    #expect(GainEvidence.margin(before: [[-10, -10, -10]]) == 0)
    #expect(GainEvidence.margin(before: [[-10]]) == nil)
    let edge = Interval(lower: -1, upper: margin)
    #expect(GainEvidence(mean: 0, interval: edge, margin: margin).conclusion == .notKnown)
  }

  @Test func `the sentences have the figures`() {
    let text = AdaptationVerdict(set([5, 6, 7, 6, 5, -3])).sentences.joined(separator: " ")
    #expect(text.contains("On 6 tasks it never saw (split held_out)"))
    #expect(text.contains("from -50.00 to -45.67 with 1 step: a gain of 4.33 ["))
    #expect(text.contains("1 of the tasks became worse."))
  }

  @Test func `no verdict is given when more than a twentieth of the episodes diverged`() throws {
    var request = EvaluationRequest(innerLearningRates: [0.1], seed: 1)
    (request.tasks, request.rolloutsPerTask) = (6, 10)
    func verdict(_ diverged: [Int], runs: Int) -> AdaptationVerdict {
      let reports = (0..<runs).map { run in
        EvaluationReport(
          family: SlopeFamily(), policy: "run \(run)", request: request,
          estimator: .logLikelihood,
          curve: AdaptationCurve(
            returns: [[-12, -10, -8, -12, -10, -8], [-1, -2, -3, -2, -1, -2]],
            divergedByStep: run == 0 ? diverged : [0, 0], episodesPerStep: 60))
      }
      return AdaptationVerdict(EvaluationSet(reports, runCount: runs))
    }
    #expect(verdict([0, 6], runs: 1).kind == .adapts)
    let broken = verdict([0, 7], runs: 1)
    #expect(broken.kind == .diverged)
    #expect(broken.sentences[0].hasPrefix("5.8 % of the episodes diverged"))
    #expect(verdict([0, 12], runs: 2).kind == .adapts)
    #expect(verdict([0, 13], runs: 2).kind == .diverged)
  }

  @Test func `tasks that were trained on are not called unseen`() {
    let all = AdaptationVerdict(set(clear, repeated: 6))
    #expect(all.headline == "It adapts to the tasks it was trained on")
    #expect(all.text.contains("On 6 tasks, all of which it was trained on (split held_out)"))
    let some = AdaptationVerdict(set(clear, repeated: 2))
    #expect(some.text.contains("On 6 tasks, 2 of which it was trained on"))
    let unknown = AdaptationVerdict(set(clear, repeated: nil))
    for verdict in [all, some, unknown] {
      #expect(!verdict.text.contains("never saw"), "\(verdict.text)")
    }
  }

  @Test func `several runs are spoken of together`() {
    let verdict = AdaptationVerdict(set([5, 6, 7, 6, 5, -3], runs: 3))
    #expect(verdict.text.contains("the mean return of 3 runs goes from"))
    #expect(verdict.text.contains("1 of the tasks became worse in the mean over the runs."))
    #expect(!verdict.text.contains("first run"))
  }

  @Test func `the headline compares the level with an untrained policy's`() {
    func headline(_ gains: [Double], level: Double, runs: Int = 1) -> String {
      AdaptationVerdict(
        set(clear, runs: runs, untrained: (gains: gains, level: level))
      ).headline
    }
    let few = [0.0, 1, 0, 1, 0, 1]
    #expect(headline(few, level: -80) == "It adapts, and it ends above an untrained policy")
    #expect(headline(few, level: -20) == "It adapts, but it ends below an untrained policy")
    #expect(
      headline([9, 1, 9, 1, 9, 7], level: -50)
        == "It adapts, but it is not shown to end above an untrained policy")
    #expect(headline(few, level: -80, runs: 3).hasSuffix("ends above an untrained policy"))
  }

  @Test func `of several runs nothing is shown against one untrained policy`() {
    let runs = (0..<3).map { report("run \($0)", gains: clear, kind: .trained(.maml)) }
    let random = report("random", gains: [0, 1, 0, 1, 0, 1], level: -80, kind: .random)
    let verdict = AdaptationVerdict(EvaluationSet(runs + [random], runCount: 3))
    #expect(
      verdict.headline == "It adapts, but it is not shown to end above an untrained policy")
  }

  @Test func `an untrained policy that gains as much is said to`() {
    let verdict = AdaptationVerdict(
      set(clear, untrained: (gains: [6, 5, 6, 7, 6, 5], level: -80)))
    #expect(
      verdict.text.contains("An untrained policy goes from -80.00 to -74.17"), "\(verdict.text)")
    #expect(verdict.text.contains("and is not shown to gain more than that"), "\(verdict.text)")
    let more = AdaptationVerdict(set(clear, untrained: (gains: nothing, level: -80)))
    #expect(more.text.contains("and gains more than that"), "\(more.text)")
  }

  @Test func `every headline begins with what its kind says`() {
    // One page never says that it adapts and that nothing is gained.
    for gains in [clear, nothing, scattered, clear.map { -$0 }] {
      let set = set(gains)
      let verdict = AdaptationVerdict(set)
      let symptom = EvaluationDoctor.gainFinding(set)?.symptom
      let expected: [AdaptationVerdict.Kind: Symptom?] = [
        .adapts: nil, .noGain: .noGain, .unproven: .gainNotKnown, .worse: .negativeGain,
      ]
      #expect(expected[verdict.kind] == symptom)
      #expect(verdict.headline.hasPrefix("It adapts") == (verdict.kind == .adapts))
    }
  }
}
