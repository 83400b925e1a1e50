const partCount = recording.parts.length;

/* One turn and one zoom for all panels, so that they are seen alike; zoom 1 fits. */
const camera = { yaw: -0.9, pitch: 0.42, zoom: 1 };

/* A task's place, or undefined; one of the plane lies on the floor. */
function goalOf(rollout) {
  const flat = parameter(rollout, "goal", 2);
  return flat ? [flat[0], flat[1], 0] : parameter(rollout, "goal", 3);
}

/* What a robot takes up during an episode, m: the corners of a box, the greatest distance of
   an end from the first part, how far that travels, and the height of the first pose. */
function extentOf(episode) {
  if (episode.extent) return episode.extent;
  const places = episode.places;
  const frames = partCount ? Math.floor(places.length / (6 * partCount)) : 0;
  const extent = { low: [0, 0, 0], high: [0, 0, 0], root: [0, 0, 0], reach: 1e-3, travel: 0,
    top: 1e-3 };
  for (let frame = 0; frame < frames; frame += 1) {
    const first = 6 * partCount * frame;
    const root = [0, 1, 2].map((axis) =>
      (places[first + axis] + places[first + 3 + axis]) / 2e4);
    if (frame === 0) {
      extent.root = root;
      extent.low = root.slice();
      extent.high = root.slice();
    }
    extent.travel = Math.max(extent.travel,
      Math.hypot(root[0] - extent.root[0], root[1] - extent.root[1]));
    for (let end = 0; end < 2 * partCount; end += 1) {
      const radius = recording.parts[end >> 1][0];
      let square = 0;
      for (let axis = 0; axis < 3; axis += 1) {
        const value = places[first + 3 * end + axis] / 1e4;
        extent.low[axis] = Math.min(extent.low[axis], value - radius);
        extent.high[axis] = Math.max(extent.high[axis], value + radius);
        square += (value - root[axis]) ** 2;
        if (axis === 2 && frame === 0) extent.top = Math.max(extent.top, value + radius);
      }
      extent.reach = Math.max(extent.reach, Math.sqrt(square) + radius);
    }
  }
  episode.extent = extent;
  return extent;
}

class RobotScene {
  constructor(canvas, rollout) {
    this.canvas = canvas;
    this.rollout = rollout;
    this.radii = recording.parts.map((part) => part[0]);
    canvas.addEventListener("wheel", (event) => {
      /* With the control key, as pinching is told: the wheel alone scrolls the page. */
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 300));
    }, { passive: false });
  }

  /* The view that fits what all panels show; see RobotView, which does the same for films. */
  static bounds(rollouts, episodes) {
    const extents = episodes.map(extentOf);
    const reach = Math.max(1e-3, ...extents.map((extent) => extent.reach));
    const goals = rollouts.map((rollout, index) => {
      const goal = goalOf(rollout);
      return { goal, distance: goal
        ? Math.hypot(...goal.map((value, axis) => value - extents[index].root[axis])) : Infinity };
    });
    /* A goal further away than this would make the robot a dot. */
    const near = goals.filter((one) => one.distance <= 3 * reach).map((one) => one.goal);
    const view = { goalRadius: recording.goalRadius || 0.22 * reach,
      top: Math.max(...extents.map((extent) => extent.top), ...near.map((goal) => goal[2])) };
    if (recording.view === "turnable" && extents.every((extent) =>
        extent.travel <= 0.5 * extent.reach)) {
      const pick = (side, choose) => [0, 1, 2].map((axis) => choose(
        ...extents.map((extent) => extent[side][axis]), ...near.map((goal) => goal[axis]),
        ...(side === "low" && axis === 2 ? [0] : [])));
      const [low, high] = [pick("low", Math.min), pick("high", Math.max)];
      view.still = low.map((value, axis) => (value + high[axis]) / 2);
      view.radius = Math.max(1e-3,
        0.375 * Math.hypot(...low.map((value, axis) => high[axis] - value)));
    } else {
      const farthest = Math.max(0, ...goals.map((one) => one.distance)
        .filter((distance) => Number.isFinite(distance)));
      view.radius = Math.max(reach, Math.min(farthest, 2 * reach));
    }
    return view;
  }

  show(episode, view) {
    this.episode = episode;
    this.view = view;
    this.frames = partCount ? Math.floor(episode.places.length / (6 * partCount)) : 0;
    this.start = this.frames ? this.root(0) : [0, 0, 0];
  }

  refresh() {}

  /* The middle of the first part, m. */
  root(step) {
    const [at, places] = [6 * partCount * step, this.episode.places];
    return [0, 1, 2].map((axis) => (places[at + axis] + places[at + 3 + axis]) / 2e4);
  }

  /* What the picture of a step is about, m. */
  centre(step) {
    if (this.view.still) return this.view.still;
    const root = this.root(step);
    return [root[0], root[1], 0.45 * this.view.top];
  }

  seconds(step) { return step * (recording.secondsPerStep || 0); }

  /* Where the commanded speed would have brought it, or undefined. */
  pace(step) {
    const velocity = parameter(this.rollout, "velocity", 1);
    return velocity ? this.start[0] + velocity[0] * this.seconds(step) : undefined;
  }

  begin() {
    fit(this.canvas);
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.canvas.clientWidth, this.canvas.clientHeight);
    context.setLineDash([]);
    return context;
  }

  /* A part as a thick line with a thin border. */
  part(context, x0, y0, x1, y1, radius, colour) {
    context.lineCap = "round";
    for (const [grow, stroke] of [[1.5, colours.ground], [0, colour]]) {
      context.strokeStyle = stroke;
      context.lineWidth = Math.max(2 * (radius + grow), 1.5);
      segment(context, x0, y0, x1 + 0.01, y1);
    }
  }

  /* A goal seen flat: what counts as reached, at least as large as can be seen. */
  drawGoal(context, x, y, radius) {
    context.setLineDash([]);
    context.lineWidth = 2.5;
    context.strokeStyle = context.fillStyle = colours.goal;
    context.beginPath();
    context.arc(x, y, Math.max(radius, 4), 0, 7);
    context.globalAlpha = 0.2;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
    label(context, "goal", x, y - Math.max(radius, 4) - 7, colours.goal, "center");
  }

  drawDirection(context, x, y) {
    const direction = parameter(this.rollout, "direction", 1);
    if (!direction) return;
    arrow(context, x, y, 40 * Math.sign(direction[0] || 1), 0, colours.goal);
    label(context, "commanded", x, y - 9, colours.goal, "center");
  }
}
