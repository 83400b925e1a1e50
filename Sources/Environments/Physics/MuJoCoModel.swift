#if MuJoCo
  import CMuJoCo
  import CMuJoCoGuard
  import Synchronization

  /// A compiled MJCF model: loaded once, then read by every simulation of it, freed once.
  ///
  /// The model never changes after its initializer, so it is shared between workers. It holds
  /// addresses, not pointers, because only values cross between workers; no pointer leaves
  /// `Physics`. Simulations that are done return their memory to the model's pool.
  public final class MuJoCoModel: Sendable {
    /// The file that was loaded.
    public let path: String
    /// Every file that takes part, as it was read; the model first.
    public let files: [ModelFile]
    /// The address of the mjModel.
    private let address: UInt
    /// Memory of simulations and of changed copies that are not in use.
    private let pool = Mutex(Pool())

    /// Unused memory, by kind.
    private struct Pool {
      var data: [UInt] = []
      var models: [UInt] = []
    }

    /// Loads and compiles a model: first in a process of its own, with limits, then here.
    ///
    /// - Parameters:
    ///   - path: an MJCF file.
    ///   - overrides: what differs from the file for this use of it.
    /// - Throws: `MuJoCoError.model` with the path and MuJoCo's own message on one line,
    ///   `.refused` for what `ModelFileCheck` and `ModelTrial` do not let through, or
    ///   `.outOfMemory`.
    public init(path: String, overrides: PhysicsOverrides = PhysicsOverrides())
      throws(MuJoCoError)
    {
      guard_install_handlers()
      files = try ModelFileCheck.files(of: path)
      try ModelTrial.pass(files, path: path)
      self.path = path
      address = UInt(bitPattern: try Self.compile(files, path: path))
      overrides.apply(to: UnsafeMutablePointer(mutating: pointer))
    }

    /// Compiles files that have passed the trial.
    private static func compile(_ files: [ModelFile], path: String) throws(MuJoCoError)
      -> UnsafeMutablePointer<mjModel>
    {
      var reason = [CChar](repeating: 0, count: 1024)
      var isMemory: Int32 = 0
      let model = GuardFiles.with(files) { files in
        guard_load(files.baseAddress, Int32(files.count), &reason, Int32(reason.count), &isMemory)
      }
      if let model { return model }
      guard isMemory == 0 else { throw .outOfMemory(path: path) }
      throw .model(path: path, reason: MuJoCoError.oneLine(text(ofC: reason)))
    }

    deinit {
      pool.withLock { pool in
        for data in pool.data { mj_deleteData(UnsafeMutablePointer(bitPattern: data)) }
        for model in pool.models { mj_deleteModel(UnsafeMutablePointer(bitPattern: model)) }
      }
      mj_deleteModel(UnsafeMutablePointer(bitPattern: address))
    }

    /// The model, for reading.
    var pointer: UnsafePointer<mjModel> {
      guard let pointer = UnsafePointer<mjModel>(bitPattern: address) else {
        preconditionFailure("the model's address is null")
      }
      return pointer
    }

    /// Memory for a simulation, from the pool or new; its contents are undefined.
    func takeData() throws(MuJoCoError) -> UnsafeMutablePointer<mjData> {
      let pooled = pool.withLock { $0.data.popLast() }
      if let data = pooled.flatMap({ UnsafeMutablePointer<mjData>(bitPattern: $0) }) {
        return data
      }
      guard let data = guard_make_data(pointer) else { throw .outOfMemory(path: path) }
      return data
    }

    /// Returns a simulation's memory to the pool.
    func giveBack(data: UnsafeMutablePointer<mjData>) {
      pool.withLock { $0.data.append(UInt(bitPattern: data)) }
    }

    /// A copy of the model that may be changed, from the pool's memory or new.
    func takeCopy() throws(MuJoCoError) -> UnsafeMutablePointer<mjModel> {
      let pooled = pool.withLock { $0.models.popLast() }
      let copy = guard_copy_model(pooled.flatMap { UnsafeMutablePointer(bitPattern: $0) }, pointer)
      guard let copy else { throw .outOfMemory(path: path) }
      return copy
    }

    /// Returns a changed copy's memory to the pool.
    func giveBack(copy: UnsafeMutablePointer<mjModel>) {
      pool.withLock { $0.models.append(UInt(bitPattern: copy)) }
    }
  }

  /// What one use of a model changes right after loading; nil leaves the file's value.
  public struct PhysicsOverrides: Sendable, Hashable {
    /// Seconds of one physics step.
    public var timestep: Double?
    /// `solref` of every geom, two numbers.
    public var contactSolref: [Double]?
    /// `solimp` of every geom, its first three numbers.
    public var contactSolimp: [Double]?

    /// No change, or the given ones.
    public init(
      timestep: Double? = nil, contactSolref: [Double]? = nil, contactSolimp: [Double]? = nil
    ) {
      self.timestep = timestep
      self.contactSolref = contactSolref
      self.contactSolimp = contactSolimp
    }

    /// Writes the changes into a model that nobody else reads yet.
    func apply(to model: UnsafeMutablePointer<mjModel>) {
      if let timestep { model.pointee.opt.timestep = timestep }
      for geom in 0..<Int(model.pointee.ngeom) {
        for (index, value) in (contactSolref ?? []).prefix(Int(mjNREF)).enumerated() {
          model.pointee.geom_solref[geom * Int(mjNREF) + index] = value
        }
        for (index, value) in (contactSolimp ?? []).prefix(Int(mjNIMP)).enumerated() {
          model.pointee.geom_solimp[geom * Int(mjNIMP) + index] = value
        }
      }
    }
  }
#endif
