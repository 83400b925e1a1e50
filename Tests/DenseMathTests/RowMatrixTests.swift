import DenseMath
import Testing

@Suite("Row matrices")
struct RowMatrixTests {
  @Test("A new matrix is zero and aligned to 64 bytes", arguments: [(0, 3), (5, 0), (7, 3)])
  func startsAtZero(size: (rows: Int, columns: Int)) {
    let matrix = RowMatrix<Float>(rows: size.rows, columns: size.columns)
    #expect(matrix.values == Array(repeating: 0, count: size.rows * size.columns))
    #expect(Int(bitPattern: matrix.pointer()) % 64 == 0)
  }

  @Test("Rows lie behind each other without padding")
  func rowsAreDense() {
    let matrix = RowMatrix<Double>(rows: 3, columns: 5)
    for i in 0..<15 { matrix.pointer()[i] = Double(i) }
    #expect(matrix.pointer(row: 2)[1] == 11)
    #expect(matrix.values == (0..<15).map(Double.init))
  }

  @Test("Shrinking keeps memory and contents; growing gives zeros")
  func resizing() {
    let matrix = RowMatrix<Double>(rows: 4, columns: 2)
    for i in 0..<8 { matrix.pointer()[i] = 1 }
    let place = matrix.pointer()
    matrix.resize(rows: 2)
    #expect(matrix.rows == 2 && matrix.values == [1, 1, 1, 1] && matrix.pointer() == place)
    matrix.resize(rows: 4)
    #expect(matrix.pointer() == place && matrix.values.count == 8)
    matrix.resize(rows: 100)
    #expect(matrix.values == Array(repeating: 0, count: 200))
  }

  @Test("A negative size is refused")
  func refusesNegativeSizes() async {
    await #expect(processExitsWith: .failure) { _ = RowMatrix<Float>(rows: -1, columns: 2) }
  }
}
