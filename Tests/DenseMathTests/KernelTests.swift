import DenseMath
import Foundation
import TestSupport
import Testing

@Suite("Kernels")
struct KernelTests {
  @Test("Products equal plain loops within the rounding bound", arguments: ProductShape.all)
  func products(shape: ProductShape) {
    #expect(productFailures(Double.self, shape) == [])
    #expect(productFailures(Float.self, shape) == [])
  }

  @Test(
    "The elementwise passes equal their formulas", arguments: ActivationKind.allCases,
    [(1, 1), (3, 5), (32, 16), (37, 100)])
  func activations(kind: ActivationKind, size: (Int, Int)) {
    #expect(activationFailures(Double.self, kind, rows: size.0, columns: size.1) == [])
    #expect(activationFailures(Float.self, kind, rows: size.0, columns: size.1) == [])
  }

  @Test("The fused passes of narrow layers equal their formulas")
  func fusedPasses() {
    #expect(fusedPassFailures() == [])
  }

  @Test("tanh in single precision is off by less than 3e-7 of its value for every size")
  func hyperbolicTangent() {
    #expect(tanhFailures() == [])
  }

  @Test("Vector sums and conversions are exact where they say so", arguments: [0, 1, 7, 64, 1001])
  func vectors(count: Int) {
    #expect(vectorFailures(Double.self, count: count) == [])
    #expect(vectorFailures(Float.self, count: count) == [])
  }

  @Test("ReLU of NaN, 0 and -0 has the value 0 and slope 0")
  func rectifierAtZero() {
    var y: [Double] = [0, -0.0, -1, 2, .nan]
    Double.activate(.relu, &y, bias: [0, 0, 0, 0, 0], rows: 1, columns: 5)
    #expect(Array(y.prefix(4)) == [0, 0, 0, 2])
    var (gradient, bias): ([Double], [Double]) = ([1, 1, 1, 1], [0, 0, 0, 0])
    Double.reverseActivation(
      .relu, &gradient, y: y, biasGradient: &bias, rows: 1, columns: 4)
    #expect(gradient == [0, 0, 0, 1])
  }
}

@Suite("Instruction sets")
struct InstructionSetTests {
  @Test("Every kernel is right in baseline code")
  func baseline() async {
    await #expect(processExitsWith: .success) { try checkAllKernels("baseline") }
  }

  @Test("Every kernel is right in AVX2 code, where the processor has it")
  func avx2() async {
    await #expect(processExitsWith: .success) { try checkAllKernels("avx2") }
  }

  @Test("Every kernel is right in AVX-512 code, where the processor has it")
  func avx512() async {
    await #expect(processExitsWith: .success) { try checkAllKernels("avx512") }
  }

  @Test("An unknown instruction set is refused with the known ones")
  func unknown() async {
    await #expect(processExitsWith: .success) {
      setenv("METARL_INSTRUCTION_SET", "mmx", 1)
      do {
        _ = try Backend.start()
        Issue.record("accepted")
      } catch {
        let text = "\(error)"
        #expect(text.contains("mmx") && text.contains("baseline, avx2 or avx512"))
      }
    }
  }
}

/// Runs every kernel check in this process with the given instruction set.
///
/// A processor without it has nothing to check.
func checkAllKernels(_ instructionSet: String) throws {
  setenv("METARL_INSTRUCTION_SET", instructionSet, 1)
  // A parent process may have chosen OpenBLAS's kernels already.
  unsetenv("OPENBLAS_CORETYPE")
  do {
    let backend = try Backend.start()
    #expect(backend.instructionSet == instructionSet)
  } catch {
    #expect(error.description.contains("does not have"))
    return
  }
  for shape in ProductShape.all {
    #expect(productFailures(Double.self, shape) == [])
    #expect(productFailures(Float.self, shape) == [])
  }
  for kind in ActivationKind.allCases {
    for (rows, columns) in [(3, 5), (32, 16), (37, 100)] {
      #expect(activationFailures(Double.self, kind, rows: rows, columns: columns) == [])
      #expect(activationFailures(Float.self, kind, rows: rows, columns: columns) == [])
    }
  }
  #expect(fusedPassFailures() == [])
  #expect(tanhFailures() == [])
  for width in [1, 6, 17] { #expect(kernelFailures(noiseWidth: width) == []) }
  for count in [1, 7, 1001] {
    #expect(vectorFailures(Double.self, count: count) == [])
    #expect(vectorFailures(Float.self, count: count) == [])
  }
}
