import Experiments
import Files
import Testing

@Suite struct SafetensorsTests {
  private let file = Safetensors(
    metadata: ["b": "2", "a": "one \"1\""],
    tensors: [
      Tensor(name: "w", shape: [2, 1], values: .float([1.5, -0.0])),
      Tensor(name: "count", shape: [], values: .unsigned([.max])),
      Tensor(name: "d", shape: [1], values: .double([0.1])),
      Tensor(name: "none", shape: [0, 3], values: .signed([])),
    ])

  @Test func `every element type comes back bit for bit`() throws {
    let read = try Safetensors(parsing: file.encoded())
    #expect(read.metadata == file.metadata)
    #expect(read.tensors.count == 4)
    for tensor in file.tensors { #expect(read[tensor.name] == tensor) }
    #expect(read["w"]?.doubles?[1].sign == .minus)
  }

  @Test func `the header is in a fixed order and padded to eight bytes`() {
    var shuffled = file
    shuffled.tensors.reverse()
    let bytes = file.encoded()
    #expect(shuffled.encoded() == bytes)
    let size = Int(bytes[0]) + Int(bytes[1]) << 8
    #expect(size % 8 == 0)
    let header = String(decoding: bytes[8..<8 + size], as: UTF8.self)
    #expect(
      header.hasPrefix(
        #"{"__metadata__":{"a":"one \"1\"","b":"2"},"count":{"dtype":"U64","shape":[],"#
          + #""data_offsets":[0,8]},"d":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}"#))
  }

  @Test func `a file cut anywhere is refused`() {
    let bytes = file.encoded()
    for count in 0..<bytes.count {
      #expect(throws: SafetensorsError.self) { try Safetensors(parsing: Array(bytes[..<count])) }
    }
    #expect(throws: SafetensorsError.self) { try Safetensors(parsing: bytes + [0]) }
  }

  @Test(arguments: [
    #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
    #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
    #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
    #"{"t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
    #"{"t":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}}"#,
    #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}"#,
    #"{"t":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}"#,
    #"{"t":{"dtype":"F32","shape":[2]}}"#,
    #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#,
    #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"t":{}}"#,
    #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"u":{"dtype":"F32","shape":[2],"#
      + #""data_offsets":[0,8]}}"#,
    #"{"__metadata__":{"a":1}}"#, #"[]"#, #"{}"#,
  ])
  func `a header that contradicts itself or the data is refused`(header: String) {
    let bytes =
      prefix(UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 0, count: 8)
    #expect(throws: SafetensorsError.self) { try Safetensors(parsing: bytes) }
  }

  @Test(arguments: [0, 1, 100_000_001, UInt64.max])
  func `an announced header outside the limits is refused before it is read`(size: UInt64) {
    #expect(throws: SafetensorsError.self) {
      try Safetensors(parsing: prefix(size) + Array("{}".utf8))
    }
  }

  private func prefix(_ size: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
  }
}
