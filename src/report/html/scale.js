// Where a tick stands on the axis. Long times in which nothing begins, ends or is sent can be
// shortened, so that they do not hide all the rest; they are marked where they were cut.

/** How much longer than what is next to it in length a time is that can be shortened. */
const JUMP = 8;

class Scale {
  constructor(shortened) {
    this.times = Scale.eventful();
    this.units = [0];
    this.cuts = [];
    this.build(shortened);
    this.starts = Float64Array.from(activations, it => this.unit(Number(it.start)));
    this.ends = Float64Array.from(activations, it => this.unit(Number(it.end)));
    this.sent = Float64Array.from(messages, it => this.unit(Number(it.stamp)));
    this.came = Float64Array.from(messages, it => this.unit(Number(arrival(it))));
  }

  /** Every time at which something begins, ends or is sent, once, in order. */
  static eventful() {
    const all = [0];
    activations.forEach(it => all.push(Number(it.start), Number(it.end)));
    messages.forEach(it => all.push(Number(it.stamp)));
    steps.forEach(it => all.push(Number(it.time)));
    const times = new Set(all);
    if (times.size === 1) times.add(1);
    return Float64Array.from(times).sort();
  }

  /** The lengths beyond which times are shortened, each with what is shown instead, longest first. */
  static limits(lengths) {
    const limits = [], sorted = [...lengths].sort((a, b) => a - b);
    const sums = [];
    sorted.reduce((sum, length) => (sums.push(sum), sum + length), 0);
    let whole = sums[sorted.length - 1] + sorted[sorted.length - 1];
    let longer = 0;
    for (let at = sorted.length - 1; at > sorted.length / 4; at--) {
      longer++;
      const rest = sums[at];
      if (sorted[at] < JUMP * sorted[at - 1] || whole - rest < 1.5 * rest) continue;
      const shown = Math.max(sorted[at - 1], rest / 2 / longer);
      limits.push({ beyond: sorted[at - 1], shown });
      whole = rest + longer * shown;
    }
    return limits;
  }

  build(shortened) {
    const lengths = [];
    for (let at = 1; at < this.times.length; at++) lengths.push(this.times[at] - this.times[at - 1]);
    const limits = shortened ? Scale.limits(lengths) : [];
    lengths.forEach((length, at) => {
      const limit = limits.findLast(({ beyond }) => length > beyond);
      const shown = limit ? Math.min(limit.shown, length) : length;
      if (shown < length) this.cuts.push({ unit: this.units[at] + shown / 2, ticks: length });
      this.units.push(this.units[at] + shown);
    });
    this.length = this.units[this.units.length - 1];
  }

  static between(from, to, value) {
    let low = 0, high = from.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (from[middle] <= value) low = middle; else high = middle;
    }
    return to[low] + (value - from[low]) / (from[high] - from[low]) * (to[high] - to[low]);
  }

  unit(time) { return Scale.between(this.times, this.units, time); }

  time(unit) { return Scale.between(this.units, this.times, unit); }
}
