import ArgumentParser
import Environments

/// What steps the robots' models.
struct PhysicsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What steps a robot's model: mujoco; lanes, eight simulations at once; auto, lanes where "
        + "they cover it. Default: what the definition, run or recording says.",
      valueName: "engine"))
  var physics: PhysicsChoice?
}

extension PhysicsChoice: ExpressibleByArgument {}
