import DenseMath
import TestSupport
import Testing

@Suite struct FlatVectorsTests {
  @Test(arguments: [0, 1, 7, 64, 1001])
  func `specialized loops give the bits of plain ones`(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let values = generator.numbers(count).map { Float($0) }
    var sum: Float = 0
    for value in values { sum += value }
    let row = RowMatrix<Float>(rows: 1, columns: count)
    row.copy(from: values)
    #expect(sumElements(row.pointer(), count: count) == sum)
    #expect(scaledElements(values, by: 0.3) == values.map { $0 * 0.3 })
    #expect(joined(values, [1, 2]) == values + [1, 2])
    #expect(part(0..<(count / 2), of: values) == Array(values.prefix(count / 2)))
    #expect(part((count / 2)..<count, of: values) == Array(values.dropFirst(count / 2)))
  }

  @Test func `a part of a matrix is filled and the rest stays`() {
    let row = RowMatrix<Double>(rows: 1, columns: 5)
    fillElements(row.pointer() + 1, with: 0.5, count: 3)
    #expect(row.values == [0, 0.5, 0.5, 0.5, 0])
  }

  @Test func `equal entries are told from others, the last one too`() {
    #expect(elementsAreEqual([Float]()) && elementsAreEqual([2.0]))
    #expect(elementsAreEqual([0.1, 0.1, 0.1] as [Float]))
    #expect(!elementsAreEqual([0.1, 0.1, 0.2] as [Float]))
    #expect(!elementsAreEqual([0.2, 0.1, 0.1]))
    #expect(!elementsAreEqual([Double.nan, .nan]))
  }
}
