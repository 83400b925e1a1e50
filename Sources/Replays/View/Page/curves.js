class RewardCurve {
  constructor(canvas) {
    this.canvas = canvas;
    this.picture = document.createElement("canvas");
    const scrub = (event) => {
      const box = canvas.getBoundingClientRect();
      goTo(Math.round((event.clientX - box.left - this.left) / this.inner * this.length));
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      scrub(event);
    });
    canvas.addEventListener("pointermove", (event) => { if (event.buttons) scrub(event); });
  }

  /* Least and greatest reward of all panels, so that they can be compared. */
  static range(episodes) {
    let [low, high] = [Infinity, -Infinity];
    for (const episode of episodes) {
      for (const reward of episode.rewards) {
        if (reward === null) continue;
        low = Math.min(low, reward);
        high = Math.max(high, reward);
      }
    }
    if (low > high) return { low: -1, high: 1 };
    const margin = 0.06 * (high - low) || 0.5;
    return { low: low - margin, high: high + margin };
  }

  show(episode, range, length) {
    this.episode = episode;
    this.range = range;
    this.length = Math.max(length, 1);
    this.stale = true;
  }

  refresh() { this.stale = true; }

  draw(step) {
    const canvas = this.canvas;
    if (fit(canvas) || this.stale) this.redraw();
    const context = canvas.getContext("2d");
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    context.clearRect(0, 0, width, height);
    context.drawImage(this.picture, 0, 0, width, height);
    const x = this.left + Math.min(step, this.length) / this.length * this.inner;
    context.strokeStyle = colours.mark;
    context.lineWidth = 1.5;
    segment(context, x, 16, x, height - 4);
    const reward = this.episode.rewards[Math.min(step, this.episode.steps) - 1];
    if (reward === null || reward === undefined) return;
    context.fillStyle = colours.goal;
    context.beginPath();
    context.arc(
      this.left + Math.min(step, this.episode.steps) / this.length * this.inner,
      this.y(reward), 4, 0, 7);
    context.fill();
  }

  y(reward) {
    const height = this.canvas.clientHeight;
    const { low, high } = this.range;
    return 20 + (high - reward) / (high - low) * (height - 28);
  }

  redraw() {
    this.stale = false;
    const ratio = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    this.picture.width = this.canvas.width;
    this.picture.height = this.canvas.height;
    const context = this.picture.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.left = 48;
    this.inner = Math.max(width - this.left - 8, 1);
    const { low, high } = this.range;
    const span = high - low;
    const step = roundStep((this.canvas.clientHeight - 28) / span, 24);
    context.lineWidth = 1;
    for (let i = Math.ceil(low / step); i * step <= high; i += 1) {
      context.strokeStyle = i === 0 ? colours.line : colours.grid;
      segment(context, this.left, this.y(i * step), width - 8, this.y(i * step));
      label(context, tick(i * step, step), this.left - 5, this.y(i * step), colours.muted,
        "right", "middle");
    }
    label(context, "reward of the step", this.left, 12, colours.muted);
    label(context, this.length === 1 ? "1 step" : `${this.length} steps`, width - 8, 12, colours.muted, "right");
    this.drawLine(context);
  }

  /* One upright stroke a column where there are more steps than columns. */
  drawLine(context) {
    const rewards = this.episode.rewards;
    context.strokeStyle = colours.agent;
    context.lineWidth = 1.5;
    context.beginPath();
    const perColumn = this.length / this.inner;
    if (perColumn <= 2) {
      let pen = false;
      rewards.forEach((reward, i) => {
        if (reward === null) { pen = false; return; }
        const x = this.left + (i + 1) / this.length * this.inner;
        if (pen) context.lineTo(x, this.y(reward)); else context.moveTo(x, this.y(reward));
        pen = true;
      });
    } else {
      for (let column = 0; column * perColumn < rewards.length; column += 1) {
        const part = rewards.slice(Math.floor(column * perColumn),
          Math.ceil((column + 1) * perColumn)).filter((reward) => reward !== null);
        if (!part.length) continue;
        context.moveTo(this.left + column, this.y(Math.max(...part)) - 0.5);
        context.lineTo(this.left + column, this.y(Math.min(...part)) + 0.5);
      }
    }
    context.stroke();
  }
}
