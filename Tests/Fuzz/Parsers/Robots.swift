import Environments
import Experiments
import Files
import Foundation
import TestSupport

extension FuzzedParser {
  #if MuJoCo
    /// Definitions of robots, and their models.
    static let robots = [
      definition(of: ["half-cheetah-velocity"]),
      definition(of: ["ant-goal"]),
      definition(of: ["hopper-dynamics"]),
      script("half-cheetah-velocity", replays: ["half-cheetah-velocity", "hopper-dynamics"]),
      FuzzedParser(
        "robot-model", reads: "the same model under a robot's definition", .xml, allowed: allowed
      ) { scratch in
        let path = FileSystem.join(scratch, "half-cheetah.xml")
        let definition = try BroughtFiles.bytes("Families/half-cheetah-dynamics.yaml")
        return Prepared(seeds: [try BroughtFiles.bytes("Models/half-cheetah.xml")]) { input in
          try write(input, to: path)
          let text = String(decoding: definition, as: UTF8.self)
          try withLimits {
            try tryOut(
              DefinedTaskFamily(FamilyDefinition(text: text, origin: "fuzz", folder: scratch)))
          }
        }
      },
      FuzzedParser("mjcf", reads: "MJCF models", .xml, allowed: allowed) { scratch in
        let path = FileSystem.join(scratch, "model.xml")
        let names = ["half-cheetah", "ant", "hopper", "swimmer", "walker2d"]
        let seeds = try names.map { try BroughtFiles.bytes("Models/\($0).xml") }
        return Prepared(seeds: seeds + [Array(manyKinds.utf8)]) { input in
          try write(input, to: path)
          try step(path)
        }
      },
      FuzzedParser(
        "mjcf-schema", reads: "every element and attribute of MJCF, with files beside", .xml,
        allowed: allowed
      ) { scratch in
        let path = FileSystem.join(scratch, "model.xml")
        try prepareFiles(in: scratch)
        nonisolated(unsafe) var writer = ModelWriter(valid: manyKinds)
        return Prepared(
          seeds: [Array(manyKinds.utf8)],
          generate: { index, seed in writer.input(index, seed: seed) }
        ) { input in
          let part = input.firstRange(of: ModelWriter.separator)
          try write(Array(input[..<(part?.lowerBound ?? input.endIndex)]), to: path)
          try write(
            Array(input[(part?.upperBound ?? input.endIndex)...]) + [0x20],
            to: FileSystem.join(scratch, "part.xml"))
          try step(path)
        }
      },
    ]

    /// What is beside the process of its own in which a model is compiled takes the rest.
    private static let allowed = (seconds: 1.0, bytes: 400_000_000)

    private static func withLimits(_ body: () throws -> Void) throws {
      var limits = ModelTrial.Limits()
      (limits.processorSeconds, limits.bytes, limits.compiledBytes) = (0.3, 256 << 20, 64 << 20)
      try ModelTrial.$limits.withValue(limits, operation: body)
    }

    /// Loads a model and steps it, as it is and with other masses.
    private static func step(_ path: String) throws {
      try withLimits {
        let model = try MuJoCoModel(path: path)
        var scales = DynamicsScales()
        scales.mass = 2
        for scales in [DynamicsScales(), scales] {
          let simulation = try MuJoCoSimulation(MuJoCoTaskModel(model, scales: scales))
          for _ in 0..<3 where !simulation.step(count: 1) { simulation.reset() }
        }
      }
    }

    /// Files of every kind that a model may name: good, broken, endless, elsewhere.
    private static func prepareFiles(in scratch: String) throws {
      func place(_ name: String) -> String { FileSystem.join(scratch, name) }
      let texts = [
        "text.part": "x<mujoco><asset><mesh name='n' file='wedge.obj'/></asset></mujoco>",
        "loop.xml": "<mujoco><include file='loop.xml'/><include file='part.xml'/></mujoco>",
        "wedge.obj": "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 2 3\nf 1 4 2\nf 1 3 4\nf 2 4 3\n",
        "hills.bin": "\u{2}\0\0\0\u{2}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "0": "0",
        "empty": "",
      ]
      for (name, text) in texts { try write(Array(text.utf8), to: place(name)) }
      var generator = SeededGenerator(seed: 7)
      for name in ["noise.stl", "noise.skn", "noise.png", "noise.msh"] {
        try write((0..<200).map { _ in UInt8(generator.next() & 7) }, to: place(name))
      }
      try FileSystem.createFolder(place("folder"))
      mkfifo(place("pipe"), 0o600)
      symlink("/etc/passwd", place("link"))
      symlink("/", place("out"))
    }

    /// A model with the kinds of elements that the robots do not have.
    private static let manyKinds = """
      <mujoco model="kinds">
        <compiler angle="degree" meshdir="meshes" texturedir="pictures"/>
        <size njmax="100" nconmax="50" nstack="20000" nuserdata="3" nkey="2"/>
        <option timestep="0.01" integrator="RK4" solver="PGS" cone="elliptic"/>
        <visual><map znear="0.1"/><quality shadowsize="1024"/></visual>
        <default><geom rgba="1 0 0 1"/><default class="thin"><geom size="0.01"/></default></default>
        <asset>
          <texture name="sky" type="skybox" builtin="gradient" width="64" height="64"/>
          <material name="m" texture="sky"/>
          <mesh name="wedge" vertex="0 0 0 1 0 0 0 1 0 0 0 1"/>
          <hfield name="hills" nrow="8" ncol="8" size="1 1 0.2 0.1"/>
        </asset>
        <worldbody>
          <light pos="0 0 3"/><camera name="c" pos="0 -3 1"/>
          <geom type="plane" size="5 5 0.1"/><geom type="hfield" hfield="hills" pos="3 0 0"/>
          <body name="a" pos="0 0 1"><freejoint/><geom name="g" type="mesh" mesh="wedge"/>
            <site name="s"/>
            <body name="b" pos="0.2 0 0"><joint name="j" type="hinge" axis="0 1 0" limited="true" range="-90 90"/>
              <geom class="thin" type="capsule" fromto="0 0 0 0 0 0.4"/><site name="t"/></body>
          </body>
          <body name="B3" pos="0 1 1">
            <composite type="rope" count="6 1 1" spacing="0.1"><geom size="0.02"/></composite>
          </body>
        </worldbody>
        <tendon><spatial name="cord"><site site="s"/><site site="t"/></spatial>
          <fixed name="sum"><joint joint="j" coef="0.5"/></fixed></tendon>
        <equality><connect body1="a" body2="b" anchor="0 0 0"/></equality>
        <contact><exclude body1="a" body2="b"/></contact>
        <actuator><motor joint="j" gear="5" ctrlrange="-1 1" ctrllimited="true"/>
          <position joint="j" kp="3"/><muscle tendon="cord" lengthrange="0.1 1"/></actuator>
        <sensor><accelerometer site="s"/><jointpos joint="j"/><touch site="t"/></sensor>
        <keyframe><key time="1"/></keyframe>
      </mujoco>
      """
  #else
    /// None in a build without MuJoCo.
    static let robots: [FuzzedParser] = []
  #endif
}
