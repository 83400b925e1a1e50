#if MuJoCo
  import Foundation
  import Synchronization
  import Testing

  @testable import Environments

  /// What MuJoCo does not bear ends a process of its own and is an error in this one.
  @Suite struct ModelTrialTests {
    /// Loads a model with files beside it.
    private func load(
      _ model: String, beside files: [String: [UInt8]] = [:],
      change: (inout ModelTrial.Limits) -> Void = { _ in }
    ) throws -> MuJoCoModel {
      let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
      defer { try? FileManager.default.removeItem(at: folder) }
      for (name, bytes) in files.merging(["m.xml": Array(model.utf8)], uniquingKeysWith: { $1 }) {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
      }
      var limits = ModelTrial.limits
      change(&limits)
      return try ModelTrial.$limits.withValue(limits) {
        try MuJoCoModel(path: folder.appending(path: "m.xml").path)
      }
    }

    private func refusal(
      _ model: String, beside files: [String: [UInt8]] = [:],
      change: (inout ModelTrial.Limits) -> Void = { _ in }
    ) throws -> String {
      let error = #expect(throws: MuJoCoError.self) {
        try load(model, beside: files, change: change)
      }
      return error?.description ?? ""
    }

    /// A body with a joint, a place for an actuator, and anything else.
    private func robot(_ rest: String, gear: String = "1", compiler: String = "") -> String {
      """
      <mujoco><compiler>\(compiler)</compiler><worldbody><body><joint name="j" axis="0 1 0"/>
      <geom size="0.1" pos="0.2 0 0"/></body></worldbody>\(rest)</mujoco>
      """
    }

    @Test(arguments: ["<mesh name='m' file='0'/>", "<skin name='m' file='0'/>"])
    func `an exception that leaves MuJoCo is an error`(asset: String) throws {
      let said = try refusal(robot("<asset>\(asset)</asset>"), beside: ["0": [0]])
      #expect(said.contains("exception") || said.contains("crashes"), "\(said)")
      _ = try MuJoCoModel(path: PackageFiles.model("hopper"))
    }

    @Test func `a model that compiles for ever is cut off`() throws {
      let said = try refusal(
        robot(
          "<actuator><muscle joint='j'/></actuator>",
          compiler: "<lengthrange inttotal='1e12' timestep='1e-6'/>"
        ), change: { $0.processorSeconds = 0.25 })
      #expect(said.contains("takes more than 0.25 s to compile"), "\(said)")
    }

    @Test func `a model that needs more memory than is allowed is refused`() throws {
      let texture = "<texture name='t' type='2d' builtin='flat' width='2000' height='2000'/>"
      let said = try refusal(robot("<asset>\(texture)</asset>"), change: { $0.bytes = 8 << 20 })
      #expect(said.contains("MuJoCo needs more than 8388608 bytes"), "\(said)")
      _ = try load(robot("<asset>\(texture)</asset>"))
    }

    @Test func `a model that waits is cut off by the clock`() throws {
      let said = try refusal(robot("<custom><numeric name='n' data='1'/></custom>")) {
        $0.wallSeconds = 0
      }
      #expect(said.contains("takes more than"), "\(said)")
    }

    @Test func `a model that has passed is not tried again`() throws {
      let model = robot(
        "<custom><numeric name='n' data='\(UInt32.random(in: 0 ... .max))'/></custom>")
      _ = try load(model)
      // No second trial could end in no time.
      _ = try load(model) { $0.wallSeconds = 0 }
      let said = try refusal(model + " ") { $0.wallSeconds = 0 }
      #expect(said.contains("takes more than"), "\(said)")
    }

    /// Believes one model and notes what it is told about it; other tests go on as without it.
    private final class Ledger: ModelTrialLedger {
      let mark: String
      let believes: Bool
      let noted = Mutex<[[[UInt8]]]>([])

      init(mark: String, believes: Bool) { (self.mark, self.believes) = (mark, believes) }

      private func isAbout(_ identity: [[UInt8]]) -> Bool {
        identity.contains { $0.firstRange(of: Array(mark.utf8)) != nil }
      }

      func hasPassed(_ identity: [[UInt8]]) -> Bool { believes && isAbout(identity) }

      func notePassed(_ identity: [[UInt8]]) {
        if isAbout(identity) { noted.withLock { $0.append(identity) } }
      }
    }

    @Test func `a ledger spares the trial of what it knows, and is told what has passed`() throws {
      defer { ModelTrial.keep(in: nil) }
      let mark = "n\(UInt32.random(in: 0 ... .max))"
      let model = robot("<custom><numeric name='\(mark)' data='1'/></custom>")
      let empty = Ledger(mark: mark, believes: false)
      ModelTrial.keep(in: empty)
      // What is refused is not noted; the same model under other limits, or changed, is another.
      _ = try refusal(model) { $0.wallSeconds = 0 }
      #expect(empty.noted.withLock { $0 }.isEmpty)
      _ = try load(model)
      _ = try load(model + " ") { $0.bytes += 1 }
      _ = try load(model + "  ")
      let noted = empty.noted.withLock { $0 }
      #expect(noted.count == 3 && Set(noted.map { $0.map { Data($0) } }).count == 3)
      #expect(noted.allSatisfy { $0.last?.starts(with: Array(model.utf8)) == true })
      #expect(noted[0][0] != noted[1][0] && noted[0][0] == noted[2][0])

      let unseen = model + "   "
      _ = try refusal(unseen) { $0.wallSeconds = 0 }
      ModelTrial.keep(in: Ledger(mark: mark, believes: true))
      _ = try load(unseen) { $0.wallSeconds = 0 }
    }

    @Test func `what a compiled model takes is bounded`() throws {
      let said = try refusal(robot("<size nuserdata='90000'/>")) { $0.compiledBytes = 700_000 }
      #expect(said.contains("a simulation takes") && said.contains("at most 700000"), "\(said)")
      let texture = "<texture name='t' type='2d' builtin='flat' width='500' height='500'/>"
      let other = try refusal(robot("<asset>\(texture)</asset>")) { $0.compiledBytes = 700_000 }
      #expect(other.contains("the compiled model takes"), "\(other)")
    }

    @Test func `included files, meshes, height fields and pictures come from memory`() throws {
      let corners = (0..<4).map { "v \($0 & 1) \($0 >> 1) \($0 == 3 ? 1 : 0)\n" }.joined()
      let model = try load(
        """
        <mujoco><compiler meshdir="Meshes" texturedir="./pictures/"/><include file="parts/A.xml"/>
        <asset><mesh name="w" file="sub/Wedge.obj"/><hfield name="h" file="hills" size="1 1 1 1"/>
        </asset><worldbody><body><freejoint/><geom type="mesh" mesh="w"/></body></worldbody></mujoco>
        """,
        beside: [
          "parts/A.xml": Array(
            "x<mujoco><option timestep='0.25'/><include file='b'/></mujoco>".utf8),
          "b": Array("<mujoco><option gravity='0 0 -1'/></mujoco>".utf8),
          "Meshes/sub/Wedge.obj": Array("\(corners)f 1 2 3\nf 1 4 2\nf 1 3 4\nf 2 4 3\n".utf8),
          "Meshes/hills": [2, 0, 0, 0, 2, 0, 0, 0] + [UInt8](repeating: 0, count: 16),
        ])
      #expect(model.timestep == 0.25)
      #expect(model.pointer.pointee.opt.gravity.2 == -1)
      #expect(model.pointer.pointee.nmesh == 1 && model.pointer.pointee.nhfield == 1)
      #expect(
        model.files.map(\.name).sorted() == [
          "Meshes/hills", "Meshes/sub/Wedge.obj", "b", "m.xml", "parts/A.xml",
        ])
    }
  }
#endif
