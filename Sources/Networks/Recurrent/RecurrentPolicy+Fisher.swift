import DenseMath

extension RecurrentPolicy {
  /// A part's share of the mean Fisher product F v of a batch's steps, through whole sequences:
  /// Σ Dᵀ M D v / N, where D is the derivative of a step's distribution and M its Fisher matrix.
  ///
  /// - Parameters:
  ///   - parameters: θ of the forward pass.
  ///   - direction: v.
  ///   - lengths: steps of each lane, [L]; what lies behind counts nothing.
  ///   - batchSteps: N, steps of the whole batch.
  ///   - memory: of the forward pass; its gradients are overwritten.
  ///   - product: added to, [P]; zero for the value head.
  public func addFisherProduct(
    _ parameters: RecurrentParameters<Scalar>, along direction: RecurrentParameters<Scalar>,
    lengths: [Int], batchSteps: Int, _ memory: SequenceMemory<Scalar>,
    product: UnsafeMutablePointer<Scalar>
  ) {
    tangent(parameters, along: direction, memory)
    let width = outputWidth
    let metric = FisherMetric(distribution: distribution, rowCount: 1)
    let scale = 1 / Double(max(batchSteps, 1))
    let logs = logStandardDeviations(parameters)
    let mask = floorMask(parameters)
    let moved = zip(deviations, mask).map {
      Double(direction.vector.pointer()[$0]) * $1
    }
    var deviationProduct = [Double](repeating: 0, count: logs.count)
    for step in 0..<memory.steps {
      for lane in 0..<memory.lanes {
        let row = step * memory.lanes + lane
        let tangent = memory.outputGradients.pointer(row: row)
        guard step < lengths[lane] else {
          for k in 0..<width { tangent[k] = 0 }
          continue
        }
        let outputs = memory.outputs.pointer(row: row)
        var result = OutputGradient(outputCount: width, logStandardDeviationCount: logs.count)
        metric.addProduct(
          OutputBlock(
            firstRow: 0, rowCount: 1, outputs: (0..<width).map { Double(outputs[$0]) },
            logStandardDeviations: logs),
          tangent: OutputTangent(
            outputs: (0..<width).map { Double(tangent[$0]) }, logStandardDeviations: moved),
          into: &result)
        for k in 0..<width { tangent[k] = Scalar(scale * result.outputs[k]) }
        for d in logs.indices { deviationProduct[d] += scale * result.logStandardDeviations[d] }
      }
    }
    memory.valueGradients.clear()
    reverse(parameters, memory, gradient: product)
    for (d, place) in deviations.enumerated() {
      product[place] += Scalar(mask[d] * deviationProduct[d])
    }
  }
}
