/// The page's style sheet: one set of colours for light and one for dark.
enum ReplayPageStyle {
  // The colours of data are those of Okabe and Ito (2008), told apart by the colour-blind.
  static let text = #"""
    :root {
      color-scheme: light;
      --ground: #ffffff; --panel: #f6f7f9; --ink: #16202c; --muted: #566270; --grid: #dde1e7;
      --line: #c3c9d2; --agent: #0072b2; --trail: #56a0cf; --goal: #b34700; --limit: #00785a;
      --mark: #16202c;
    }
    :root[data-theme="dark"] {
      color-scheme: dark;
      --ground: #11161d; --panel: #1a212b; --ink: #e8edf3; --muted: #9eabba; --grid: #2b3542;
      --line: #3d4857; --agent: #6cbcf0; --trail: #3f7fae; --goal: #f0a030; --limit: #3cc79b;
      --mark: #ffffff;
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--ground); color: var(--ink);
      font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
      display: flex; flex-direction: column; min-height: 100vh;
    }
    header { display: flex; gap: 1rem; padding: .7rem 1rem 0; align-items: flex-start; }
    header div { flex: 1; min-width: 0; }
    h1 { font-size: 1.15rem; margin: 0; overflow-wrap: anywhere; max-height: 3em; overflow: auto; }
    header p {
      margin: 0; color: var(--muted); overflow-wrap: anywhere; max-height: 4.5em; overflow: auto;
    }
    main {
      flex: 1; display: grid; gap: .8rem; padding: .8rem 1rem; align-content: start;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr));
    }
    main.single { justify-content: center; grid-template-columns: minmax(0, 60rem); }
    section {
      background: var(--panel); border: 1px solid var(--grid); border-radius: 8px;
      padding: .6rem .7rem; min-width: 0;
    }
    section[hidden] { display: none; }
    h2 {
      font-size: 1rem; margin: 0; overflow-wrap: anywhere; max-height: 2.9em; overflow: auto;
    }
    section p {
      margin: 0 0 .4rem; color: var(--muted); font-size: .87rem; overflow-wrap: anywhere;
      max-height: 4.4em; overflow: auto;
    }
    canvas { display: block; width: 100%; border-radius: 5px; background: var(--ground); }
    canvas.scene { aspect-ratio: 4 / 3; max-height: 46vh; }
    canvas.scene.flat { aspect-ratio: 16 / 10; }
    canvas.scene.turnable { cursor: grab; touch-action: pan-y; }
    canvas.scene.turnable:active { cursor: grabbing; }
    canvas.curve { height: 92px; margin-top: .5rem; cursor: crosshair; touch-action: pan-y; }
    table { border-collapse: collapse; width: 100%; margin-top: .5rem; font-size: .87rem; }
    th {
      text-align: left; font-weight: 400; color: var(--muted); padding: 1px .6rem 1px 0;
      width: 45%; vertical-align: top; overflow-wrap: anywhere;
    }
    td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    details { padding: 0 1rem .5rem; color: var(--muted); font-size: .87rem; }
    section details { padding: .3rem 0 0; }
    details dl, details > div { margin: .4rem 0; max-height: 40vh; overflow: auto; }
    details label { display: block; overflow-wrap: anywhere; }
    dt { font-weight: 600; }
    dd { margin: 0 0 .3rem 0; overflow-wrap: anywhere; }
    summary { cursor: pointer; }
    footer {
      position: sticky; bottom: 0; background: var(--panel); border-top: 1px solid var(--line);
      padding: .45rem 1rem .55rem;
    }
    .row { display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: center; }
    #scrubber { width: 100%; margin: 0 0 .35rem; accent-color: var(--agent); }
    button, select {
      font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
      border-radius: 6px; padding: .25rem .6rem; cursor: pointer;
    }
    button:hover, select:hover { border-color: var(--agent); }
    :focus-visible { outline: 2px solid var(--agent); outline-offset: 1px; }
    #play { min-width: 6.3rem; font-weight: 600; }
    #step { min-width: 8.5rem; font-variant-numeric: tabular-nums; }
    #keys { color: var(--muted); font-size: .82rem; margin-left: auto; }
    noscript { padding: 1rem; }
    @media (max-width: 40rem) {
      #keys { display: none; }
      main { padding: .5rem; }
      canvas.curve { height: 72px; }
      #start { display: none; }
    }
    @media print { footer, #theme { display: none; } }
    """#
}
