import Environments
import MetaLearning
import Testing

@Suite struct FamilyCatalogTests {
  @Test func `every built-in definition and preset is readable`() throws {
    let catalog = try FamilyCatalog(withBuiltIn: [])
    for entry in try catalog.list() {
      let family = try entry.family.get()
      #expect(family.name == entry.name)
      for preset in family.definition.presets {
        let variant = try catalog.family(named: "\(entry.name)@\(preset)")
        #expect(variant.qualifiedName == "\(entry.name)@\(preset)")
        #expect(variant.canonicalDescription != family.canonicalDescription)
      }
    }
  }
}
