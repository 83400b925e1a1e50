class PlaneScene {
  constructor(canvas, rollout) {
    this.canvas = canvas;
    this.rollout = rollout;
    this.trail = document.createElement("canvas");
  }

  /* What all panels show, so that they can be compared. */
  static bounds(rollouts, episodes) {
    let [left, right, low, high] = [0, 0, 0, 0];
    const include = (x, y, r = 0) => {
      left = Math.min(left, x - r); right = Math.max(right, x + r);
      low = Math.min(low, y - r); high = Math.max(high, y + r);
    };
    rollouts.forEach((rollout, index) => {
      const places = episodes[index].places;
      for (let i = 0; i < places.length; i += 2) {
        if (places[i] !== null && places[i + 1] !== null) include(places[i], places[i + 1]);
      }
      const goal = parameter(rollout, "goal", 2);
      if (goal) include(goal[0], goal[1]);
    });
    for (const corner of recording.settings.corners || []) include(corner[0], corner[1]);
    const margin = 0.08 * Math.max(right - left, high - low, 0.1);
    return { left: left - margin, right: right + margin, low: low - margin, high: high + margin };
  }

  show(episode, bounds) {
    this.episode = episode;
    this.bounds = bounds;
    this.drawn = -1;
  }

  refresh() { this.drawn = -1; }

  layout() {
    const { left, right, low, high } = this.bounds;
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    this.scale = Math.min(width / (right - left), height / (high - low));
    this.x = (x) => width / 2 + (x - (left + right) / 2) * this.scale;
    this.y = (y) => height / 2 - (y - (low + high) / 2) * this.scale;
  }

  draw(step) {
    if (fit(this.canvas)) this.drawn = -1;
    this.layout();
    const context = this.canvas.getContext("2d");
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    context.clearRect(0, 0, width, height);
    this.drawGrid(context, width, height);
    this.drawMarks(context);
    this.drawTrail(Math.min(step, this.episode.steps));
    context.drawImage(this.trail, 0, 0, width, height);
    const at = 2 * Math.min(step, this.episode.steps);
    const [px, py] = [this.episode.places[at], this.episode.places[at + 1]];
    context.lineWidth = 2;
    context.strokeStyle = colours.muted;
    const places = this.episode.places;
    this.ring(context, this.x(places[0]), this.y(places[1]), 4);
    if (px === null || px === undefined) return;
    context.fillStyle = colours.agent;
    context.strokeStyle = colours.ground;
    context.beginPath();
    context.arc(this.x(px), this.y(py), 7, 0, 7);
    context.fill();
    context.stroke();
  }

  ring(context, x, y, radius) {
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.stroke();
  }

  drawGrid(context, width, height) {
    const step = roundStep(this.scale, 70);
    const { left, right, low, high } = this.bounds;
    context.lineWidth = 1;
    context.setLineDash([]);
    const ranges = [
      [Math.ceil((left + right) / 2 / step - width / 2 / this.scale / step), width, true],
      [Math.ceil((low + high) / 2 / step - height / 2 / this.scale / step), height, false]];
    for (const [first, extent, upright] of ranges) {
      for (let i = first; i <= first + extent / this.scale / step; i += 1) {
        const at = upright ? this.x(i * step) : this.y(i * step);
        context.strokeStyle = i === 0 ? colours.line : colours.grid;
        if (upright) segment(context, at, 0, at, height); else segment(context, 0, at, width, at);
        if (upright && at > 20 && at < width - 30) {
          label(context, tick(i * step, step), at, height - 4, colours.muted, "center");
        }
        if (!upright && at > 10 && at < height - 22) {
          label(context, tick(i * step, step), 4, at, colours.muted, "left", "middle");
        }
      }
    }
    label(context, "m", width - 6, height - 4, colours.muted, "right");
  }

  drawMarks(context) {
    const settings = recording.settings;
    context.lineWidth = 1.5;
    context.strokeStyle = colours.limit;
    context.setLineDash([5, 4]);
    if (typeof settings.silent_radius === "number") {
      const r = settings.silent_radius;
      context.beginPath();
      for (const [x, y] of [[r, 0], [0, r], [-r, 0], [0, -r]]) context.lineTo(this.x(x), this.y(y));
      context.closePath();
      context.stroke();
      label(context, "no reward inside", this.x(0), this.y(r) - 5, colours.limit, "center");
    }
    for (const corner of settings.corners || []) {
      context.setLineDash([]);
      context.strokeStyle = colours.muted;
      this.ring(context, this.x(corner[0]), this.y(corner[1]), 6);
    }
    const goal = parameter(this.rollout, "goal", 2)
      || (Array.isArray(settings.goal) ? settings.goal : undefined);
    const wind = parameter(this.rollout, "wind", 2)
      || (Array.isArray(settings.wind) ? settings.wind : undefined);
    if (wind && Math.hypot(wind[0], wind[1]) > 0) {
      const length = Math.hypot(wind[0], wind[1]);
      const [dx, dy] = [38 * wind[0] / length, -38 * wind[1] / length];
      arrow(context, 50 - dx / 2, 50 - dy / 2, dx, dy, colours.limit);
      label(context, `wind ${numberText(length)} m a step`, 84, 50, colours.limit, "left", "middle");
    }
    if (!goal) return;
    const [x, y] = [this.x(goal[0]), this.y(goal[1])];
    context.strokeStyle = colours.limit;
    context.lineWidth = 1.5;
    if (typeof settings.reward_radius === "number") {
      context.setLineDash([5, 4]);
      this.ring(context, x, y, settings.reward_radius * this.scale);
    }
    if (typeof settings.tolerance === "number") {
      const half = settings.tolerance * this.scale;
      context.setLineDash([]);
      context.strokeRect(x - half, y - half, 2 * half, 2 * half);
    }
    context.setLineDash([]);
    context.strokeStyle = colours.goal;
    context.lineWidth = 2.5;
    this.ring(context, x, y, 9);
    segment(context, x - 14, y, x + 14, y);
    segment(context, x, y - 14, x, y + 14);
    const right = x < this.canvas.clientWidth - 70;
    label(context, "goal", x + (right ? 14 : -14), y - 9, colours.goal, right ? "left" : "right");
  }

  /* Only what is new is drawn: ten thousand steps cost as much as one. */
  drawTrail(step) {
    const trail = this.trail;
    const ratio = window.devicePixelRatio || 1;
    const context = trail.getContext("2d");
    if (this.drawn < 0 || step < this.drawn) {
      trail.width = this.canvas.width;
      trail.height = this.canvas.height;
      this.drawn = 0;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (step === this.drawn) return;
    context.strokeStyle = context.fillStyle = colours.trail;
    context.lineWidth = 2;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    const places = this.episode.places;
    for (let i = this.drawn; i <= step; i += 1) {
      if (places[2 * i] === null || places[2 * i + 1] === null) continue;
      context.lineTo(this.x(places[2 * i]), this.y(places[2 * i + 1]));
    }
    context.stroke();
    if (this.episode.steps <= 300) {
      for (let i = this.drawn + 1; i <= step; i += 1) {
        if (places[2 * i] === null || places[2 * i + 1] === null) continue;
        context.beginPath();
        context.arc(this.x(places[2 * i]), this.y(places[2 * i + 1]), 2.6, 0, 7);
        context.fill();
      }
    }
    this.drawn = step;
  }
}

/* What has no place is shown by its actions, the last hundred of them. */
class ActionScene {
  constructor(canvas) { this.canvas = canvas; }
  static bounds() { return {}; }
  show(episode) {
    this.episode = episode;
    const known = episode.actions.filter((value) => value !== null);
    this.low = known.reduce((a, b) => Math.min(a, b), 0);
    this.high = known.reduce((a, b) => Math.max(a, b), 1);
  }
  refresh() {}

  draw(step) {
    fit(this.canvas);
    const context = this.canvas.getContext("2d");
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    context.clearRect(0, 0, width, height);
    const size = recording.actions.length || 1;
    const last = Math.min(step, this.episode.steps);
    const first = Math.max(0, last - 100);
    const x = (i) => 40 + (i - first + 0.5) * (width - 50) / Math.min(100, this.episode.steps);
    const y = (value) =>
      height - 26 - (value - this.low) / (this.high - this.low) * (height - 60);
    const distance = roundStep((height - 60) / (this.high - this.low), 24);
    context.lineWidth = 1;
    for (let v = Math.ceil(this.low / distance); v * distance <= this.high; v += 1) {
      context.strokeStyle = colours.grid;
      segment(context, 36, y(v * distance), width, y(v * distance));
      label(context, tick(v * distance, distance), 30, y(v * distance), colours.muted, "right",
        "middle");
    }
    label(context, "actions, the last hundred", 40, 18, colours.muted);
    for (let i = first; i < last; i += 1) {
      for (let j = 0; j < size; j += 1) {
        const value = this.episode.actions[size * i + j];
        if (value === null || value === undefined) continue;
        context.fillStyle = i === last - 1 ? colours.goal : colours.agent;
        context.beginPath();
        context.arc(x(i), y(value), i === last - 1 ? 6 : 3.5, 0, 7);
        context.fill();
      }
    }
    label(context, `step ${last}`, width - 8, height - 6, colours.muted, "right");
  }
}
