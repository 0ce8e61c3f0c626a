// The panels: what is selected, the steps, the ticks. Refuses to know: where anything is drawn.

/** An element. Texts are never taken for markup. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") element[name] = value;
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter(it => it !== null && it !== undefined && it !== false));
  return element;
}

const PARTS = data.part_names;

class Panels {
  constructor(select) { this.select = select; }

  link(kind, at, text) {
    const click = () => this.select({ kind, at });
    return h("button", { type: "button", class: "link", onclick: click }, text);
  }

  toActivation(at) {
    return this.link("activation", at, `#${at + 1} ${laneName(activations[at].lane)}`);
  }

  show(selected) {
    const panel = $("details");
    panel.replaceChildren();
    panel.scrollTop = 0;
    if (!selected) this.overview(panel);
    else if (selected.kind === "activation") this.activation(panel, activations[selected.at]);
    else this.message(panel, messages[selected.at]);
  }

  overview(panel) {
    panel.append(h("p", { class: "hint" },
      "Select an activation: click a bar, or press an arrow key. Press ? for all keys."));
    panel.append(h("h3", {}, "The run"), this.pairs([
      ["dialect", data.dialect], ["schedule", data.schedule], ["rules", data.rules.join(", ")],
      ["time", digits(data.time)],
      ["root", h("code", {}, data.root)]]));
    if (faulty.length) {
      panel.append(h("h3", {}, count(faulty.length, "fault")), h("ul", { class: "plain" },
        faulty.slice(0, 100).map(at => h("li", {}, this.toActivation(at), " ",
          h("span", { class: "bad" }, faultName(activations[at].fault))))));
      if (faulty.length > 100) panel.append(h("p", {}, `and ${digits(faulty.length - 100)} more`));
    }
  }

  pairs(rows) {
    return h("dl", { class: "pairs" }, rows.filter(Boolean).map(([name, value]) =>
      [h("dt", {}, name), h("dd", {}, value)]));
  }

  activation(panel, it) {
    const fault = it.fault !== undefined;
    const returned = it.returned === undefined ? "" : ` (${it.returned})`;
    panel.append(h("h2", {}, `#${it.at + 1} ${laneName(it.lane)}`,
      h("span", { class: `badge ${it.entry}` }, it.entry),
      h("span", { class: fault ? "badge bad" : "badge good" },
        fault ? faultName(it.fault) : `ok${returned}`)));
    if (fault) {
      panel.append(h("p", { class: "bad", id: "fault" }, `Fault ${it.fault}: ${faults[it.fault][1]} `,
        "State, sends and creations are as before; only clock, ticks and the error response move."));
    }
    if (it.refusal) panel.append(h("p", { class: "bad" }, `refused: ${it.refusal}`));
    panel.append(this.money(it));
    if (it.handled !== undefined) {
      panel.append(h("h3", {}, "Handled"), this.letter(messages[it.handled], true));
    }
    panel.append(h("h3", {}, "Import calls"), this.calls(it));
    if (sentBy[it.at].length) {
      panel.append(h("h3", {}, `Sent (${sentBy[it.at].length})`), h("ul", { class: "plain" },
        sentBy[it.at].slice(0, 300).map(at => h("li", {}, this.letter(messages[at], false)))));
    }
    panel.append(h("h3", {}, "State before and after"), this.state(it));
  }

  /** What the tank held, and where it went. */
  money(it) {
    const named = Number(it.tank) - Number(it.spent) - Number(it.left);
    const pieces = [["spent", it.spent], ["sent", named], ["left", it.left]];
    const bar = h("div", { class: "bar", title: "the tank" }, pieces.map(([name, ticks]) =>
      Number(ticks) > 0 && h("i", { class: name, style: `flex-grow:${Number(ticks)}` })));
    const shares = it.shares.length === 0 ? " burned"
      : it.shares.length === 1 ? " to the only claim" : ` = ${it.shares.map(digits).join(" + ")}`;
    const left = Number(it.left) === 0 ? "0"
      : digits(it.left) + (it.fault === undefined || !it.shares.length ? shares
        : " to the error response");
    const parts = PARTS.map((name, at) => [name, it.parts[at]]).filter(part => part[1] > 0)
      .map(([name, ticks]) => `${name} ${digits(ticks)}`).join(", ");
    return h("div", {}, this.pairs([
      ["ticks", `${digits(it.start)} \u2192 ${digits(it.end)}`],
      ["tank", digits(it.tank)], ["spent", `${digits(it.spent)}${parts ? ` (${parts})` : ""}`],
      named > 0 && ["given to sends", digits(named)], ["left over", left],
      it.waits !== undefined && ["waits until", digits(it.waits)],
      it.step && ["step", `${it.step.number}: ${it.step.title}`]]), bar);
  }

  /** A message in a few lines; of one received it matters whence, of one sent what became of it. */
  letter(it, received) {
    const where = received
      ? ["from ", it.by === undefined ? laneName(it.from) : this.toActivation(it.by)]
      : [toward(it), it.handled === undefined ? ", " : " ", this.fate(it)];
    return h("div", { class: "letter" }, h("code", { class: "what" }, texts[it.what]),
      h("div", { class: "small" }, where, received ? ` ${toward(it)}` : "",
        `, stamp ${digits(it.stamp)}, number ${digits(it.number)}, ${count(it.ticks, "tick")}`));
  }

  fate(it) {
    if (it.handled !== undefined) return h("span", {}, "\u2192 ", this.toActivation(it.handled));
    return h("span", { class: it.fate === "lost" ? "bad" : "" }, {
      received: `received by ${laneName(it.to)}`,
      waits: it.to === undefined ? "waits where nobody has it"
        : `waits for ${laneName(it.to)}`,
      lost: "is gone", beyond: "is handled later than this page goes",
    }[it.fate]);
  }

  calls(it) {
    const calls = it.calls || [];
    if (calls.length === 0 && !it.more_calls) return h("p", { class: "small" }, "none");
    const row = ([at, values, result, fault, before, after]) => {
      const given = values.map((value, place) => [place ? ", " : "",
        h("span", { class: "name" }, `${imports[at].params[place]} `), digits(value)]);
      return h("tr", {}, h("td", {}, h("b", {}, imports[at].name), "(", given, ")",
        result === null ? "" : ` \u2192 ${digits(result)}`,
        fault === null ? "" : h("span", { class: "bad" }, ` ! ${faultName(fault)}`)),
      h("td", { class: "number" }, digits(Number(before) - Number(after))),
      h("td", { class: "number" }, digits(after)));
    };
    const shown = calls.slice(0, 500);
    const more = calls.length - shown.length + (it.more_calls || 0);
    return h("div", {}, h("table", { class: "calls" }, h("thead", {}, h("tr", {},
      h("th", {}, "call"), h("th", {}, "took"), h("th", {}, "left"))),
    h("tbody", {}, shown.map(row))),
    more > 0 && h("p", { class: "small" }, `and ${count(more, "call")} that the page leaves out`));
  }

  state(it) {
    const before = previous(it), rows = [];
    const row = (name, from, to) => rows.push(h("tr", { class: from === to ? "same" : "moved" },
      h("th", {}, name), h("td", {}, from), h("td", {}, to)));
    const born = it.entry === "creation";
    if (born) row("exists", "no", it.fault === undefined ? "yes" : "no, and never did");
    row("clock", before ? digits(before.end) : born ? "" : "0", digits(it.end));
    row("held by this run", before && before.waits !== undefined
      ? `waited until ${digits(before.waits)}` : "nothing",
    it.waits !== undefined ? `waits until ${digits(it.waits)}` : "nothing");
    const from = countersBefore(it), to = it.counters || from;
    ["actors created", "channels made", "messages sent"].forEach((name, at) =>
      (Number(from[at]) || Number(to[at])) && row(name, digits(from[at]), digits(to[at])));
    const waiting = [inbox(it, it.start, it.at - 1), inbox(it, it.end, it.at)];
    row("inbox", ...waiting.map(list => count(list.length, "message")));
    for (const [part, title] of [["storage", "stored at"], ["bound", "bound as"]]) {
      this.map(it, part, (key, was, is) => row(`${title} ${key}`, was, is));
    }
    const list = waiting[1].slice(0, 20).map(at => h("li", {}, this.letter(messages[at], true)));
    return h("div", {}, h("table", { class: "state" }, h("thead", {}, h("tr", {},
      h("th", {}), h("th", {}, "before"), h("th", {}, "after"))), h("tbody", {}, rows)),
    list.length > 0 && h("details", {}, h("summary", {}, "in the inbox afterwards"),
      h("ul", { class: "plain" }, list)));
  }

  /** What changed first, then the rest, up to a hundred. */
  map(it, part, row) {
    const before = mapBefore(it, part), changed = new Map(it[part] || []);
    const show = at => (at === undefined || at === null ? "\u2013" : texts[at]);
    changed.forEach((value, key) => row(texts[key], show(before.get(key)), show(value)));
    [...before].filter(([key]) => !changed.has(key)).slice(0, 100)
      .forEach(([key, value]) => row(texts[key], texts[value], texts[value]));
  }

  message(panel, it) {
    const sender = it.by === undefined ? laneName(it.from) : this.toActivation(it.by);
    panel.append(h("h2", {}, "Message", h("span", { class: "badge" }, it.fate)),
      h("p", {}, h("code", { class: "what" }, texts[it.what])), this.pairs([
        ["from", sender], ["sent", toward(it)], ["became", this.fate(it)],
        ["stamp", digits(it.stamp)], ["number", digits(it.number)], ["ticks", digits(it.ticks)],
        steps[it.step] && ["step", `${steps[it.step].number}: ${steps[it.step].title}`]]));
  }
}
