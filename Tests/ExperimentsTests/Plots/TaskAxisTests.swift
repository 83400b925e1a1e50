import MetaLearning
import Testing

@testable import Experiments
@testable import Reports

@Suite struct TaskAxisTests {
  private func tasks(_ name: String, _ values: [[Double]]) -> [TaskParameters] {
    values.map { TaskParameters([.init(name: name, values: $0)]) }
  }

  @Test func `a number is its own axis with its unit`() {
    let axes = TaskAxis.axes(tasks("velocity", [[1], [0.5], [2]]), units: [("velocity", "m/s")])
    #expect(axes.map(\.name) == ["velocity"] && axes[0].label == "velocity / m/s")
    #expect(axes[0].values == [1, 0.5, 2] && axes[0].levels == nil)
  }

  @Test func `unit vectors differ by their angle alone`() {
    let axes = TaskAxis.axes(tasks("direction", [[1, 0], [0, -1], [-0.6, 0.8]]), units: [])
    #expect(axes.map(\.name) == ["direction-angle"] && axes[0].label == "angle of direction / °")
    #expect(axes[0].values[1] == -90)
  }

  @Test func `places differ by angle and length`() {
    let axes = TaskAxis.axes(tasks("goal", [[3, 4], [0, -1]]), units: [("goal", "m")])
    #expect(axes.map(\.name) == ["goal-angle", "goal-length"])
    #expect(axes[1].values == [5, 1] && axes[1].label == "length of goal / m")
  }

  @Test func `equal, long and broken parameters have no axis`() {
    #expect(TaskAxis.axes(tasks("mass", [[2], [2]]), units: []).isEmpty)
    #expect(TaskAxis.axes(tasks("p", [[0, 1, 2], [1, 2, 3]]), units: []).isEmpty)
    #expect(TaskAxis.axes(tasks("mass", [[2], [.nan]]), units: []).isEmpty)
  }

  @Test func `tasks of one level stand side by side in order`() throws {
    let axis = try #require(
      TaskAxis.axes(tasks("direction", [[-1], [1], [-1], [1]]), units: []).first)
    #expect(axis.levels == [-1, 1])
    let places = axis.places(order: [4, 3, 2, 1])
    #expect(places[2] < -1 && places[0] > -1 && places[3] < 1 && places[1] > 1)
    #expect(abs(places[0] + places[2] + 2) < 1e-12 && places[0] < places[3])
  }

  @Test func `typical tasks are the least, the middle and the greatest`() {
    let spread = tasks("velocity", [[1], [3], [0], [2], [4]])
    #expect(TaskFigures.typical(spread, units: []) == [2, 3, 4])
    let levels = tasks("direction", [[1], [1], [-1], [1]])
    #expect(TaskFigures.typical(levels, units: []) == [2, 0])
    #expect(TaskFigures.typical(tasks("p", [[0, 0, 1], [1, 0, 0]]), units: []) == [0, 1])
  }
}
