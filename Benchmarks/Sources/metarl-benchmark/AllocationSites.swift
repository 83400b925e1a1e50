import CAllocations
import Foundation

/// Call stacks of allocations as functions and lines.
enum AllocationSites {
  /// A line for each frame that has a name, the innermost first, those of the runtime left out.
  static func lines(_ site: allocation_site) -> [String] {
    let addresses = withUnsafeBytes(of: site.frames) { frames in
      Array(frames.bindMemory(to: UInt.self).prefix(Int(site.depth)))
    }
    return addresses.compactMap(describe).prefix(8).map { $0 }
  }

  private static func describe(_ address: UInt) -> String? {
    // The call stands before the address to which it returns.
    let offset = allocations_offset(UnsafeRawPointer(bitPattern: address - 1))
    guard offset > 0 else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/addr2line")
    process.arguments = ["-sfe", "/proc/\(getpid())/exe", "0x\(String(offset, radix: 16))"]
    let output = Pipe()
    process.standardOutput = output
    guard (try? process.run()) != nil,
      let bytes = try? output.fileHandleForReading.readToEnd()
    else { return nil }
    process.waitUntilExit()
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard parts.count == 2 else { return nil }
    return "\(demangled(String(parts[0]))) at \(parts[1])"
  }

  private static func demangled(_ name: String) -> String {
    typealias Demangle =
      @convention(c) (
        UnsafePointer<CChar>?, Int, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?, UInt32
      ) -> UnsafeMutablePointer<CChar>?
    guard let address = dlsym(nil, "swift_demangle") else { return name }
    let demangle = unsafeBitCast(address, to: Demangle.self)
    guard let text = demangle(name, name.utf8.count, nil, nil, 0) else { return name }
    defer { free(text) }
    return String(cString: text)
  }
}
