import MetaLearning

extension RunConfiguration {
  /// Every key of the configuration, in the order of files.
  static let fields: [ConfigurationField] =
    runFields + validationFields + policyFields + imageFields + samplingFields + exampleFields
    + adaptationFields + outerFields + stepFields

  /// Most meta-iterations of a run.
  static let mostIterations = 10_000_000

  private static let runFields: [ConfigurationField] = [
    .text("family", \.family, "The task family: NAME, NAME@PRESET, or a definition's path."),
    .texts(
      "environments", \.environmentFolders,
      "Folders with definitions of your own, searched before the built-in ones."),
    .choice(
      "physics", \.physics,
      "What steps a robot's model: definition (what it says), mujoco, lanes or auto."),
    .seed("seed", \.seed, "All randomness derives from this number."),
    .algorithm(
      "algorithm",
      "The row of choices that the keys below start from; `metarl algorithms` lists them."),
    .integer(
      "iterations", \.iterations, 0...mostIterations, "Meta-iterations.", changesNumbers: false),
    .integer(
      "workers", \.workers, 0...4096,
      "Threads; 0 takes all processors. The numbers do not depend on it.", changesNumbers: false),
    .choice("precision", \.precision, "Arithmetic of the networks: float or double."),
    .integer(
      "checkpoint_every", \.checkpointEvery, 1...10_000_000,
      "Meta-iterations between checkpoints.", changesNumbers: false),
    .integer(
      "keep", \.keep, 2...1_000_000, "Newest checkpoints kept beside the best one.",
      changesNumbers: false),
    .integer(
      "picture_every", \.pictureEvery, 0...10_000_000,
      "Meta-iterations between pictures of paths for TensorBoard; 0 for none.",
      changesNumbers: false),
    .integer(
      "report_tasks", \.reportTasks, 0...1_000_000,
      "Held-out tasks of the report at the end; 0 for none.", changesNumbers: false),
  ]

  private static let validationFields: [ConfigurationField] = [
    .integer(
      "validation.every", \.validation.every, 0...10_000_000,
      "Meta-iterations between trials on validation tasks; 0 for none."),
    .integer(
      "validation.tasks", \.validation.tasks, 1...1_000_000, "Validation tasks a trial."),
    .integer(
      "validation.rollouts_per_task", \.validation.rolloutsPerTask, 1...1_000_000,
      "Episodes a validation task, before and after each adaptation step."),
    .integer(
      "validation.adaptation_steps", \.validation.adaptationSteps, 0...1000,
      "Adaptation steps of a trial; the score is their mean return. "
        + "0: the training's, and the last alone."),
  ]

  private static let policyFields: [ConfigurationField] = [
    .integers(
      "policy.hidden", \.learner.policy.hidden, 1...65_536,
      "Widths of the hidden layers; [] for a linear policy."),
    .choice(
      "policy.activation", \.learner.policy.activation, "After every hidden layer: tanh or relu."),
    .number(
      "policy.initial_standard_deviation", \.learner.policy.initialStandardDeviation, .deviation,
      "Sigma of the actions at the start."),
    .number(
      "policy.minimum_standard_deviation", \.learner.policy.minimumStandardDeviation, .deviation,
      "Smallest sigma; its gradient is zero below."),
    .integer(
      "policy.context", \.learner.policy.context, 0...65_536,
      "Context parameters joined to the input of the first layer; 0 for none."),
  ]

  private static let samplingFields: [ConfigurationField] = [
    .integer(
      "sampling.meta_batch_size", \.learner.sampling.metaBatchSize, 1...1_000_000,
      "M, tasks a meta-iteration."),
    .integer(
      "sampling.rollouts_per_task", \.learner.sampling.rolloutsPerTask, 1...1_000_000,
      "Episodes a task with each policy, before and after each adaptation step."),
    .number(
      "advantages.discount", \.learner.advantages.discount, .unit, "Gamma, the discount."),
    .number(
      "advantages.gae_lambda", \.learner.advantages.gaeLambda, .unit,
      "Lambda of generalized advantage estimation."),
    .number(
      "advantages.baseline_ridge", \.learner.advantages.baselineRidge, .ridge,
      "Ridge of the linear feature baseline."),
  ]

  private static let adaptationFields: [ConfigurationField] = [
    .integer(
      "adaptation.steps", \.learner.adaptation.steps, 0...1000,
      "K, gradient steps of the adaptation; 0 trains without."),
    .choice(
      "adaptation.part", \.learner.adaptation.part,
      "What an inner step changes: all, head, head-and-deviation, body or context."),
    .number(
      "adaptation.inner_learning_rate", \.learner.adaptation.innerLearningRate, .notNegative,
      "Alpha, the step size of the adaptation."),
    .number(
      "adaptation.later_step_factor", \.learner.adaptation.laterStepFactor, .notNegative,
      "What alpha is multiplied by after the first step, in training and in all that adapts."),
    .choice(
      "adaptation.learned_rates", \.learner.adaptation.learnedRates,
      "Inner rates that are learned, from alpha: none, elementwise, or tensorwise (and by step)."),
    .choice(
      "adaptation.estimator", \.learner.adaptation.estimator,
      "The adaptation's surrogate: log-likelihood, lvc or dice."),
    .choice(
      "adaptation.order", \.learner.adaptation.order,
      "The meta-gradient goes through the adaptation (exact) or past it (first)."),
    .number(
      "dice.lambda", \.learner.adaptation.diceLambda, .unit,
      "How far past actions are credited in the Hessian.", formerly: "adaptation.dice_lambda"),
  ]

  private static let outerFields: [ConfigurationField] = [
    .choice(
      "outer.objective", \.learner.outer.objective,
      "What the outer step minimizes: surrogate or clipped."),
    .number(
      "outer.support_credit", \.learner.outer.supportCredit, .notNegative,
      "Credit to the sampling before adaptation for the return after it; 0 for none."),
    .choice("outer.step", \.learner.outer.step, "The outer step: trpo, adam or average."),
    .integer(
      "outer.multi_step_iterations", \.learner.outer.multiStepIterations, 0...10_000_000,
      "Meta-iterations over which the loss after early inner steps counts too; 0 for none "
        + "(examples)."),
    .integer(
      "outer.maximum_consecutive_rejections", \.learner.outer.maximumConsecutiveRejections,
      1...1_000_000, "Outer steps rejected in a row after which the run stops.",
      changesNumbers: false),
  ]

  /// The sections of one objective or one outer step.
  private static let stepFields: [ConfigurationField] = [
    .number(
      "clip.range", \.learner.outer.clipRange, .clipRange,
      "How far the ratio may move from 1 before it is clipped.", formerly: "outer.clip_range"),
    .number(
      "clip.inner_kl_penalty", \.learner.outer.innerKLPenalty, .notNegative,
      "Penalty on the KL divergence of the policies before adaptation.",
      formerly: "outer.inner_kl_penalty"),
    .number(
      "clip.inner_kl_target", \.learner.outer.innerKLTarget, .notNegative,
      "KL divergence that the penalty is doubled or halved to hold; 0 keeps it.",
      formerly: "outer.inner_kl_target"),
    .number(
      "trust_region.maximum_kl", \.learner.outer.maximumKL, .divergence,
      "Delta, bound on the mean KL divergence of the adapted policies.",
      formerly: "outer.maximum_kl"),
    .integer(
      "trust_region.conjugate_gradient_iterations", \.learner.outer.conjugateGradientIterations,
      1...100_000, "Conjugate-gradient iterations.",
      formerly: "outer.conjugate_gradient_iterations"),
    .number(
      "trust_region.damping", \.learner.outer.damping, .notNegative, "Added to the curvature.",
      formerly: "outer.damping"),
    .number(
      "trust_region.backtrack_ratio", \.learner.outer.backtrackRatio, .insideUnit,
      "Factor on the step after each failed candidate.", formerly: "outer.backtrack_ratio"),
    .integer(
      "trust_region.maximum_backtracks", \.learner.outer.maximumBacktracks, 1...10_000,
      "Candidates tried before the step is rejected.", formerly: "outer.maximum_backtracks"),
    .number(
      "adam.learning_rate", \.learner.outer.outerLearningRate, .outerLearningRate,
      "Beta, the step size.", formerly: "outer.outer_learning_rate"),
    .integer(
      "adam.epochs", \.learner.outer.epochs, 1...10_000, "Steps on the same batches.",
      formerly: "outer.epochs"),
    .number(
      "adam.maximum_kl", \.learner.outer.maximumStepKL, .divergence,
      "Mean KL(old, new) beyond which a step is rejected as diverging.",
      formerly: "outer.maximum_step_kl"),
    .number(
      "average.rate", \.learner.outer.averageRate,
      NumberRange(lower: 0, upper: 1, lowerIsOpen: true),
      "Share of the way to the adapted parameters.", formerly: "outer.average_rate"),
    .integer(
      "average.anneal_iterations", \.learner.outer.averageAnnealIterations, 0...10_000_000,
      "Steps until the share has fallen to 0; 0 keeps it.",
      formerly: "outer.average_anneal_iterations"),
    .number(
      "average.maximum_kl", \.learner.outer.maximumStepKL, .divergence,
      "Mean KL(old, new) beyond which a step is rejected as diverging.",
      formerly: "outer.maximum_step_kl"),
  ]
}
