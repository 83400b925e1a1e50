#if MuJoCo
  import TestSupport

  /// Hostile models: a valid one with elements of the schema put in, attributes of extreme values,
  /// and a file that it includes.
  struct ModelWriter {
    /// Between the model and the file that it includes.
    static let separator = Array("\n<!-- part.xml -->\n".utf8)

    private let schema = ModelSchema()
    private let valid: String
    private var generator = SeededGenerator(seed: 0)

    /// A writer of variants of a valid model.
    init(valid: String) {
      self.valid = valid
    }

    /// The input of an index: the model, the separator, and what `part.xml` holds.
    mutating func input(_ index: Int, seed: UInt64) -> [UInt8] {
      generator = SeededGenerator(seed: seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
      var model = valid
      // Every element in turn, and others at random.
      insert(schema.elements[index % schema.elements.count], into: &model)
      for _ in 0..<next(3) { insert(schema.elements[next(schema.elements.count)], into: &model) }
      var part = "<mujoco></mujoco>"
      insert(schema.elements[next(schema.elements.count)], into: &part)
      let start = next(4) == 0 ? Self.starts[next(Self.starts.count)] : ""
      return Array(model.utf8) + Self.separator + Array((start + part).utf8)
    }

    private mutating func next(_ bound: Int) -> Int {
      Int(generator.next() % UInt64(max(bound, 1)))
    }

    /// Puts an element into the element around it, which is written too where there is none.
    private mutating func insert(_ element: ModelSchema.Element, into model: inout String) {
      var text = written(element)
      var parent = element.parent.map { schema.elements[$0] }
      while let around = parent {
        let name = around.name == "worldbody" && next(2) == 0 ? "body" : around.name
        if let tag = model.range(of: "<\(name)"),
          let end = model[tag.upperBound...].firstIndex(of: ">"),
          model[model.index(before: end)] != "/"
        {
          model.insert(contentsOf: text, at: model.index(after: end))
          return
        }
        text = "<\(around.name)>\(text)</\(around.name)>"
        parent = around.parent.map { schema.elements[$0] }
      }
    }

    private mutating func written(_ element: ModelSchema.Element) -> String {
      let name = element.name == "worldbody" ? "body" : element.name
      var text = "<\(name)"
      for attribute in element.attributes where next(4) == 0 {
        text += "\(blanks())\(attribute)=\(blanks())\"\(value(of: attribute))\""
      }
      if next(30) == 0 { text += " file=\"\(Self.files[next(Self.files.count)])\"" }
      if next(20) == 0 { return text + "><include file=\"part.xml\"/></\(name)>" }
      return text + "/>"
    }

    private mutating func blanks() -> String {
      switch next(120) {
      case 0: String(repeating: " ", count: 3000)
      case 1: "\n\t"
      default: " "
      }
    }

    private mutating func value(of attribute: String) -> String {
      switch next(20) {
      case 0: return Self.extremes[next(Self.extremes.count)]
      case 1:
        return (0..<next(8)).map { _ in Self.extremes[next(Self.extremes.count)] }
          .joined(separator: " ")
      default:
        if attribute.hasPrefix("file") { return Self.files[next(Self.files.count)] }
        if let names = Self.names[attribute] { return names[next(names.count)] }
        return (0...next(4)).map { _ in ["0.1", "1", "2", "0", "-0.5", "100"][next(6)] }
          .joined(separator: " ")
      }
    }

    private static let starts = ["x", "\u{FEFF}", "\u{0}", "<!--", "<?xml version='1.0'?>", " \n"]

    private static let extremes = [
      "0", "-1", "1e308", "-1e308", "1e-320", "nan", "-inf", "1e999", "2147483647", "-2147483648",
      "4294967296", "1000", "65536", "1e9", "0x7fffffff", "", "&#50;000000", "true", "é", "a&lt;b",
      String(repeating: " ", count: 2500) + "2000000", String(repeating: "1 ", count: 400),
      String(repeating: "n", count: 600), "1;2", "100 100 100",
    ]

    /// What lies in the scratch folder, and what lies outside it.
    static let files = [
      "part.xml", "text.part", "loop.xml", "wedge.obj", "noise.stl", "noise.skn", "noise.png",
      "noise.msh", "hills.bin", "0", "empty", "pipe", "link", "out/etc/passwd", "folder", "absent",
      "/etc/passwd", "../model.xml", "PART.XML", "folder/part.xml", "./part.xml",
    ]

    private static let names: [String: [String]] = [
      "joint": ["j"], "joint1": ["j"], "joint2": ["j"], "jointinparent": ["j"], "site": ["s", "t"],
      "refsite": ["t"], "cranksite": ["s"], "slidersite": ["t"], "body": ["a", "b", "world"],
      "body1": ["a"], "body2": ["b"], "geom": ["g"], "geom1": ["g"], "geom2": ["g"],
      "tendon": ["cord", "sum"], "tendon1": ["cord"], "tendon2": ["sum"], "mesh": ["wedge"],
      "hfield": ["hills"], "material": ["m"], "texture": ["sky"], "class": ["thin", "main"],
      "childclass": ["thin"], "target": ["b"], "objname": ["a", "s"], "refname": ["b"],
      "objtype": ["body", "site", "geom", "xbody", "camera"], "reftype": ["body", "site"],
      "type": [
        "hinge", "slide", "ball", "free", "sphere", "capsule", "box", "mesh", "hfield", "plane",
        "ellipsoid", "2d", "cube", "skybox", "grid", "rope", "cable", "cloth", "box", "particle",
        "loop", "cylinder",
      ],
      "builtin": ["gradient", "checker", "flat"], "integrator": ["Euler", "RK4", "implicit"],
      "solver": ["PGS", "CG", "Newton"], "cone": ["elliptic", "pyramidal"],
      "jacobian": ["dense", "sparse"], "dyntype": ["integrator", "filter", "muscle", "user"],
      "gaintype": ["fixed", "affine", "muscle"], "biastype": ["none", "affine", "muscle"],
      "limited": ["true", "auto"], "mode": ["fixed", "track", "targetbody", "muscle", "all"],
      "kind": ["main", "shear", "bend", "twist"], "datatype": ["real", "positive", "quaternion"],
      "needstage": ["pos", "vel", "acc"], "angle": ["radian"], "coordinate": ["local", "global"],
      "mark": ["edge", "cross", "random"], "meshdir": ["folder", "."], "texturedir": ["folder"],
    ]
  }
#endif
