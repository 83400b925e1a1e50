import Experiments
import Files
import Testing

@Suite struct SHA256Tests {
  // Source: FIPS 180-4 examples, appendix B of FIPS 180-2.
  @Test(arguments: [
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `the standard's examples are reproduced`(text: String, digest: String) {
    #expect(SHA256.hexDigest(of: text) == digest)
  }

  @Test func `pieces are digested as if joined`() {
    let bytes = Array("abcdef".utf8)
    #expect(SHA256.hexDigest(of: bytes[..<2], bytes[2...]) == SHA256.hexDigest(of: bytes))
  }
}
