/// A parser of files from elsewhere, with valid inputs from which hostile ones are made.
struct FuzzedParser: Sendable {
  /// The kinds of text, for the large inputs that hurt them.
  enum Syntax: Sendable {
    case yaml, json, text, bytes, xml
  }

  /// Its name on the command line.
  let name: String
  /// What it reads, for the table.
  let reads: String
  /// What its inputs look like.
  let syntax: Syntax
  /// Makes the parser ready: valid inputs, and what reads one.
  ///
  /// The reading throws for input that is refused, and `BrokenPromise` for what must not be.
  let prepare: @Sendable (_ scratch: String) throws -> Prepared
  /// What an input may take: processor seconds, those of other processes included, and bytes.
  let allowed: (seconds: Double, bytes: Int)

  /// Valid inputs, what reads an input, and what makes hostile ones; nil for mutations.
  struct Prepared {
    let seeds: [[UInt8]]
    var generate: ((_ index: Int, _ seed: UInt64) -> [UInt8])?
    let read: ([UInt8]) async throws -> Void
  }

  /// A parser.
  init(
    _ name: String, reads: String, _ syntax: Syntax,
    allowed: (seconds: Double, bytes: Int) = (1, 50_000_000),
    prepare: @escaping @Sendable (_ scratch: String) throws -> Prepared
  ) {
    (self.name, self.reads, self.syntax, self.prepare) = (name, reads, syntax, prepare)
    self.allowed = allowed
  }

  /// Every parser of the suite.
  static let all: [FuzzedParser] =
    configuration + definitions + robots + replays + documents + checkpoints + goldens + logs
}

/// What must hold for every input did not.
struct BrokenPromise: Error, CustomStringConvertible {
  let description: String

  /// Throws unless a promise holds.
  static func unless(_ holds: Bool, _ promise: @autoclosure () -> String) throws(BrokenPromise) {
    if !holds { throw BrokenPromise(description: promise()) }
  }
}
