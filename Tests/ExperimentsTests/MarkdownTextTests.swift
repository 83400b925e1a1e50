import Testing

@testable import Experiments
@testable import Files

@Suite struct MarkdownTextTests {
  @Test(arguments: [
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("![x](http://e.org)", "!\\[x\\](http://e.org)"), ("a||b|", "a\\|\\|b\\|"),
    ("a\n# b", "a # b"), ("a & *b* `c` ~d~", "a &amp; \\*b\\* \\`c\\` \\~d\\~"),
    ("half_cheetah-1.5, é", "half_cheetah-1.5, é"),
  ])
  func `names are text in Markdown`(name: String, plain: String) {
    #expect(MarkdownText.plain(name) == plain)
    var table = ReportTable("t", [name])
    table.append([name])
    #expect(table.markdown == "t\n\n| \(plain) |\n| --- |\n| \(plain) |")
  }
}
