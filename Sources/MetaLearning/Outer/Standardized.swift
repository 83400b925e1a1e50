/// (xᵢ − mean) / (population deviation + 10⁻⁸).
package func standardized(_ values: [Double]) -> [Double] {
  let count = Double(max(values.count, 1))
  let mean = values.reduce(0, +) / count
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let deviation = variance.squareRoot() + 1e-8
  return values.map { ($0 - mean) / deviation }
}
