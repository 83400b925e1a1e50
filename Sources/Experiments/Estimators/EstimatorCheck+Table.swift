import Files
import MetaLearning

extension EstimatorCheck {
  /// The rows for people.
  public func table(family: any TaskFamily, request: Request) -> ReportTable {
    let reference =
      isExact
      ? "the enumerated gradient"
      : "the mean of \(request.referenceBatches) DiCE estimates from "
        + "\(request.referenceRollouts) episodes a task"
    var table = ReportTable(
      "\(family.qualifiedName): \(request.batches) estimates from \(request.tasks) tasks × "
        + "\(request.rolloutsPerTask) episodes, alpha \(request.innerLearningRate), against "
        + reference,
      ["estimator", "cosine", "relative bias", "its noise", "relative deviation", "ms"])
    for row in rows {
      table.append([
        row.estimator.rawValue, FigureText.fixed(row.cosine, decimals: 4),
        FigureText.fixed(row.relativeBias, decimals: 4),
        FigureText.fixed(row.biasNoise, decimals: 4),
        FigureText.fixed(row.relativeDeviation, decimals: 3),
        FigureText.fixed(row.milliseconds, decimals: 3),
      ])
    }
    return table
  }
}
