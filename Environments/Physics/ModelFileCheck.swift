#if MuJoCo
  import Foundation

  /// What an MJCF file, with the files it includes, may hold before MuJoCo reads it.
  ///
  /// MuJoCo takes paths and sizes as they come: a mesh may lie anywhere on the disk, a texture or
  /// a stack may be of any size, and reading takes the square of the number of attributes. Here
  /// the text is searched for what leads out of the model's folder or asks for more than a robot
  /// needs. Every `name="value"` counts wherever it stands, comments included, so that nothing
  /// depends on reading XML just as MuJoCo does. Meshes and pictures themselves are not looked
  /// into.
  struct ModelFileCheck {
    /// Longest model in bytes, all its files together.
    static let maximumBytes = 4 << 20
    /// Most elements, all files together.
    static let maximumElements = 5_000
    /// Most attributes of one element.
    static let maximumAttributes = 200
    /// Greatest values of the attributes that ask for memory.
    static let greatestSizes = [
      "njmax": 1_000.0, "nconmax": 5_000, "nstack": 2_000_000, "nuserdata": 100_000,
      "nkey": 1_000, "memory": 32e6,
    ]
    /// Cells of all textures and height fields together.
    static let maximumCells = 8e6
    /// Copies that `count` may ask for, all such elements multiplied.
    static let maximumCopies = 1_000.0

    private let path: String
    /// The model's folder, links resolved, which nothing may leave.
    private let root: String
    private var bytes = 0
    private var elements = 0
    private var cells = 0.0
    private var copies = 1.0
    private var waiting: [String]
    private var seen: Set<String> = []
    /// Folders and files that the model names.
    private var folders: Set<String> = [""]
    private var files: Set<String> = []

    /// Checks a model.
    ///
    /// - Throws: `MuJoCoError.refused`, which says what the file asks for and what is allowed.
    static func run(path: String) throws(MuJoCoError) {
      var check = ModelFileCheck(path)
      guard FileManager.default.fileExists(atPath: path) else {
        throw check.refusal("there is no such file")
      }
      while let file = check.waiting.popLast() { try check.read(file) }
      try check.requireConfinement()
    }

    private init(_ path: String) {
      self.path = path
      let file = Self.resolved(path)
      root = URL(fileURLWithPath: file).deletingLastPathComponent().path
      waiting = [file]
    }

    private static func resolved(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    /// Looks through a file; an included one that is not there is MuJoCo's to report.
    private mutating func read(_ file: String) throws(MuJoCoError) {
      let attributes = try? FileManager.default.attributesOfItem(atPath: file)
      guard seen.insert(file).inserted,
        attributes?[.type] as? FileAttributeType == .typeRegular
      else { return }
      bytes += attributes?[.size] as? Int ?? 0
      guard bytes <= Self.maximumBytes else {
        throw refusal("it has more than \(Self.maximumBytes) bytes")
      }
      guard let contents = FileManager.default.contents(atPath: file) else { return }
      var text = ModelText(bytes: Array(contents))
      while let attribute = text.nextAttribute() {
        guard attribute.place < Self.maximumAttributes else {
          throw refusal("an element has more than \(Self.maximumAttributes) attributes")
        }
        try check(attribute)
      }
      elements += text.elementCount
      guard elements <= Self.maximumElements else {
        throw refusal("it has more than \(Self.maximumElements) elements")
      }
    }

    private mutating func check(_ attribute: ModelText.Attribute) throws(MuJoCoError) {
      switch attribute.name {
      case "meshdir", "texturedir", "assetdir":
        folders.insert(try confined(attribute))
      case _ where attribute.name.hasPrefix("file"):
        let name = try confined(attribute)
        files.insert(name)
        // An included file starts as the model itself does; meshes and pictures do not.
        let file = "\(root)/\(name)"
        if ModelText.isMarkup(file) { waiting.append(Self.resolved(file)) }
      case "width", "height", "nrow", "ncol":
        // a · b ≤ (a² + b²) / 2.
        for number in try numbers(attribute) { cells += number * number / 2 }
        guard cells <= Self.maximumCells else {
          throw refusal("its textures and height fields have more than \(Self.maximumCells) cells")
        }
      case "count":
        for number in try numbers(attribute) { copies *= max(number, 1) }
        guard copies <= Self.maximumCopies else {
          throw refusal("'count' asks for more than \(Self.maximumCopies) copies")
        }
      case let name:
        guard let greatest = Self.greatestSizes[name] else { return }
        for number in try numbers(attribute) where number > greatest {
          throw refusal("'\(name)' is \(number); at most \(greatest)")
        }
      }
    }

    /// The value of an attribute that names a place below the model's folder.
    private func confined(_ attribute: ModelText.Attribute) throws(MuJoCoError) -> String {
      let parts = attribute.value.split(separator: "/", omittingEmptySubsequences: false)
      // An ampersand may stand for any character; a colon makes a path absolute.
      guard !attribute.value.hasPrefix("/"), !parts.contains(".."),
        !attribute.value.contains(where: { "&:\\".contains($0) }), attribute.value.count <= 1000
      else {
        throw refusal(
          "'\(attribute.name)' is '\(attribute.value.prefix(60))'; give a file or folder below "
            + "the model's own folder")
      }
      return attribute.value
    }

    private func numbers(_ attribute: ModelText.Attribute) throws(MuJoCoError) -> [Double] {
      var numbers: [Double] = []
      for word in attribute.value.split(whereSeparator: \.isWhitespace) {
        let units = ["K": 1024.0, "M": 1_048_576, "G": 1_073_741_824]
        let unit = word.last.flatMap { units[$0.uppercased()] }
        guard let number = Double(unit == nil ? word : word.dropLast()), !number.isNaN else {
          throw refusal("'\(attribute.name)' has '\(word.prefix(60))', which is no number")
        }
        numbers.append(number * (unit ?? 1))
      }
      return numbers
    }

    /// Makes sure that no link leads out of the folder.
    private func requireConfinement() throws(MuJoCoError) {
      for folder in folders {
        for file in files {
          let place = "\(root)/\(folder.isEmpty ? "" : folder + "/")\(file)"
          guard FileManager.default.fileExists(atPath: place) else { continue }
          guard Self.resolved(place).hasPrefix(root == "/" ? "/" : root + "/") else {
            throw refusal("'\(file)' leads out of the model's folder")
          }
        }
      }
    }

    private func refusal(_ reason: String) -> MuJoCoError { .refused(path: path, reason: reason) }
  }
#endif
