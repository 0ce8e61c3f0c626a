// The panels of steps and of ticks. Refuses to know: the timeline.

const byNumber = key => (a, b) => Number(b[key]) - Number(a[key]);

/** A table of ticks: names to the left, numbers to the right, a bar for the first number. */
function ticksTable(heads, rows, most) {
  const bar = ticks => h("i", { class: "share",
    style: `width:${(Number(ticks) / Math.max(most, 1) * 100).toFixed(2)}%` });
  return h("table", { class: "sums" }, h("thead", {}, h("tr", {},
    heads.map((head, at) => h("th", { class: at && "number" }, head)))),
  h("tbody", {}, rows.map(({ name, note, numbers }) => h("tr", {},
    h("td", {}, name, note && h("span", { class: "small" }, ` ${note}`), bar(numbers[0])),
    numbers.map(ticks => h("td", { class: "number" }, digits(ticks)))))));
}

function showTicks(panel) {
  const [injected, spent, burned, held] = data.ledger.map(digits);
  panel.append(h("p", { class: "small" },
    `injected ${injected} = spent ${spent} + burned ${burned} + held ${held}`));
  const actors = [...data.actor_ticks].sort(byNumber("spent"));
  panel.append(h("h3", {}, "By actor"));
  const used = PARTS.map((part, at) => at).filter(at => actors.some(it => Number(it.parts[at])));
  panel.append(ticksTable(["actor", "spent", ...used.map(at => PARTS[at])],
    actors.slice(0, 500).map(it => ({ name: it.actor, note: `\u00d7 ${digits(it.activations)}`,
      numbers: [it.spent, ...used.map(at => it.parts[at])] })),
    Number(actors[0] ? actors[0].spent : 0)));
  if (actors.length > 500) panel.append(h("p", { class: "small" }, `the dearest 500 of ${digits(actors.length)}`));
  const choice = h("select", { id: "whose", "aria-label": "actor" },
    h("option", { value: "" }, "all actors"),
    actors.slice(0, 500).map(it => h("option", { value: it.actor }, it.actor)));
  const table = h("div", { id: "functions" });
  choice.onchange = () => table.replaceChildren(functionsOf(choice.value));
  choice.onchange();
  panel.append(h("h3", {}, "By function, of ", choice), table);
}

function functionsOf(actor) {
  if (actor === "") {
    const rows = [...data.function_ticks].sort(byNumber("own"));
    return ticksTable(["function", "self", "total", "calls"], rows.slice(0, 500).map(it => (
      { name: it.name, note: it.module, numbers: [it.own, it.total, it.calls] })),
    Number(rows[0] ? rows[0].own : 0));
  }
  const rows = data.stacks.filter(row => row[0] === actor).sort((a, b) => Number(b[2]) - Number(a[2]));
  return ticksTable(["function", "self"], rows.slice(0, 500).map(row => (
    { name: row[1], numbers: [row[2]] })), Number(rows[0] ? rows[0][2] : 0));
}

function showSteps(panel, select) {
  panel.append(h("ol", { class: "plain steps" }, steps.slice(0, 1000).map(step => {
    const shown = Math.min(step.count, Math.max(activations.length - step.first, 0));
    const failed = activations.slice(step.first, step.first + shown)
      .filter(it => it.fault !== undefined).length;
    const go = () => shown && select({ kind: "activation", at: step.first });
    return h("li", {}, h("button", { type: "button", class: "link", onclick: go },
      `${step.number}: ${step.title}`),
    h("div", { class: "small" }, `${count(step.count, "activation")}, time ${digits(step.time)}`,
      failed > 0 && h("span", { class: "bad" }, `, ${count(failed, "fault")}`)),
    h("code", { class: "small" }, step.root));
  })));
  if (steps.length > 1000) panel.append(h("p", {}, `and ${digits(steps.length - 1000)} more`));
}
