#if MuJoCo
  import CMuJoCo

  /// The elements and attributes of MJCF, as the library itself lists them.
  struct ModelSchema {
    /// An element in its place.
    struct Element {
      let name: String
      /// The index of the element around it; nil for the root.
      let parent: Int?
      var attributes: [String] = []
    }

    /// All elements, parents first.
    let elements: [Element]

    /// The schema of the library that runs.
    init() {
      var text = [CChar](repeating: 0, count: 1 << 18)
      mj_printSchema(nil, &text, Int32(text.count), 0, 0)
      let end = text.firstIndex(of: 0) ?? text.endIndex
      self.init(String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// A schema in the library's form: three spaces a level, the name, a sign in parentheses, and
    /// attributes, which may go on in lines that start far to the right.
    init(_ text: String) {
      var elements: [Element] = []
      var path: [Int] = []
      for line in text.split(separator: "\n") {
        let level = line.prefix { $0 == " " }.count
        var words = line.split(separator: " ").map(String.init)
        if level < 24, words.count >= 2, words[1].hasPrefix("(") {
          path.removeLast(max(0, path.count - level / 3))
          let name = words[0] == "(world)body" ? "worldbody" : words[0]
          elements.append(Element(name: name, parent: path.last))
          path.append(elements.count - 1)
          words.removeFirst(2)
        }
        guard !elements.isEmpty else { continue }
        elements[elements.count - 1].attributes += words
      }
      self.elements = elements
    }
  }
#endif
