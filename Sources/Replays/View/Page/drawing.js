const recording = JSON.parse(document.getElementById("recording").textContent);
const byId = (id) => document.getElementById(id);
let colours = {};

function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["ground", "ink", "muted", "grid", "line", "agent", "trail", "goal",
    "limit", "mark"]) {
    colours[name] = style.getPropertyValue("--" + name).trim();
  }
}

/* Four significant digits; what is not finite was recorded as null. */
function numberText(value) {
  if (value === null || value === undefined) return "not finite";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const text = Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5
    ? value.toFixed(Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 3 : 4)
    : value.toExponential(2);
  return text.replace("-", "\u2212");
}

function element(name, parent, text) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

/* Makes a canvas as fine as the screen; true when its size has changed. */
function fit(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  const changed = canvas.width !== width || canvas.height !== height;
  if (changed) { canvas.width = width; canvas.height = height; }
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
  return changed;
}

function label(context, text, x, y, colour, align = "left", baseline = "alphabetic") {
  context.save();
  context.font = "12px system-ui, 'DejaVu Sans', sans-serif";
  context.textAlign = align;
  context.textBaseline = baseline;
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.setLineDash([]);
  context.strokeStyle = colours.ground;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
  context.restore();
}

function segment(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function arrow(context, x, y, dx, dy, colour) {
  const angle = Math.atan2(dy, dx);
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 2.5;
  context.setLineDash([]);
  segment(context, x, y, x + dx, y + dy);
  context.beginPath();
  for (const turn of [0, 2.6, -2.6]) {
    context.lineTo(x + dx + 9 * Math.cos(angle + turn), y + dy + 9 * Math.sin(angle + turn));
  }
  context.fill();
}

/* A round distance between marks of a scale: at least `pixels` apart. */
function roundStep(scale, pixels) {
  const least = pixels / scale;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least);
}

function tick(value, step) {
  return (value + 0).toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
    .replace("-", "\u2212");
}

/* A task's parameter, or undefined. */
const parameter = (rollout, name, size) =>
  rollout.task[name] && rollout.task[name].length === size
    && rollout.task[name].every((value) => value !== null) ? rollout.task[name] : undefined;
