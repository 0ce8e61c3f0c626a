// Where a tick stands on the axis. Gaps in which nobody does anything can be shortened: then they
// take together at most as much room as what is done, and are marked where they were cut.

class Scale {
  constructor(shortened) {
    this.shortened = shortened;
    this.times = [];
    this.units = [];
    this.cuts = [];
    this.build(Scale.busy());
    this.starts = Float64Array.from(activations, it => this.unit(Number(it.start)));
    this.ends = Float64Array.from(activations, it => this.unit(Number(it.end)));
    this.sent = Float64Array.from(messages, it => this.unit(Number(it.stamp)));
    this.came = Float64Array.from(messages, it => this.unit(Number(arrival(it))));
  }

  /** Intervals in which something goes on, in order, none touching another. */
  static busy() {
    const all = activations.map(it => [Number(it.start), Number(it.end)]);
    messages.forEach(it => all.push([Number(it.stamp), Number(it.stamp)]));
    steps.forEach(it => all.push([Number(it.time), Number(it.time)]));
    all.sort((a, b) => a[0] - b[0]);
    const merged = [];
    for (const [start, end] of all) {
      const last = merged[merged.length - 1];
      if (last && start <= last[1]) last[1] = Math.max(last[1], end);
      else merged.push([start, end]);
    }
    return merged.length ? merged : [[0, 1]];
  }

  build(busy) {
    const done = busy.reduce((sum, [start, end]) => sum + end - start, 0);
    const longest = Math.max(done / Math.max(busy.length - 1, 1) / 2, 1);
    let unit = 0;
    busy.forEach(([start, end], at) => {
      if (at > 0) {
        const gap = start - busy[at - 1][1];
        const shown = this.shortened ? Math.min(gap, longest) : gap;
        if (shown < gap) this.cuts.push({ unit: unit + shown / 2, ticks: gap });
        unit += shown;
      }
      this.times.push(start, end);
      this.units.push(unit, unit + end - start);
      unit += end - start;
    });
    this.length = Math.max(unit, 1);
  }

  static between(from, to, value) {
    let low = 0, high = from.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (from[middle] <= value) low = middle; else high = middle;
    }
    const width = from[high] - from[low];
    if (width === 0) return to[low];
    return to[low] + (value - from[low]) / width * (to[high] - to[low]);
  }

  unit(time) { return Scale.between(this.times, this.units, time); }

  time(unit) { return Scale.between(this.units, this.times, unit); }
}
