// The timeline: lanes against ticks, drawn on a canvas, only what can be seen. Refuses to know:
// what is in the panels beside it.

const GUTTER = 148, HEAD = 30, LEAST_LANE = 36, MOST_LANE = 72, THIN = 3;
const MANY_ARROWS = 600, MOST_ARROWS = 6000;

class Timeline {
  constructor(canvas, overview, onSelect, onHover) {
    Object.assign(this, { canvas, overview, onSelect, onHover });
    this.shortened = new Scale(true);
    this.scale = this.shortened.cuts.length ? this.shortened : new Scale(false);
    this.left = 0;
    this.top = 0;
    this.zoom = 1;
    this.selected = null;
    this.matches = null;
    this.frames = 0;
    this.colors = {};
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    this.resize();
    this.fit();
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.overview]) {
      canvas.width = Math.round(canvas.clientWidth * ratio);
      canvas.height = Math.round(canvas.clientHeight * ratio);
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    const was = this.width, room = (this.canvas.clientHeight - HEAD) / lanes.length;
    this.lane = Math.floor(Math.min(Math.max(room, LEAST_LANE), MOST_LANE));
    this.bar = Math.round(this.lane * 0.55);
    this.width = Math.max(this.canvas.clientWidth - GUTTER, 50);
    this.height = this.canvas.clientHeight;
    if (was && was !== this.width) this.zoom *= this.width / was;
    this.density = null;
    this.move(0, 0);
  }

  /** Takes the colors of the style, which differ in the dark. */
  recolor() {
    const style = getComputedStyle(document.documentElement);
    const names = ["ground", "panel", "ink", "muted", "line", "band", "creation", "message",
      "time-out", "fault", "arrow", "accent", "on-bar"];
    names.forEach(name => { this.colors[name] = style.getPropertyValue(`--${name}`).trim(); });
    this.redraw();
  }

  get least() { return (this.width - 40) / this.scale.length; }

  fit() {
    this.zoom = this.least;
    this.left = -20 / this.zoom;
    this.top = 0;
    this.redraw();
  }

  setShortened(shortened) {
    const middle = this.scale.time(this.left + this.width / 2 / this.zoom);
    const share = this.zoom / this.least;
    this.scale = shortened ? this.shortened : (this.true ||= new Scale(false));
    this.zoom = this.least * share;
    this.left = this.scale.unit(middle) - this.width / 2 / this.zoom;
    this.density = null;
    this.move(0, 0);
  }

  x(unit) { return GUTTER + (unit - this.left) * this.zoom; }

  y(lane) { return HEAD + lane * this.lane - this.top + this.lane / 2; }

  /** Moves by so many pixels, and stays where there is something. */
  move(right, down) {
    const shown = this.width / this.zoom, room = 20 / this.zoom;
    const least = Math.min(-room, (this.scale.length - shown) / 2);
    const most = Math.max(this.scale.length - shown + room, least);
    this.left = Math.min(Math.max(this.left + right / this.zoom, least), most);
    const deepest = Math.max(lanes.length * this.lane + HEAD + 10 - this.height, 0);
    this.top = Math.min(Math.max(this.top + down, 0), deepest);
    this.redraw();
  }

  zoomBy(factor, x = GUTTER + this.width / 2) {
    const unit = this.left + (x - GUTTER) / this.zoom;
    this.zoom = Math.min(Math.max(this.zoom * factor, this.least), this.least * 1e9, 400);
    this.zoom = Math.max(this.zoom, Math.min(this.least, 400));
    this.left = unit - (x - GUTTER) / this.zoom;
    this.move(0, 0);
  }

  /** Moves so that the lane and the units can be seen; with `near`, so that they fill the view. */
  reveal(lane, start, end, near) {
    if (near) {
      this.zoom = Math.min(Math.max(this.width / 3 / Math.max(end - start, 1e-9), this.least), 400);
    }
    const x = this.x(start), right = Math.max(this.x(end), x + THIN);
    if (near || x < GUTTER + 20 || right > GUTTER + this.width - 20) {
      this.left = (start + end) / 2 - this.width / 2 / this.zoom;
    }
    const y = this.y(lane);
    if (y < HEAD + this.lane) this.top -= HEAD + this.lane - y;
    if (y > this.height - this.lane) this.top += y - this.height + this.lane;
    this.move(0, 0);
  }

  /** The rectangle of an activation, in pixels of the canvas. */
  box(at) {
    const x = this.x(this.scale.starts[at]);
    const width = Math.max(this.x(this.scale.ends[at]) - x, THIN);
    return { x, y: this.y(activations[at].lane) - this.bar / 2, width, height: this.bar };
  }

  /** The place of a message that no activation handles, or that the outside sent. */
  dot(at) {
    const message = messages[at];
    const ends = message.fate === "received" || message.fate === "waits";
    const lane = ends && message.to !== undefined ? message.to
      : message.by === undefined ? message.from : undefined;
    if (lane === undefined) return null;
    return { x: this.x(this.scale.sent[at]), y: this.y(lane) };
  }

  /** What stands at a point. */
  hit(x, y) {
    const lane = Math.floor((y - HEAD + this.top) / this.lane);
    if (y < HEAD || x < GUTTER || lane < 0 || lane >= lanes.length) return null;
    let best = null, nearest = 6;
    const [first, last] = this.visible(lane);
    for (let place = first; place < last; place++) {
      const at = ofLane[lane][place], { x: left, width } = this.box(at);
      const away = Math.max(left - x, x - left - width, 0);
      if (away < nearest) { nearest = away; best = { kind: "activation", at }; }
    }
    if (best && nearest === 0) return best;
    const candidates = lanes[lane].kind === "outside" ? this.ofOutside() : arrivedIn[lane];
    for (const at of candidates) {
      const dot = this.dot(at);
      if (!dot) continue;
      const away = Math.hypot(dot.x - x, dot.y - y);
      if (away < nearest) { nearest = away; best = { kind: "message", at }; }
    }
    return best;
  }

  ofOutside() {
    this.outside ||= messages.filter(it => it.by === undefined).map(it => it.at);
    return this.outside;
  }

  /** The places of the activations of a lane that can be seen: the first, and behind the last. */
  visible(lane) {
    const all = ofLane[lane], left = this.left - 8 / this.zoom;
    const right = this.left + this.width / this.zoom;
    const find = fits => {
      let low = 0, high = all.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (fits(all[middle])) high = middle; else low = middle + 1;
      }
      return low;
    };
    return [find(at => this.scale.ends[at] >= left), find(at => this.scale.starts[at] > right)];
  }

  redraw() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.frames++;
      new Drawing(this).draw();
    });
  }
}
