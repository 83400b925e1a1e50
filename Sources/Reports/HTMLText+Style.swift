import Files

extension HTMLText {
  /// How a page looks: light and dark by the reader's choice, and on paper.
  static let style = """
    :root { color-scheme: light dark; --text: #1b1b1b; --page: #fff; --soft: #f2f4f7;
      --line: #c9ced6; --link: #00558a; --good: #006b4a; --bad: #a63c00; --open: #5b5b00; }
    @media (prefers-color-scheme: dark) { :root { --text: #e8e8e8; --page: #16181c;
      --soft: #22262c; --line: #4a515c; --link: #7cc4f4; --good: #4fd0a0; --bad: #ff9d5c;
      --open: #e0d060; } }
    body { font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--page);
      max-width: 62rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
    h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
    a { color: var(--link); } nav a { margin-right: 1.2rem; display: inline-block; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    .verdict { border-left: .4rem solid var(--open); background: var(--soft);
      padding: .6rem 1rem; }
    .verdict strong { font-size: 1.3rem; display: block; }
    .adapts { border-color: var(--good); } .adapts strong { color: var(--good); }
    .worse, .broke-down { border-color: var(--bad); }
    .worse strong, .broke-down strong { color: var(--bad); }
    figure { margin: 1.5rem 0; } figcaption { font-size: .9rem; }
    img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); }
    .wide { overflow-x: auto; margin: 1.2rem calc(50% - min(48vw, 48rem)); }
    table { overflow-wrap: normal; border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; font-weight: 600; padding: .3rem 0; }
    th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: left; }
    td:not(.number) { min-width: 6rem; overflow-wrap: anywhere; }
    td:nth-child(2):not(.number) { min-width: 9rem; }
    th { background: var(--soft); } .number { text-align: right; white-space: nowrap; }
    th.number { white-space: normal; }
    pre { background: var(--soft); padding: .8rem; white-space: pre-wrap; font-size: .85rem; }
    summary { cursor: pointer; }
    @media (prefers-color-scheme: dark) { img { filter: brightness(.88); } }
    @media print { :root { --text: #000; --page: #fff; --soft: #f2f4f7; --line: #999; }
      details::details-content { content-visibility: visible; height: auto; }
      img { filter: none; } nav { display: none; } table { font-size: .75rem; } body { max-width: none; } a { color: inherit; }
      figure, table, .verdict { break-inside: avoid; } .wide { overflow: visible; margin: 1.2rem 0; } }
    """
}
