// One frame of the timeline. Bars narrower than a pixel that share one are drawn once; arrows are
// thinned out where there are thousands of them.

class Drawing {
  constructor(timeline) {
    this.line = timeline;
    this.to = timeline.canvas.getContext("2d");
    this.first = Math.max(Math.floor(timeline.top / timeline.lane), 0);
    this.last = Math.min(Math.ceil((timeline.top + timeline.height) / timeline.lane), lanes.length);
    this.colors = timeline.colors;
    this.right = GUTTER + timeline.width;
  }

  draw() {
    const { to, line } = this;
    to.clearRect(0, 0, line.canvas.clientWidth, line.height);
    to.font = "12px system-ui, sans-serif";
    to.textBaseline = "middle";
    this.bands();
    to.save();
    to.beginPath();
    to.rect(GUTTER, HEAD, line.width, line.height - HEAD);
    to.clip();
    this.cuts();
    for (let lane = this.first; lane < this.last; lane++) this.waits(lane);
    this.arrows();
    this.drawn = 0;
    for (let lane = this.first; lane < this.last; lane++) this.bars(lane);
    if (line.scale.cuts.length < 200) this.slits();
    this.dots();
    this.chosen();
    to.restore();
    this.axis();
    this.names();
    this.overview();
    line.drawn = this.drawn;
  }

  bands() {
    const { to, line } = this;
    for (let lane = this.first; lane < this.last; lane++) {
      if (lane % 2) continue;
      to.fillStyle = this.colors.band;
      to.fillRect(0, line.y(lane) - line.lane / 2, this.right, line.lane);
    }
  }

  /** Where time was shortened. */
  cuts() {
    const { to, line } = this;
    to.strokeStyle = this.colors.line;
    to.setLineDash([2, 4]);
    to.beginPath();
    let last = -9;
    for (const cut of line.scale.cuts) {
      const x = Math.round(line.x(cut.unit)) + 0.5;
      if (x < last + 6 || x < GUTTER || x > this.right) continue;
      last = x;
      for (const side of [-2, 2]) { to.moveTo(x + side, HEAD); to.lineTo(x + side, line.height); }
    }
    to.stroke();
    to.setLineDash([]);
  }

  /** The same, in the bars that it goes through. */
  slits() {
    const { to, line } = this;
    to.fillStyle = this.colors.ground;
    for (const cut of line.scale.cuts) {
      const x = line.x(cut.unit);
      if (x < GUTTER || x > this.right) continue;
      to.fillRect(x - 2.5, HEAD, 1.5, line.height);
      to.fillRect(x + 1, HEAD, 1.5, line.height);
    }
  }

  waits(lane) {
    const { to, line } = this, [first, last] = line.visible(lane);
    to.strokeStyle = this.colors["time-out"];
    to.lineWidth = 1.5;
    to.setLineDash([5, 4]);
    to.beginPath();
    for (let place = Math.max(first - 1, 0); place < last; place++) {
      const it = activations[ofLane[lane][place]];
      if (it.waits === undefined) continue;
      const next = following(it), from = Math.max(line.x(line.scale.ends[it.at]), GUTTER);
      const end = next ? line.scale.starts[next.at] : line.scale.length;
      const till = Math.min(line.x(end), this.right);
      if (till - from < 2) continue;
      to.moveTo(from, line.y(lane));
      to.lineTo(till, line.y(lane));
    }
    to.stroke();
    to.setLineDash([]);
    to.lineWidth = 1;
  }

  color(it) { return this.colors[it.fault !== undefined ? "fault" : it.entry]; }

  bars(lane) {
    const { to, line } = this, [first, last] = line.visible(lane), matches = line.matches;
    let edge = -1, wasFaulty = false;
    for (let place = first; place < last; place++) {
      const at = ofLane[lane][place], it = activations[at], box = line.box(at);
      const isFaulty = it.fault !== undefined, isMatch = !matches || matches.has(at);
      // What would stand on the same pixel is drawn only if it says more.
      if (box.x + box.width <= edge && box.width <= THIN && (!isFaulty || wasFaulty)
        && !(matches && isMatch)) continue;
      edge = Math.floor(box.x) + THIN;
      wasFaulty = isFaulty;
      this.drawn++;
      to.globalAlpha = isMatch ? 1 : 0.18;
      to.fillStyle = this.color(it);
      if (box.width > 8) {
        to.beginPath();
        to.roundRect(box.x, box.y, box.width, box.height, 4);
        to.fill();
      } else to.fillRect(box.x, box.y, box.width, box.height);
      if (isFaulty) this.cross(box);
      if (box.width > 50) this.label(it, box);
    }
    to.globalAlpha = 1;
  }

  /** A fault shows without colors, too. */
  cross({ x, y, width }) {
    const { to } = this, middle = x + Math.min(width / 2, 8);
    to.strokeStyle = this.colors.fault;
    to.lineWidth = 2;
    to.beginPath();
    to.moveTo(middle - 4, y - 8); to.lineTo(middle + 4, y - 1);
    to.moveTo(middle + 4, y - 8); to.lineTo(middle - 4, y - 1);
    to.stroke();
    to.lineWidth = 1;
  }

  label(it, box) {
    const { to } = this, from = Math.max(box.x, GUTTER) + 6;
    const room = Math.min(box.x + box.width, this.right) - from - 4;
    if (room < 40) return;
    const name = it.fault !== undefined ? faultName(it.fault) : it.entry;
    const long = `${name} ${digits(it.spent)}`;
    const text = to.measureText(long).width <= room ? long
      : to.measureText(name).width <= room ? name : "";
    to.fillStyle = this.colors["on-bar"];
    to.fillText(text, from, box.y + box.height / 2 + 0.5);
  }

  /** The ends of an arrow in pixels, if it has both. */
  ends(message) {
    const { line } = this;
    if (message.to === undefined) return null;
    return [line.x(line.scale.sent[message.at]), line.y(message.from),
      line.x(line.scale.came[message.at]), line.y(message.to)];
  }

  /** How far from the middle of its lane an arrow ends: at a bar, or at a dot. */
  edge(message) { return message.handled === undefined ? 6 : this.line.bar / 2; }

  isNear(message) {
    const { left, width, zoom, scale } = this.line, at = message.at;
    if (scale.came[at] < left || scale.sent[at] > left + width / zoom) return false;
    const low = Math.min(message.from, message.to), high = Math.max(message.from, message.to);
    return high >= this.first && low < this.last;
  }

  arrows() {
    const { to } = this;
    const near = messages.filter(it => it.to !== undefined && this.isNear(it));
    const every = Math.ceil(near.length / MOST_ARROWS);
    const many = near.length > MANY_ARROWS;
    to.strokeStyle = this.colors.arrow;
    to.fillStyle = this.colors.arrow;
    to.globalAlpha = many ? 0.3 : 0.75;
    to.beginPath();
    for (let place = 0; place < near.length; place += every) this.trace(near[place], many);
    to.stroke();
    if (!many) near.forEach(it => this.tip(it));
    to.globalAlpha = 1;
  }

  trace(message, straight) {
    const { to, line } = this, [x1, y1, x2, y2] = this.ends(message);
    if (y1 === y2) { // to oneself
      to.moveTo(x1, y1 - line.bar / 2);
      to.quadraticCurveTo((x1 + x2) / 2, y1 - line.lane / 2 - 3, x2, y2 - line.bar / 2);
      return;
    }
    const down = Math.sign(y2 - y1), end = y2 - down * this.edge(message);
    to.moveTo(x1, y1 + (message.by === undefined ? 0 : down * line.bar / 2));
    if (straight || Math.abs(x2 - x1) < 3) to.lineTo(x2, end);
    else {
      const bend = (y2 - y1) / 2;
      to.bezierCurveTo(x1, y1 + bend, x2, y2 - bend, x2, end);
    }
  }

  tip(message) {
    const { to } = this, [, y1, x2, y2] = this.ends(message);
    const down = y1 === y2 ? 1 : Math.sign(y2 - y1), y = y2 - down * this.edge(message);
    to.beginPath();
    to.moveTo(x2, y);
    to.lineTo(x2 - 3.5, y - down * 6);
    to.lineTo(x2 + 3.5, y - down * 6);
    to.fill();
  }

  /** Messages that reached probes, that wait, and that the outside sent. */
  dots() {
    const { to, line } = this, seen = new Set();
    for (let lane = this.first; lane < this.last; lane++) {
      const isOutside = lanes[lane].kind === "outside";
      for (const at of isOutside ? line.ofOutside() : arrivedIn[lane]) {
        const message = messages[at];
        if (!isOutside && message.handled !== undefined) continue;
        const x = line.x(line.scale.sent[at]), y = line.y(lane), key = `${lane} ${Math.round(x)}`;
        if (x < GUTTER - 6 || x > this.right + 6 || seen.has(key)) continue;
        seen.add(key);
        to.beginPath();
        to.arc(x, y, 4.5, 0, 7);
        to.fillStyle = this.colors[message.fate === "waits" ? "ground" : "accent"];
        to.strokeStyle = this.colors.accent;
        to.fill();
        to.lineWidth = 1.5;
        to.stroke();
        to.lineWidth = 1;
      }
    }
  }

  /** What is selected, above all else, with the messages that belong to it. */
  chosen() {
    const { to, line } = this, { selected } = line;
    if (!selected) return;
    const own = selected.kind === "message" ? [selected.at]
      : [...sentBy[selected.at], activations[selected.at].handled].filter(at => at !== undefined);
    to.strokeStyle = to.fillStyle = this.colors.accent;
    to.lineWidth = 2;
    for (const at of own.slice(0, 500)) {
      const message = messages[at];
      if (message.to === undefined || !this.isNear(message)) continue;
      to.beginPath();
      this.trace(message, false);
      to.stroke();
      this.tip(message);
    }
    to.beginPath();
    if (selected.kind === "message") {
      const dot = line.dot(selected.at);
      if (dot) to.arc(dot.x, dot.y, 9, 0, 7);
    } else {
      const box = line.box(selected.at);
      to.fillStyle = this.color(activations[selected.at]);
      to.fillRect(box.x, box.y, box.width, box.height);
      if (box.width > 50) this.label(activations[selected.at], box);
      to.roundRect(box.x - 3, box.y - 3, box.width + 6, box.height + 6, 6);
    }
    to.strokeStyle = this.colors.ink;
    to.stroke();
    to.lineWidth = 1;
  }

  axis() {
    const { to, line, colors } = this;
    to.fillStyle = colors.panel;
    to.fillRect(0, 0, this.right, HEAD);
    to.strokeStyle = colors.line;
    to.beginPath();
    to.moveTo(0, HEAD - 0.5);
    to.lineTo(this.right, HEAD - 0.5);
    to.fillStyle = colors.muted;
    let edge = GUTTER;
    const wanted = Math.max(Math.floor(line.width / 110), 2);
    const step = Axis.step(line.width / line.zoom / wanted);
    const { scale } = line;
    if (scale.cuts.length === 0) {
      for (let at = Math.max(Math.ceil(line.left / step), 0) * step; ; at += step) {
        const x = line.x(at);
        if (x > this.right || at > scale.length) break;
        if (x >= GUTTER) edge = this.tick(x, Math.round(scale.time(at)), edge);
      }
    } else {
      // The times at which something began, as many as there is room for.
      for (let at = 0; at < scale.times.length; at += 2) {
        const x = line.x(scale.units[at]);
        if (x >= Math.max(GUTTER, edge) && x <= this.right) edge = this.tick(x, scale.times[at], edge);
        for (let unit = scale.units[at] + step; unit < scale.units[at + 1]; unit += step) {
          const inner = line.x(unit);
          if (inner > this.right) break;
          if (inner >= Math.max(GUTTER, edge)) edge = this.tick(inner, Math.round(scale.time(unit)), edge);
        }
      }
    }
    to.stroke();
  }

  tick(x, time, edge) {
    const text = digits(time), width = this.to.measureText(text).width;
    this.to.moveTo(Math.round(x) + 0.5, HEAD - 6);
    this.to.lineTo(Math.round(x) + 0.5, HEAD);
    if (x < edge || x + width > this.right) return edge;
    this.to.fillText(text, x + 3, HEAD / 2 - 1);
    return x + width + 16;
  }

  names() {
    const { to, line, colors } = this;
    to.fillStyle = colors.panel;
    to.fillRect(0, 0, GUTTER, line.height);
    to.save();
    to.beginPath();
    to.rect(0, HEAD, GUTTER, line.height - HEAD);
    to.clip();
    const { selected } = line;
    const chosen = selected && selected.kind === "activation" && activations[selected.at].lane;
    for (let lane = this.first; lane < this.last; lane++) {
      const { name, kind } = lanes[lane], y = line.y(lane);
      const isActor = kind === "actor", text = isActor ? name : `${name}`;
      to.font = `${lane === chosen ? "600 " : ""}13px system-ui, sans-serif`;
      to.fillStyle = isActor ? colors.ink : colors.muted;
      to.fillText(Drawing.cut(to, text, GUTTER - 22), 12, isActor || !name ? y : y - 6);
      if (isActor) continue;
      to.font = "10px system-ui, sans-serif";
      to.fillText(kind === "probe" ? "probe" : "the scenario's steps", 12, y + 8);
    }
    to.restore();
    to.fillStyle = colors.muted;
    to.font = "12px system-ui, sans-serif";
    to.fillText("ticks \u2192", 12, HEAD / 2 - 1);
    to.strokeStyle = colors.line;
    to.beginPath();
    to.moveTo(GUTTER - 0.5, 0);
    to.lineTo(GUTTER - 0.5, line.height);
    to.stroke();
  }

  static cut(to, text, room) {
    if (to.measureText(text).width <= room) return text;
    let length = text.length;
    while (length > 1 && to.measureText(`${text.slice(0, length)}\u2026`).width > room) length--;
    return `${text.slice(0, length)}\u2026`;
  }

  /** The whole run in a strip: how busy it was, where it failed, and what the timeline shows. */
  overview() {
    const { line, colors } = this, { overview, scale } = line, to = overview.getContext("2d");
    const width = overview.clientWidth, height = overview.clientHeight;
    const at = unit => GUTTER + 10 + unit / scale.length * (width - GUTTER - 20);
    line.density ||= Drawing.density(line, width - GUTTER - 20);
    to.clearRect(0, 0, width, height);
    const most = Math.max(...line.density.counts, 1);
    line.density.counts.forEach((number, x) => {
      if (!number) return;
      const tall = 4 + Math.sqrt(number / most) * (height - 12);
      to.fillStyle = line.density.faults[x] ? colors.fault : colors.message;
      to.fillRect(GUTTER + 10 + x, height - 3 - tall, 1.5, tall);
    });
    const from = Math.max(at(line.left), GUTTER + 2);
    const till = Math.min(at(line.left + line.width / line.zoom), width - 2);
    to.fillStyle = colors.accent;
    to.globalAlpha = 0.12;
    to.fillRect(from, 1, till - from, height - 2);
    to.globalAlpha = 1;
    to.strokeStyle = colors.accent;
    to.strokeRect(from + 0.5, 1.5, Math.max(till - from - 1, 2), height - 3);
    to.fillStyle = colors.muted;
    to.font = "11px system-ui, sans-serif";
    to.textBaseline = "middle";
    to.fillText("the whole run", 12, height / 2);
  }

  static density(line, width) {
    const counts = new Array(Math.max(Math.floor(width), 1)).fill(0), failed = counts.slice();
    const last = counts.length - 1;
    activations.forEach((it, at) => {
      const place = unit => Math.min(Math.floor(unit / line.scale.length * last), last);
      const end = Math.max(place(line.scale.ends[at]), place(line.scale.starts[at]));
      for (let x = place(line.scale.starts[at]); x <= end; x++) {
        counts[x]++;
        if (it.fault !== undefined) failed[x]++;
      }
    });
    return { counts, faults: failed };
  }
}

const Axis = {
  /** A round number of ticks that is at least so many: 1, 2 or 5 times a power of ten. */
  step(least) {
    const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
    return [1, 2, 5, 10].map(times => times * power).find(step => step >= least) || power * 10;
  },
};
