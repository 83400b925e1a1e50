import Experiments
import Foundation
import Testing

/// Where passed trials of models are remembered.
@Suite struct ModelTrialCacheTests {
  private let root = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path

  @Test func `the cache lies where the XDG base directories say`() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let cases = [
      ["XDG_CACHE_HOME": root + "/x", "HOME": root + "/h"]: "/x/metarl/models",
      ["XDG_CACHE_HOME": "relative", "HOME": root + "/h"]: "/h/.cache/metarl/models",
      ["HOME": root + "/g"]: "/g/.cache/metarl/models",
    ]
    for (environment, place) in cases {
      let cache = try #require(ModelTrialCache.ofUser(environment: environment))
      cache.notePassed([[1, 2], [3]])
      let names = try FileManager.default.contentsOfDirectory(atPath: root + place)
      #expect(names.count == 1)
    }
    #expect(ModelTrialCache.ofUser(environment: ["HOME": "here"]) == nil)
    #expect(ModelTrialCache.ofUser(environment: [:]) == nil)
  }

  @Test func `a trial is known by its bytes, whoever asks`() {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let cache = ModelTrialCache(folder: root)
    #expect(!cache.hasPassed([[1, 2], [3]]))
    cache.notePassed([[1, 2], [3]])
    #expect(ModelTrialCache(folder: root).hasPassed([[1, 2], [3]]))
    #expect(!cache.hasPassed([[1, 2], [4]]))
  }
}
