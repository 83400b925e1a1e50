class FlatRobotScene extends RobotScene {
  draw(step) {
    const context = this.begin();
    if (!this.frames) return;
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const now = Math.min(step, this.frames - 1);
    const centre = this.centre(now);
    const side = recording.view === "side";
    const { top, radius } = this.view;
    const scale = camera.zoom * (side ? Math.min(height / (1.8 * top), width / (2.8 * radius))
      : Math.min(height / (1.7 * radius), width / (2 * radius)));
    const up = side ? 2 : 1;
    /* Zoomed in, the robot stays in the picture rather than the ground. */
    const ground = side
      ? Math.max(height - Math.min(0.25 * top * scale, 44), 0.35 * height + this.root(now)[2] * scale)
      : height / 2 + centre[1] * scale;
    const x = (value) => width / 2 + (value - centre[0]) * scale;
    const y = (value) => ground - value * scale;
    this.drawGround(context, width, height, scale, centre, side, x, y);
    this.drawTrail(context, now, up, x, y);
    const pace = this.pace(now);
    if (pace !== undefined) {
      context.strokeStyle = colours.goal;
      context.lineWidth = 2;
      context.setLineDash([7, 5]);
      const shown = Math.min(Math.max(x(pace), 4), width - 4);
      segment(context, shown, 0, shown, height);
      const left = shown > width / 2;
      const off = x(pace) < 0 || x(pace) > width ? `, ${numberText(pace - centre[0])} m away` : "";
      label(context, "commanded pace" + off, shown + (left ? -6 : 6), 16, colours.goal,
        left ? "right" : "left");
    }
    this.drawDirection(context, width / 2, 28);
    const goal = goalOf(this.rollout);
    if (goal) {
      this.drawGoal(context, x(goal[0]), y(goal[up]), this.view.goalRadius * scale);
    }
    const places = this.episode.places;
    for (let part = 0; part < partCount; part += 1) {
      const at = 6 * (partCount * now + part);
      this.part(context, x(places[at] / 1e4), y(places[at + up] / 1e4),
        x(places[at + 3] / 1e4), y(places[at + 3 + up] / 1e4), this.radii[part] * scale,
        part === 0 ? colours.agent : part % 2 ? colours.trail : colours.agent);
    }
  }

  drawGround(context, width, height, scale, centre, side, x, y) {
    const step = roundStep(scale, 80);
    context.lineWidth = 1;
    const reach = width / 2 / scale;
    for (let i = Math.ceil((centre[0] - reach) / step); i * step <= centre[0] + reach; i += 1) {
      context.strokeStyle = i === 0 ? colours.line : colours.grid;
      segment(context, x(i * step), 0, x(i * step), side ? y(0) : height);
      label(context, tick(i * step, step) + " m", x(i * step),
        side ? Math.min(y(0) + 16, height - 4) : height - 4, colours.muted, "center");
    }
    if (!side) {
      const span = height / 2 / scale;
      for (let i = Math.ceil((centre[1] - span) / step); i * step <= centre[1] + span; i += 1) {
        context.strokeStyle = i === 0 ? colours.line : colours.grid;
        segment(context, 0, y(i * step), width, y(i * step));
      }
      return;
    }
    context.strokeStyle = colours.muted;
    context.lineWidth = 2;
    segment(context, 0, y(0), width, y(0));
    for (const limit of recording.heightLimits || []) {
      if (limit === null || y(limit) < 0) continue;
      context.strokeStyle = colours.limit;
      context.lineWidth = 1.5;
      context.setLineDash([6, 5]);
      segment(context, 0, y(limit), width, y(limit));
      const words = `torso's limit ${Number(limit.toPrecision(3))} m`;
      label(context, words, width - 6, y(limit) + (y(limit) < 20 ? 15 : -5), colours.limit,
        "right");
    }
    context.setLineDash([]);
  }

  drawTrail(context, now, up, x, y) {
    context.strokeStyle = colours.trail;
    context.globalAlpha = 0.7;
    context.lineWidth = 1.5;
    context.beginPath();
    for (let i = Math.max(0, now - 300); i <= now; i += 1) {
      const root = this.root(i);
      context.lineTo(x(root[0]), y(root[up]));
    }
    context.stroke();
    context.globalAlpha = 1;
  }
}

class TurnableRobotScene extends RobotScene {
  constructor(canvas, rollout) {
    super(canvas, rollout);
    let last = null;
    canvas.addEventListener("pointerdown", (event) => {
      last = [event.clientX, event.clientY];
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      turn((event.clientX - last[0]) / 120, (event.clientY - last[1]) / 160);
      last = [event.clientX, event.clientY];
    });
    const release = () => { last = null; };
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
  }

  draw(step) {
    const context = this.begin();
    if (!this.frames) return;
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const now = Math.min(step, this.frames - 1);
    const [centre, root] = [this.centre(now), this.root(now)];
    const [cosYaw, sinYaw] = [Math.cos(camera.yaw), Math.sin(camera.yaw)];
    const [cosPitch, sinPitch] = [Math.cos(camera.pitch), Math.sin(camera.pitch)];
    const distance = 4.8 * this.view.radius / camera.zoom;
    const focus = 1.35 * Math.min(width, height * 1.2);
    /* Right and down in pixels, pixels a metre there. */
    const project = (x, y, z) => {
      const [dx, dy, dz] = [x - centre[0], y - centre[1], z - centre[2]];
      const across = -sinYaw * dx + cosYaw * dy;
      const away = -(cosYaw * dx + sinYaw * dy);
      const depth = distance + away * cosPitch - dz * sinPitch;
      const rise = dz * cosPitch + away * sinPitch;
      const scale = focus / Math.max(depth, 0.05 * distance);
      return [width / 2 + across * scale, height / 2 - rise * scale, scale, depth];
    };
    const line = (a, b) => {
      const [p, q] = [project(...a), project(...b)];
      if (p[3] > 0.05 * distance && q[3] > 0.05 * distance) segment(context, p[0], p[1], q[0], q[1]);
    };
    this.drawFloor(context, centre, line, project);
    this.drawTask(context, root, now, line, project);
    context.strokeStyle = colours.trail;
    context.lineWidth = 1.5;
    context.beginPath();
    for (let i = Math.max(0, now - 300); i <= now; i += 1) {
      const root = this.root(i);
      const at = project(root[0], root[1], 0);
      context.lineTo(at[0], at[1]);
    }
    context.stroke();
    const places = this.episode.places;
    const parts = [];
    for (let part = 0; part < partCount; part += 1) {
      const at = 6 * (partCount * now + part);
      const [a, b] = [0, 3].map((end) =>
        [places[at + end] / 1e4, places[at + end + 1] / 1e4, places[at + end + 2] / 1e4]);
      context.strokeStyle = colours.line;
      context.lineWidth = 3;
      context.lineCap = "round";
      line([a[0], a[1], 0], [b[0], b[1], 0]);
      const [p, q] = [project(...a), project(...b)];
      parts.push({ p, q, part, depth: p[3] + q[3] });
    }
    parts.sort((a, b) => b.depth - a.depth);
    for (const { p, q, part } of parts) {
      const radius = this.radii[part] * (p[2] + q[2]) / 2;
      this.part(context, p[0], p[1], q[0], q[1], radius,
        part === 0 ? colours.agent : colours.trail);
      context.strokeStyle = colours.ink;
      context.lineWidth = 1;
      segment(context, p[0], p[1], q[0], q[1]);
    }
    this.drawBall(context, line, project);
  }

  drawFloor(context, centre, line, project) {
    context.lineWidth = 1;
    const step = roundStep(2, this.view.radius);
    const [cx, cy] = [Math.round(centre[0] / step), Math.round(centre[1] / step)];
    for (let i = -4; i <= 4; i += 1) {
      context.strokeStyle = cx + i === 0 ? colours.muted : colours.grid;
      line([(cx + i) * step, (cy - 4) * step, 0], [(cx + i) * step, (cy + 4) * step, 0]);
      context.strokeStyle = cy + i === 0 ? colours.muted : colours.grid;
      line([(cx - 4) * step, (cy + i) * step, 0], [(cx + 4) * step, (cy + i) * step, 0]);
    }
    const row = step > this.view.radius ? 1 : 2;
    for (let i = -row; i <= row; i += row) {
      const at = project((cx + i) * step, (cy - row) * step, 0);
      label(context, `x ${tick((cx + i) * step, step)} m`, at[0], at[1], colours.muted, "center");
    }
  }

  /* A goal in space: a ball as far away as it is, over its place on the floor. */
  drawBall(context, line, project) {
    const goal = parameter(this.rollout, "goal", 3);
    if (!goal) return;
    const radius = this.view.goalRadius;
    context.strokeStyle = colours.muted;
    context.lineWidth = 1;
    this.drawRing(line, goal, radius);
    context.strokeStyle = colours.goal;
    context.lineWidth = 1.5;
    context.setLineDash([4, 4]);
    line([goal[0], goal[1], 0], goal);
    context.setLineDash([]);
    const at = project(...goal);
    this.drawGoal(context, at[0], at[1], radius * at[2]);
  }

  /* A circle on the floor. */
  drawRing(line, middle, radius) {
    for (let i = 0; i < 24; i += 1) {
      const [a, b] = [i, i + 1].map((k) => [middle[0] + radius * Math.cos(k * Math.PI / 12),
        middle[1] + radius * Math.sin(k * Math.PI / 12), 0]);
      line(a, b);
    }
  }

  drawTask(context, centre, now, line, project) {
    const { radius } = this.view;
    const inFront = (at) => at[3] > 0.2 * radius / camera.zoom;
    const goal = parameter(this.rollout, "goal", 2);
    const heading = parameter(this.rollout, "direction", 2)
      || (parameter(this.rollout, "direction", 1) || []).concat(0).slice(0, 2);
    context.strokeStyle = colours.goal;
    context.lineWidth = 2.5;
    if (goal) {
      this.drawRing(line, goal, this.view.goalRadius);
      context.setLineDash([4, 5]);
      line([centre[0], centre[1], 0], [goal[0], goal[1], 0]);
      context.setLineDash([]);
      const at = project(goal[0], goal[1], 0);
      if (inFront(at)) label(context, "goal", at[0], at[1] - 12, colours.goal, "center");
    }
    if (heading.length === 2) {
      const from = project(centre[0], centre[1], 0);
      const to = project(
        centre[0] + 1.2 * radius * heading[0], centre[1] + 1.2 * radius * heading[1], 0);
      if (inFront(to)) {
        arrow(context, from[0], from[1], to[0] - from[0], to[1] - from[1], colours.goal);
        label(context, "commanded", to[0], to[1] + 18, colours.goal, "center");
      }
    }
    const pace = this.pace(now);
    if (pace !== undefined) {
      context.setLineDash([7, 5]);
      line([pace, centre[1] - 1.3 * radius, 0], [pace, centre[1] + 1.3 * radius, 0]);
      context.setLineDash([]);
      const at = project(pace, centre[1] - 1.3 * radius, 0);
      if (inFront(at)) label(context, "commanded pace", at[0], at[1] + 14, colours.goal, "center");
    }
  }
}
