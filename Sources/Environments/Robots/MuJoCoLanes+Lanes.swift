#if MuJoCo
  import MetaLearning

  extension MuJoCoLanes {
    /// A control step of all active lanes on the lane engine.
    func step(_ batch: inout LaneBatch, on physics: LanePhysics) {
      noise.removeAll(keepingCapacity: true)
      for lane in 0..<laneCount {
        if batch.active[lane] { memory.steps[lane] += 1 }
        noise.append(memory.stream(lane))
        isStepped[lane] = false
        hasDiverged[lane] = false
        guard batch.active[lane] else { continue }
        (efforts[lane], changes[lane]) = applyAction(lane, batch, using: &noise[lane])
        starts[lane] = settings.point.place(in: simulations[lane])
        isStepped[lane] = efforts[lane].isFinite
      }
      physics.step(
        simulations, where: isStepped, count: settings.frameSkip, results: laneResults,
        hasDiverged: &hasDiverged)
      for lane in 0..<laneCount where batch.active[lane] {
        finishStep(
          lane, effort: efforts[lane], change: changes[lane], start: starts[lane],
          isFinite: isStepped[lane] && !hasDiverged[lane], batch: &batch, using: &noise[lane])
      }
    }

    /// What observations and rewards read, as the lane engine is asked for it.
    var laneResults: LanePhysics.Results {
      var results: LanePhysics.Results = []
      if needsContactForces { results.insert(.contactForces) }
      if needsKinematics {
        results.insert(.currentPoses)
      } else if needsPoses {
        results.insert(.poses)
      }
      return results
    }
  }
#endif
