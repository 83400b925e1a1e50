#if MuJoCo
  import Foundation

  @testable import Environments

  /// Models for tests of the lane engine, and families of them.
  enum LaneModels {
    /// A tilted floor, a wall without friction, a body in the air with wind, a hinge and a slide
    /// along skew axes, springs, limits of forces, every way of softness, links that touch.
    static let odd = """
      <mujoco model="odd">
        <compiler angle="degree"/>
        <option integrator="Euler" timestep="0.004" gravity="0.3 -0.2 -9.81" density="1.5"
                viscosity="0.2" wind="1 0.5 -0.2" impratio="2.5"/>
        <size njmax="500" nconmax="100"/>
        <default>
          <geom condim="3" friction="0.8 0.1 0.1" margin="0.01" gap="0.004"/>
          <joint damping="0.3" armature="0.02" limited="true"/>
        </default>
        <worldbody>
          <geom name="floor" type="plane" size="5 5 1" pos="0.1 0 -0.1" euler="8 -5 20" solmix="3"/>
          <geom name="wall" type="plane" size="5 5 1" pos="-3 0 0" euler="0 80 0" condim="1"/>
          <body name="crate" pos="0 0 0.5" euler="20 30 40">
            <joint type="free" limited="false" armature="0" damping="0.05"/>
            <geom type="sphere" size="0.1" pos="0.05 0.02 0" friction="0.3"/>
            <geom type="capsule" size="0.05 0.2" pos="0 0.1 0" euler="30 50 0" priority="1"
                  friction="1.3" solimp="0.7 0.95 0.02 0.3 1"/>
            <body name="tail" pos="0.1 0.2 0" euler="0 0 25">
              <joint name="h" axis="1 2 -0.5" pos="0.02 0 0.01" range="-120 120" stiffness="3"
                     springref="10"/>
              <geom type="capsule" fromto="0 0 0 0.2 0.1 0.05" size="0.04" solref="-2000 -60"/>
              <body name="tip" pos="0.2 0.1 0.05">
                <joint name="s" type="slide" axis="0 1 1" range="-0.05 0.1"
                       solreflimit="0.03 0.7" solimplimit="0.5 0.99 0.02 0.6 2" margin="0.01"/>
                <joint name="t" axis="0 0 1" range="-170 170"/>
                <geom type="capsule" fromto="0 0 0 0.2 -0.3 0" size="0.05"/>
                <site name="end" pos="0.2 -0.3 0.01"/>
                <geom type="sphere" size="0.1" pos="0.2 -0.3 0" condim="1"/>
              </body>
            </body>
          </body>
          <body name="pole" pos="0.8 0 0">
            <joint name="p1" type="slide" axis="0 0 1" range="-1 1"/>
            <joint name="p2" axis="0 1 0" range="-100 100"/>
            <geom type="capsule" fromto="0 0 0 0 0 0.5" size="0.05" contype="0" conaffinity="0"/>
          </body>
        </worldbody>
        <actuator>
          <motor joint="h" gear="14" ctrllimited="true" ctrlrange="-1 1"/>
          <motor joint="s" gear="-3" ctrllimited="true" ctrlrange="-0.5 1"/>
          <motor joint="t" gear="12" ctrllimited="true" ctrlrange="-1 1" forcelimited="true"
                 forcerange="-0.5 0.7"/>
          <motor joint="p2" gear="3" ctrllimited="true" ctrlrange="-1 1"/>
        </actuator>
      </mujoco>
      """

    /// A plain model that lanes cover.
    static let plain = """
      <mujoco model="plain">
        <worldbody>
          <geom name="floor" type="plane" size="5 5 1"/>
          <body name="body" pos="0 0 1">
            <joint name="rail" type="slide" axis="1 0 0"/>
            <joint name="turn" type="hinge" axis="0 1 0"/>
            <geom name="bar" type="capsule" size="0.1 0.3"/>
          </body>
        </worldbody>
        <actuator>
          <motor name="motor" joint="turn" ctrllimited="true" ctrlrange="-1 1"/>
        </actuator>
      </mujoco>
      """

    /// A family that reads everything of a model.
    static func family(_ model: String, physics: PhysicsChoice = .definition) throws
      -> DefinedTaskFamily
    {
      let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try model.write(to: folder.appending(path: "model.xml"), atomically: true, encoding: .utf8)
      let text = """
        name: lane-model
        version: 1
        summary: A model for tests of lanes.
        source: Nobody.
        simulator: mujoco
        horizon: 100
        action_scale: 1
        robot:
          model: model.xml
          frame_skip: 3
          reset_noise: {qpos: {uniform: 0.1}, qvel: {normal: 0.1}}
          point: {qpos: [0]}
          observation: [{read: qpos}, {read: qvel}]
          reward:
            velocity: {kind: velocity_along, direction: 1}
        """
      return try DefinedTaskFamily(
        FamilyDefinition(
          text: text, origin: "lane-model.yaml", folder: folder.path, physics: physics))
    }
  }
#endif
