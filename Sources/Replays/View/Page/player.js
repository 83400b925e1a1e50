const speeds = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 64];
const stepsPerSecond = recording.secondsPerStep ? 1 / recording.secondsPerStep : 12;
const Scene = { plane: PlaneScene, actions: ActionScene, robot:
  recording.view === "turnable" ? TurnableRobotScene : FlatRobotScene }[recording.scene];
const state = { step: 0, length: 1, episode: 0, speed: 3, playing: false, dirty: true };
let panels = [];
let lastTable = 0;

const shownPanels = () => panels.filter((panel) => !panel.node.hidden);
const episodeOf = (rollout) =>
  rollout.episodes[Math.min(state.episode, rollout.episodes.length - 1)];

function actorText(rollout) {
  if (rollout.policy === null) return "scripted actions";
  const steps = rollout.adaptationSteps;
  return `${rollout.policy}, ` + (steps === 0 ? "before adaptation"
    : `after ${steps} adaptation step${steps === 1 ? "" : "s"}`)
    + (rollout.deterministic ? ", mean actions" : "");
}

function taskText(rollout) {
  const short = (value) => value === null ? "not finite"
    : String(Number(value.toPrecision(4))).replace("-", "\u2212");
  return Object.entries(rollout.task).map(([name, values]) =>
    `${name} ${values.length === 1 ? short(values[0])
      : "(" + values.map(short).join(", ") + ")"}`).join(", ");
}

function makePanel(rollout, index) {
  const node = element("section", byId("panels"));
  node.setAttribute("aria-label", `Rollout ${index + 1}`);
  const heading = element("h2", node);
  element("bdi", heading, rollout.name);
  const about = element("p", node);
  element("bdi", about, [taskText(rollout), rollout.draw, actorText(rollout)]
    .filter((text) => text).join(" · "));
  const scene = element("canvas", node);
  scene.className = "scene " + (recording.view || recording.scene);
  if (recording.view === "side" || recording.scene === "actions") scene.classList.add("flat");
  scene.setAttribute("role", "img");
  const curve = element("canvas", node);
  curve.className = "curve";
  curve.setAttribute("role", "img");
  curve.setAttribute("aria-label", "Reward of every step");
  const table = element("table", node);
  const rows = new Map();
  const row = (body, name) => {
    const line = element("tr", body);
    element("th", line, name).scope = "row";
    rows.set(name, element("td", line, ""));
  };
  const body = element("tbody", table);
  ["episode", "reward", "return so far"].forEach((name) => row(body, name));
  const more = element("details", node);
  element("summary", more, "Reward terms, action, observation");
  const moreBody = element("tbody", element("table", more));
  recording.terms.forEach((name) => row(moreBody, "reward term: " + name));
  recording.actions.forEach((name) => row(moreBody, "action: " + name));
  recording.observations.forEach((name) => row(moreBody, "observation: " + name));
  const hidden = recording.observationSize - recording.observations.length;
  if (hidden > 0) element("p", more, `${hidden} more numbers are observed.`);
  more.addEventListener("toggle", () => { state.dirty = true; lastTable = 0; });
  return { node, rollout, rows, more, sceneCanvas: scene, scene: new Scene(scene, rollout),
    curve: new RewardCurve(curve) };
}

function prepareEpisode() {
  const shown = shownPanels();
  const episodes = shown.map((panel) => episodeOf(panel.rollout));
  state.length = episodes.reduce((most, episode) => Math.max(most, episode.steps), 1);
  state.step = Math.min(state.step, state.length);
  const bounds = Scene.bounds(shown.map((panel) => panel.rollout), episodes);
  const range = RewardCurve.range(episodes);
  shown.forEach((panel, index) => {
    const episode = episodes[index];
    if (!episode.returns) {
      let sum = 0;
      episode.returns = episode.rewards.map((reward) => (sum += reward === null ? NaN : reward));
    }
    panel.scene.show(episode, bounds);
    panel.curve.show(episode, range, state.length);
    panel.sceneCanvas.setAttribute("aria-label", `${panel.rollout.name.slice(0, 200)}: `
      + `${episode.steps} steps, return ${numberText(episode.returns.at(-1) ?? 0)}`);
  });
  byId("panels").classList.toggle("single", shown.length === 1);
  const most = Math.max(...panels.map((panel) => panel.rollout.episodes.length));
  byId("episodes").hidden = most < 2;
  byId("episode").textContent = `${state.episode + 1} of ${most}`;
  byId("scrubber").max = state.length;
  state.dirty = true;
}

function fillTable(panel, step) {
  const episode = episodeOf(panel.rollout);
  const now = Math.min(step, episode.steps);
  const set = (name, text) => {
    const cell = panel.rows.get(name);
    if (cell && cell.textContent !== text) cell.textContent = text;
  };
  const over = now === episode.steps && step > 0;
  set("episode", !over ? `step ${now} of ${episode.steps}`
    : episode.end === "terminated" ? `terminated at step ${now}`
    : episode.end === "truncated" ? `at the horizon, step ${now}`
    : `actions used up at step ${now}`);
  set("reward", now ? numberText(episode.rewards[now - 1]) : "–");
  const sum = now ? episode.returns[now - 1] : 0;
  set("return so far", Number.isFinite(sum) ? numberText(sum) : "not finite");
  if (!panel.more.open) return;
  recording.terms.forEach((name, index) =>
    set("reward term: " + name, now ? numberText((episode.terms[index] || [])[now - 1]) : "–"));
  const size = recording.actions.length;
  recording.actions.forEach((name, index) =>
    set("action: " + name, now ? numberText(episode.actions[size * (now - 1) + index]) : "–"));
  const seen = recording.observations.length;
  recording.observations.forEach((name, index) =>
    set("observation: " + name, numberText(episode.observations[seen * now + index])));
}

function draw(time) {
  const step = Math.floor(state.step);
  const tables = !state.playing || time - lastTable > 100;
  for (const panel of shownPanels()) {
    panel.scene.draw(step);
    panel.curve.draw(step);
    if (tables) fillTable(panel, step);
  }
  if (tables) lastTable = time;
  byId("scrubber").value = step;
  const text = `step ${step} of ${state.length}`;
  byId("scrubber").setAttribute("aria-valuetext", text);
  byId("step").textContent = recording.secondsPerStep
    ? `${text}, ${(step * recording.secondsPerStep).toFixed(2)} s` : text;
}

let lastTime = null;
function frame(time) {
  if (state.playing) {
    const elapsed = lastTime === null ? 0 : Math.min((time - lastTime) / 1000, 0.25);
    state.step += elapsed * stepsPerSecond * speeds[state.speed];
    if (state.step >= state.length) { state.step = state.length; setPlaying(false); }
    state.dirty = true;
  }
  lastTime = time;
  if (state.dirty) { state.dirty = false; draw(time); }
  requestAnimationFrame(frame);
}

function setPlaying(playing) {
  if (playing && state.step >= state.length) state.step = 0;
  state.playing = playing;
  state.dirty = true;
  byId("play").textContent = playing ? "❚❚ Pause" : "▶ Play";
  byId("play").setAttribute("aria-pressed", String(playing));
}

function goTo(step) {
  setPlaying(false);
  state.step = Math.min(Math.max(step, 0), state.length);
}

function setSpeed(index) {
  state.speed = Math.min(Math.max(index, 0), speeds.length - 1);
  byId("speed").selectedIndex = state.speed;
}

function setEpisode(index) {
  const most = Math.max(...panels.map((panel) => panel.rollout.episodes.length));
  state.episode = Math.min(Math.max(index, 0), most - 1);
  state.step = 0;
  prepareEpisode();
}

function turn(yaw, pitch) {
  camera.yaw -= yaw;
  camera.pitch = Math.min(Math.max(camera.pitch + pitch, 0.05), 1.5);
  state.dirty = true;
}

/* Closer or further away; a thousandth to a thousand times what fits. */
function zoom(factor) {
  camera.zoom = Math.min(Math.max(camera.zoom * factor, 1e-3), 1e3);
  const text = Number(camera.zoom.toPrecision(2));
  byId("zoom-level").textContent = `× ${text}`;
  state.dirty = true;
}

function refresh() {
  readColours();
  for (const panel of panels) { panel.scene.refresh(); panel.curve.refresh(); }
  state.dirty = true;
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  refresh();
}

const turnable = recording.view === "turnable";
const zoomable = recording.scene === "robot";
const keys = {
  " ": () => setPlaying(!state.playing),
  ArrowLeft: (event) => goTo(Math.ceil(state.step) - (event.shiftKey ? 10 : 1)),
  ArrowRight: (event) => goTo(Math.floor(state.step) + (event.shiftKey ? 10 : 1)),
  ArrowUp: () => setSpeed(state.speed + 1),
  ArrowDown: () => setSpeed(state.speed - 1),
  Home: () => goTo(0),
  End: () => goTo(state.length),
  PageUp: () => setEpisode(state.episode - 1),
  PageDown: () => setEpisode(state.episode + 1),
  a: () => turnable && turn(0.15, 0), d: () => turnable && turn(-0.15, 0),
  "+": () => zoomable && zoom(1.25), "=": () => zoomable && zoom(1.25),
  "-": () => zoomable && zoom(0.8), 0: () => zoomable && zoom(1 / camera.zoom),
  w: () => turnable && turn(0, 0.1), s: () => turnable && turn(0, -0.1),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target.closest("select") || (event.key === " " && target.closest("button, summary"))
    || (event.key === " " && target.type === "checkbox")) return;
  const action = keys[event.key];
  if (!action) return;
  event.preventDefault();
  action(event);
});

byId("family").textContent = recording.family;
byId("summary").textContent = recording.summary;
panels = recording.rollouts.map(makePanel);
const choice = byId("choice");
choice.hidden = panels.length < 2;
panels.forEach((panel, index) => {
  panel.node.hidden = index >= 6;
  const line = element("label", choice.querySelector("div"));
  const box = element("input", line);
  box.type = "checkbox";
  box.checked = !panel.node.hidden;
  element("bdi", line, " " + panel.rollout.name);
  box.addEventListener("change", () => {
    panel.node.hidden = !box.checked;
    prepareEpisode();
  });
});
for (const [name, text] of [["Environment", recording.environment], ["Seed", recording.seed],
  ["Definition (SHA-256)", recording.definitionDigest], ["Recorded by", recording.software]]) {
  element("dt", document.querySelector("#about dl"), name);
  element("dd", document.querySelector("#about dl"), text);
}
for (const speed of speeds) {
  element("option", byId("speed"), recording.secondsPerStep ? `× ${speed}`
    : `${Math.round(speed * stepsPerSecond * 10) / 10} steps/s`);
}
byId("turning").textContent = (turnable ? ", drag or A D W S turn" : "")
  + (zoomable ? ", + \u2212 0 or Ctrl and wheel zoom" : "");
byId("zoom").hidden = !zoomable;
byId("zoom-out").addEventListener("click", () => zoom(0.8));
byId("zoom-in").addEventListener("click", () => zoom(1.25));
zoom(1);
byId("play").addEventListener("click", () => setPlaying(!state.playing));
byId("start").addEventListener("click", () => goTo(0));
byId("back").addEventListener("click", () => goTo(Math.ceil(state.step) - 1));
byId("next").addEventListener("click", () => goTo(Math.floor(state.step) + 1));
byId("episode-back").addEventListener("click", () => setEpisode(state.episode - 1));
byId("episode-next").addEventListener("click", () => setEpisode(state.episode + 1));
byId("scrubber").addEventListener("input", (event) => goTo(Number(event.target.value)));
byId("speed").addEventListener("change", (event) => setSpeed(event.target.selectedIndex));
byId("theme").addEventListener("click", () =>
  setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
const dark = window.matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
window.addEventListener("resize", () => { state.dirty = true; });
setTheme(dark.matches ? "dark" : "light");
setSpeed(3);
prepareEpisode();
requestAnimationFrame(frame);
