/// The skeleton of the page; the places in double braces are filled by `ReplayPage`.
enum ReplayPageMarkup {
  static let document = #"""
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
    <link rel="icon" href="data:,">
    <title>{{title}}</title>
    <style>
    {{style}}
    </style>
    </head>
    <body>
    <header>
      <div>
        <h1 id="family"></h1>
        <p id="summary"></p>
      </div>
      <button id="theme" type="button" aria-label="Light or dark">◐</button>
    </header>
    <main id="panels"></main>
    <details id="choice" hidden><summary>Rollouts shown</summary><div></div></details>
    <details id="about"><summary>About this recording</summary><dl></dl></details>
    <footer role="group" aria-label="Player">
      <div class="row">
        <input id="scrubber" type="range" min="0" value="0" step="1" aria-label="Step">
      </div>
      <div class="row">
        <button id="start" type="button" title="Start (Home)" aria-label="Start">|‹</button>
        <button id="back" type="button" title="One step back (←)" aria-label="One step back">‹</button>
        <button id="play" type="button" title="Play or pause (space)" aria-pressed="false">▶ Play</button>
        <button id="next" type="button" title="One step on (→)" aria-label="One step on">›</button>
        <output id="step" for="scrubber"></output>
        <label>Speed <select id="speed" title="Slower and faster (↓ ↑)"></select></label>
        <span id="zoom">Zoom
          <button id="zoom-out" type="button" title="Further away (−)" aria-label="Further away">−</button>
          <output id="zoom-level"></output>
          <button id="zoom-in" type="button" title="Closer (+)" aria-label="Closer">+</button>
        </span>
        <span id="episodes">Episode
          <button id="episode-back" type="button" aria-label="Previous episode">‹</button>
          <output id="episode"></output>
          <button id="episode-next" type="button" aria-label="Next episode">›</button>
        </span>
        <span id="keys">space plays, ← → step, shift for ten, ↑ ↓ speed<span id="turning"></span></span>
      </div>
    </footer>
    <noscript>This page plays the recording with JavaScript, which is switched off.</noscript>
    <script type="application/json" id="recording">{{data}}</script>
    <script>
    "use strict";
    (() => {
    {{script}}
    })();
    </script>
    </body>
    </html>

    """#
}
