#if MuJoCo
  import Foundation
  import StrictYAML

  /// Reads an MJCF model with every file that takes part, and searches what is markup.
  ///
  /// MuJoCo takes paths and sizes as they come: a mesh may lie anywhere on the disk, a texture or
  /// a stack may be of any size, and reading takes the square of the number of attributes. Here
  /// the text is searched for what leads out of the model's folder or asks for more than a robot
  /// needs. Every `name="value"` counts wherever it stands, comments included, so that nothing
  /// depends on reading XML just as MuJoCo does. What `<mesh>`, `<skin>`, `<hfield>` and
  /// `<texture>` name is not looked into; what any other element names is searched like the model,
  /// however it starts. MuJoCo then gets the bytes that were read here, and no others.
  struct ModelFileCheck {
    /// Elements whose files MuJoCo does not read as markup.
    private static let dataElements: Set = ["mesh", "skin", "hfield", "texture"]

    private let path: String
    /// The model's folder as it is named, and with links resolved: nothing may leave it.
    private let folder: String
    private let root: String
    private var (textBytes, elements, cells, copies) = (0, 0, 0.0, 1.0)
    /// Names of files to be searched, and all that ever were.
    private var waiting: [String] = []
    private var markup: Set<String> = []
    /// Folders and other files that the model names.
    private var folders: Set<String> = [""]
    private var data: Set<String> = []
    private var files: [ModelFile] = []

    /// Reads and checks a model.
    ///
    /// - Returns: its files, the model first, each with a name that MuJoCo distinguishes from the others.
    /// - Throws: `MuJoCoError.refused`, which says what the file asks for and what is allowed.
    static func files(of path: String) throws(MuJoCoError) -> [ModelFile] {
      var check = ModelFileCheck(path)
      let name = URL(fileURLWithPath: path).lastPathComponent
      guard let model = try check.bytes(of: path, name, below: nil, limit: ModelLimits.textBytes)
      else { throw check.refusal("there is no such file") }
      check.markup.insert(name)
      try check.search(ModelFile(name: name, bytes: model))
      while let name = check.waiting.popLast() { try check.readMarkup(name) }
      try check.readData()
      try check.requireUniqueNames()
      return check.files
    }

    private init(_ path: String) {
      self.path = path
      let last = path.lastIndex(of: "/")
      folder = last.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
      root = ModelFile.realPath(folder)
    }

    /// The bytes of a file; nil when it is not there.
    private func bytes(of path: String, _ name: String, below folder: String?, limit: Int)
      throws(MuJoCoError) -> [UInt8]?
    {
      do {
        return try ModelFile.bytes(of: path, below: folder, limit: limit)
      } catch {
        throw refusal("'\(name)' \(error.reason)")
      }
    }

    /// Reads a file that is named to be read as markup; one that is not there is MuJoCo's to
    /// report.
    private mutating func readMarkup(_ name: String) throws(MuJoCoError) {
      let bytes = try bytes(
        of: "\(folder)/\(name)", name, below: root, limit: ModelLimits.textBytes)
      if let bytes { try search(ModelFile(name: name, bytes: bytes)) }
    }

    private mutating func search(_ file: ModelFile) throws(MuJoCoError) {
      textBytes += file.bytes.count
      guard textBytes <= ModelLimits.textBytes else {
        throw refusal("it has more than \(ModelLimits.textBytes) bytes")
      }
      try append(file)
      var text = ModelText(bytes: file.bytes)
      while let attribute = text.nextAttribute() {
        guard attribute.place < ModelLimits.attributes else {
          throw refusal("an element has more than \(ModelLimits.attributes) attributes")
        }
        try check(attribute)
      }
      elements += text.elementCount
      guard elements <= ModelLimits.elements else {
        throw refusal("it has more than \(ModelLimits.elements) elements")
      }
    }

    private mutating func append(_ file: ModelFile) throws(MuJoCoError) {
      files.append(file)
      guard files.count <= ModelLimits.files else {
        throw refusal("it names more than \(ModelLimits.files) files")
      }
    }

    private mutating func check(_ attribute: ModelText.Attribute) throws(MuJoCoError) {
      // Only then is the element of every attribute certain.
      guard !attribute.value.utf8.contains(UInt8(ascii: "<")) else {
        throw refusal("the value of '\(attribute.name)' has a '<'; write &lt;")
      }
      switch attribute.name {
      case "meshdir", "texturedir", "assetdir":
        folders.insert(ModelFile.normalized(try confined(attribute)))
      case _ where attribute.name.hasPrefix("file"):
        let name = ModelFile.normalized(try confined(attribute))
        if Self.dataElements.contains(attribute.element) {
          data.insert(name)
        } else if markup.insert(name).inserted {
          waiting.append(name)
        }
      case "width", "height", "nrow", "ncol":
        // a · b ≤ (a² + b²) / 2.
        for number in try attribute.numbers(in: self) { cells += number * number / 2 }
        guard cells <= ModelLimits.cells else {
          throw refusal(
            "its textures and height fields have more than \(MuJoCoError.number(ModelLimits.cells)) cells"
          )
        }
      case "count":
        for number in try attribute.numbers(in: self) { copies *= max(number, 1) }
        guard copies <= ModelLimits.copies else {
          throw refusal(
            "'count' asks for more than \(MuJoCoError.number(ModelLimits.copies)) copies")
        }
      default:
        guard let greatest = ModelLimits.greatest(attribute) else {
          if let word = attribute.numberWithoutEnd {
            throw refusal("'\(attribute.name)' is '\(word)'; give a finite number")
          }
          return
        }
        for number in try attribute.numbers(in: self) where number > greatest {
          throw refusal(
            "'\(attribute.name)' is \(MuJoCoError.number(number)); at most \(MuJoCoError.number(greatest))"
          )
        }
      }
    }

    /// The value of an attribute that names a place below the model's folder.
    private func confined(_ attribute: ModelText.Attribute) throws(MuJoCoError) -> String {
      let parts = attribute.value.split(separator: "/", omittingEmptySubsequences: false)
      // An ampersand may stand for any character; a colon makes a path absolute.
      guard !attribute.value.hasPrefix("/"), !parts.contains(".."),
        !attribute.value.utf8.contains(where: { "&:\\".utf8.contains($0) || $0 < 0x20 }),
        attribute.value.utf8.count <= ModelLimits.nameBytes
      else {
        throw refusal(
          "'\(attribute.name)' is \(quotedForMessage(String(attribute.value.prefix(60)))); give a "
            + "file or folder below the model's own folder")
      }
      return attribute.value
    }

    /// Reads what the model names besides markup, from the folder that it names, or else from its
    /// own.
    private mutating func readData() throws(MuJoCoError) {
      var left = ModelLimits.dataBytes
      for name in data.sorted() where !name.isEmpty {
        // With `strippath` the folder in the name is left out.
        let last = name.split(separator: "/").last.map(String.init) ?? name
        for folder in folders.sorted() {
          for name in Set([name, last]).sorted() {
            let place = folder.isEmpty ? name : "\(folder)/\(name)"
            guard !files.contains(where: { $0.name == place }),
              let bytes = try bytes(
                of: "\(self.folder)/\(place)", place, below: root, limit: left)
            else { continue }
            left -= bytes.count
            try append(ModelFile(name: place, bytes: bytes))
          }
        }
      }
    }

    /// Makes sure that every name means one file, and that nothing unsearched is read as markup.
    private func requireUniqueNames() throws(MuJoCoError) {
      var known: [String: ModelFile] = [:]
      let asMarkup = Set(markup.map(ModelFile.key))
      for file in files {
        let key = ModelFile.key(file.name)
        if let other = known[key], other.bytes != file.bytes {
          throw refusal(
            "'\(other.name)' and '\(file.name)' have one name for MuJoCo, which leaves out folders "
              + "and the case of letters; rename one")
        }
        known[key] = file
        guard markup.contains(file.name) || !asMarkup.contains(key) else {
          throw refusal("'\(file.name)' is named by <include> and as data; copy the file")
        }
      }
    }

    /// An error that says why the model is not loaded.
    func refusal(_ reason: String) -> MuJoCoError { .refused(path: path, reason: reason) }
  }

  extension ModelText.Attribute {
    /// The words of the value, as MuJoCo separates them.
    private var words: [Substring.UTF8View] {
      value.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }

    /// The numbers of the value, units of memory included.
    fileprivate func numbers(in check: ModelFileCheck) throws(MuJoCoError) -> [Double] {
      var numbers: [Double] = []
      for bytes in words {
        let word = Substring(bytes)
        let units = ["K": 1024.0, "M": 1_048_576, "G": 1_073_741_824]
        let unit = word.last.flatMap { units[$0.uppercased()] }
        guard let number = Double(unit == nil ? word : word.dropLast()), !number.isNaN else {
          throw check.refusal(
            "'\(name)' has \(quotedForMessage(String(word.prefix(60)))), which is no number")
        }
        numbers.append(number * (unit ?? 1))
      }
      return numbers
    }

    /// A number of the value that is not finite, when it has numbers only; nil when all are.
    ///
    /// MuJoCo computes with infinities and with what is no number, for ever in places.
    fileprivate var numberWithoutEnd: String? {
      let words = words
      let found = words.first { word in
        // Only these can be: `nan`, `inf`, and a great exponent.
        let start = word.first { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }
        guard let start, "nNiI".utf8.contains(start) || word.contains(where: { $0 | 0x20 == 0x65 })
        else { return false }
        return Double(Substring(word))?.isFinite == false
      }
      guard let found, words.allSatisfy({ Double(Substring($0)) != nil }) else { return nil }
      return String(Substring(found).prefix(20))
    }
  }
#endif
