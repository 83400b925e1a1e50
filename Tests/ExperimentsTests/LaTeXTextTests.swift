import Testing

@testable import Files

@Suite struct LaTeXTextTests {
  @Test(arguments: [
    ("half_cheetah-1.5 & 5 %", #"half\_cheetah-1.5 \& 5 \%"#),
    (#"\input{/etc/passwd}"#, #"\textbackslash{}input\{/etc/passwd\}"#),
    ("$x^2~#", ##"\$x\textasciicircum{}2\textasciitilde{}\#"##),
    ("a\nb <p> ±1 α é 😀", #"a b \textless{}p\textgreater{} $\pm$1 $\alpha$ é ?"#),
  ])
  func `names are text in LaTeX`(name: String, plain: String) {
    #expect(LaTeXText.plain(name) == plain)
  }

  @Test func `a table is a tabular with the minus of its numbers`() {
    var table = ReportTable("Returns, 95 %", ["policy", "mean"])
    table.append(["runs/nav_1", "-3.5 [-4.0, 2.0]"])
    let expected = #"""
      \begin{table}
        \centering
        \footnotesize
        \caption{Returns, 95 \%.}
        \begin{tabular}{lr}
          \toprule
          policy & mean \\
          \midrule
          runs/nav\_1 & $-$3.5 [$-$4.0, 2.0] \\
          \bottomrule
        \end{tabular}
      \end{table}

      """#
    #expect(table.latex == expected)
  }

  @Test func `what gnuplot quotes twice is text for LaTeX, its own words and colours stay`() {
    let commands = #"set title "a_b\n50 % \"x\" \\y"; set label 'it''s #1' "c" tc rgb '#D55E00'"#
    #expect(
      LaTeXText.escapingStrings(in: commands)
        == #"set title "a\\_b\n50 \\% ''x'' \\textbackslash{}y"; "#
        + #"set label 'it''s #1' "c" tc rgb '#D55E00'"#)
  }
}
