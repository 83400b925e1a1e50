#if MuJoCo
  import Foundation
  import Testing

  @testable import Environments

  /// The end of memory is an error, wherever MuJoCo meets it.
  @Suite struct MemoryEndTests {
    @Test func `without memory a simulation is refused and the process goes on`() async {
      // A process of its own, because the allocator is everybody's.
      await #expect(processExitsWith: .success) {
        let model = try MuJoCoModel(path: PackageFiles.model("hopper"))
        typealias Allocator = @convention(c) (Int) -> UnsafeMutableRawPointer?
        let allocator = try #require(dlsym(nil, "mju_user_malloc"))
          .assumingMemoryBound(to: Allocator?.self)
        allocator.pointee = { _ in nil }
        #expect(throws: MuJoCoError.outOfMemory(path: model.path)) { try model.takeData() }
        #expect(throws: MuJoCoError.outOfMemory(path: model.path)) { try model.takeCopy() }
        allocator.pointee = nil
        var scales = DynamicsScales()
        scales.mass = 2
        let simulation = try MuJoCoSimulation(MuJoCoTaskModel(model, scales: scales))
        #expect(simulation.step(count: 1))
      }
    }
  }
#endif
