import Foundation
import MetaLearning

/// A number by which tasks differ, for an axis.
struct TaskAxis: Equatable {
  /// What it is in file names: `velocity`, `goal-angle`.
  let name: String
  /// What it is in words: `angle of direction`.
  let words: String
  /// Its unit; empty for a pure number.
  let unit: String
  /// One a task.
  let values: [Double]

  /// The words with the unit, as an axis is labelled.
  var label: String { unit.isEmpty ? words : "\(words) / \(unit)" }

  /// The few values that many tasks share, in order; nil where tasks are spread.
  var levels: [Double]? {
    let different = Set(values).sorted()
    return different.count <= 6 && 2 * different.count <= values.count ? different : nil
  }

  /// Where the tasks are on the axis; those of one level side by side.
  ///
  /// - Parameter order: a number a task, by which those of one level are sorted.
  /// - Returns: one place a task.
  func places(order: [Double]) -> [Double] {
    guard let levels else { return values }
    let gap = zip(levels, levels.dropFirst()).map { $1 - $0 }.min() ?? 1
    var places = values
    for level in levels {
      let tasks = values.indices.filter { values[$0] == level }
        .sorted { (order[$0], $0) < (order[$1], $1) }
      let pitch = 0.6 * gap / Double(tasks.count)
      for (rank, task) in tasks.enumerated() {
        places[task] += pitch * (Double(rank) - Double(tasks.count - 1) / 2)
      }
    }
    return places
  }

  /// The numbers that vary, in the order of the parameters.
  ///
  /// A parameter of one number is itself; one of two is its angle and, where that varies, its
  /// length. Longer ones have no axis.
  ///
  /// - Parameters:
  ///   - tasks: of one family, at least one.
  ///   - units: of the parameters by their names.
  /// - Returns: the axes on which the tasks have at least two places.
  static func axes(_ tasks: [TaskParameters], units: [(name: String, unit: String)]) -> [TaskAxis] {
    tasks[0].entries.flatMap { entry -> [TaskAxis] in
      let unit = units.first { $0.name == entry.name }?.unit ?? ""
      let vectors = tasks.map { $0[entry.name] ?? [] }
      guard vectors.allSatisfy({ $0.count == entry.values.count }) else { return [] }
      switch entry.values.count {
      case 1:
        return [
          TaskAxis(name: entry.name, words: entry.name, unit: unit, values: vectors.map { $0[0] })
        ]
      case 2:
        let lengths = vectors.map { ($0[0] * $0[0] + $0[1] * $0[1]).squareRoot() }
        // Equal but for rounding: directions.
        let isSpread = (lengths.max() ?? 0) - (lengths.min() ?? 0) > 1e-6 * (lengths.max() ?? 0)
        return [
          TaskAxis(
            name: "\(entry.name)-angle", words: "angle of \(entry.name)", unit: "°",
            values: vectors.map { atan2($0[1], $0[0]) * 180 / .pi }),
          TaskAxis(
            name: "\(entry.name)-length", words: "length of \(entry.name)", unit: unit,
            values: isSpread ? lengths : lengths.map { _ in lengths[0] }),
        ]
      default: return []
      }
    }.filter { axis in
      axis.values.allSatisfy(\.isFinite) && Set(axis.values).count >= 2
    }
  }

  /// Tasks that show the range: those with the least, the middle and the greatest value.
  ///
  /// - Parameters:
  ///   - axes: of the tasks; without any the first tasks are taken.
  ///   - count: of all tasks.
  /// - Returns: up to three indices.
  static func typical(_ axes: [TaskAxis], count: Int) -> [Int] {
    guard let axis = axes.first else { return Array(0..<min(count, 3)) }
    let order = axis.values.indices.sorted { (axis.values[$0], $0) < (axis.values[$1], $1) }
    let chosen =
      axis.levels.map { levels in
        [0, levels.count / 2, levels.count - 1].compactMap {
          axis.values.firstIndex(of: levels[$0])
        }
      } ?? [order[0], order[order.count / 2], order[order.count - 1]]
    return chosen.reduce(into: []) { list, index in
      if !list.contains(index) { list.append(index) }
    }
  }
}
