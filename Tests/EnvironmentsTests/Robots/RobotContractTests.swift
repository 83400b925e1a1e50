#if MuJoCo
  import Environments
  import MetaLearning
  import Testing

  @Suite struct RobotContractTests {
    @Test(
      arguments: RobotFixture.names.filter { !$0.contains("@") } + [
        "half-cheetah-velocity@finn2017", "half-cheetah-direction@pytorch-maml-rl",
        "ant-velocity@finn2017", "ant-goal@promp", "arm-reach@sparse", "arm-reach@payload",
        "arm-reach@sensors",
      ])
    func `every robot family keeps the contract`(name: String) throws {
      let family = try FamilyCatalog(folders: [RobotFixture.folder]).family(named: name)
      for outcome in EnvironmentContract(family).run() {
        #expect(outcome.passed, "\(outcome.name): \(outcome.failure ?? "")")
      }
    }

    @Test(arguments: ["half-cheetah-velocity", "swimmer-velocity"], 1...5)
    func `every frame skip from 1 to 5 keeps the contract`(name: String, frameSkip: Int) throws {
      let own = name == "swimmer-velocity" ? 4 : 5
      let text = try RobotFixture.text(
        of: name, replacing: "frame_skip: \(own)", with: "frame_skip: \(frameSkip)")
      let family = try RobotFixture.family(text)
      for outcome in EnvironmentContract(family).run() {
        #expect(outcome.passed, "\(outcome.name): \(outcome.failure ?? "")")
      }
    }
  }
#endif
