// What people do: keys, mouse, search, the switch between light and dark.

const timeline = new Timeline($("timeline"), $("overview"));
const panels = new Panels(select);
let hits = null, place = -1;

/** Selects an activation or a message, or nothing, and shows it. */
function select(selected, near = false) {
  timeline.selected = selected;
  panels.show(selected);
  if (!selected) {
    say("nothing selected");
    timeline.redraw();
    return;
  }
  showTab("details");
  const { at } = selected, { scale } = timeline;
  if (selected.kind === "activation") {
    const it = activations[at];
    timeline.reveal(it.lane, scale.starts[at], scale.ends[at], near);
    const outcome = it.fault === undefined ? "ok" : `fault ${faultName(it.fault)}`;
    say(`activation ${at + 1}, ${laneName(it.lane)}, ${it.entry}, ${outcome}, ${it.spent} ticks`);
  } else {
    const it = messages[at], lane = it.to === undefined ? it.from : it.to;
    timeline.reveal(lane, scale.sent[at], scale.came[at], near);
    say(`message ${texts[it.what]}, ${it.fate}`);
  }
}

function say(text) { $("spoken").textContent = text; }

function showTab(name) {
  for (const tab of ["details", "steps", "ticks"]) {
    $(tab).hidden = tab !== name;
    $(`tab-${tab}`).setAttribute("aria-selected", String(tab === name));
  }
}

/** The activation that keys start from. */
function current() {
  const { selected } = timeline;
  if (!selected) return null;
  if (selected.kind === "activation") return activations[selected.at];
  const { handled, by } = messages[selected.at];
  const at = handled === undefined ? by : handled;
  return at === undefined ? null : activations[at];
}

const pick = it => it && select({ kind: "activation", at: it.at });

/** The activation of the next lane in that direction that has one, nearest in time. */
function besides(it, direction) {
  for (let lane = it.lane + direction; lane >= 0 && lane < lanes.length; lane += direction) {
    const all = ofLane[lane];
    if (all.length === 0) continue;
    const away = at => Math.abs(timeline.scale.starts[at] - timeline.scale.starts[it.at]);
    return activations[all.reduce((best, at) => (away(at) < away(best) ? at : best))];
  }
  return null;
}

function cause(it) {
  const { by } = it.handled === undefined ? {} : messages[it.handled];
  return by === undefined ? null : activations[by];
}

function effect(it) {
  const sent = sentBy[it.at].find(at => messages[at].handled !== undefined);
  return sent === undefined ? null : activations[messages[sent].handled];
}

function nextFault() {
  const from = current(), at = from ? from.at : -1;
  const next = faulty.find(fault => fault > at);
  pick(activations[next === undefined ? faulty[0] : next]);
}

/** From what is selected, or else the first activation. */
const go = way => () => {
  const it = current();
  pick(it ? way(it) : activations[0]);
};

const KEYS = {
  ArrowLeft: go(previous), ArrowRight: go(following),
  ArrowUp: go(it => besides(it, -1)), ArrowDown: go(it => besides(it, 1)),
  p: go(it => activations[it.at - 1]), n: go(it => activations[it.at + 1]),
  c: go(cause), e: go(effect), f: nextFault,
  "+": () => timeline.zoomBy(1.5), "=": () => timeline.zoomBy(1.5), "-": () => timeline.zoomBy(1 / 1.5),
  0: () => timeline.fit(), z: () => timeline.selected && select(timeline.selected, true),
  g: toggleGaps, d: toggleTheme, "?": () => $("help").showModal(),
  1: () => showTab("details"), 2: () => showTab("steps"), 3: () => showTab("ticks"),
  "/": () => { $("search").focus(); $("search").select(); },
  Escape: () => select(null),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  const inSearch = event.target === $("search");
  if (inSearch && event.key === "Escape") {
    $("search").value = "";
    find();
    $("timeline").focus();
  } else if (inSearch && event.key === "Enter" && hits && hits.length) {
    place = (place + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
    select({ kind: "activation", at: hits[place] });
    tellFound();
  } else if (!inSearch && event.target.tagName !== "SELECT" && KEYS[event.key]) {
    KEYS[event.key]();
  } else return;
  event.preventDefault();
}

function find() {
  hits = search($("search").value);
  place = -1;
  timeline.matches = hits && new Set(hits);
  tellFound();
  timeline.redraw();
}

function tellFound() {
  const at = place < 0 ? "" : `${digits(place + 1)} / `;
  $("found").textContent = hits ? `${at}${digits(hits.length)} of ${digits(activations.length)}` : "";
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";

function toggleTheme() {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  timeline.recolor();
}

function toggleGaps() {
  timeline.setShortened(timeline.scale !== timeline.shortened);
  showGaps();
}

function showGaps() {
  $("gaps").setAttribute("aria-pressed", String(timeline.scale === timeline.shortened));
}

function onWheel(event) {
  event.preventDefault();
  const { deltaX, deltaY } = event, rows = lanes.length * timeline.lane + HEAD > timeline.height;
  if (event.ctrlKey || event.metaKey || (!rows && !event.shiftKey && Math.abs(deltaX) < Math.abs(deltaY))) {
    timeline.zoomBy(Math.exp(-deltaY / 300), event.offsetX);
  } else if (event.shiftKey) timeline.move(deltaY + deltaX, 0);
  else timeline.move(deltaX, deltaY);
}

/** Dragging moves; what is let go where it was pressed selects. */
function listenToMouse(canvas) {
  let pressed = null;
  canvas.onpointerdown = event => {
    pressed = { x: event.offsetX, y: event.offsetY, moved: false };
    canvas.setPointerCapture(event.pointerId);
  };
  canvas.onpointermove = event => {
    const { offsetX: x, offsetY: y } = event;
    if (!pressed) return hover(x, y);
    if (pressed.moved || Math.hypot(x - pressed.x, y - pressed.y) > 4) {
      timeline.move(pressed.x - x, pressed.y - y);
      pressed = { x, y, moved: true };
      canvas.classList.add("dragged");
    }
    return undefined;
  };
  canvas.onpointerup = event => {
    if (pressed && !pressed.moved) select(timeline.hit(event.offsetX, event.offsetY));
    pressed = null;
    canvas.classList.remove("dragged");
  };
  canvas.onpointerleave = () => { $("tip").hidden = true; };
  canvas.ondblclick = () => timeline.selected && select(timeline.selected, true);
  canvas.addEventListener("wheel", onWheel, { passive: false });
}

function hover(x, y) {
  const hit = timeline.hit(x, y), tip = $("tip");
  tip.hidden = !hit;
  timeline.canvas.classList.toggle("over", Boolean(hit));
  if (!hit) return;
  const it = hit.kind === "activation" ? activations[hit.at] : messages[hit.at];
  tip.textContent = hit.kind === "activation"
    ? `#${it.at + 1} ${laneName(it.lane)} ${it.entry}, ${digits(it.start)} \u2192 ${digits(it.end)}, `
      + `spent ${digits(it.spent)}, ${it.fault === undefined ? "ok" : faultName(it.fault)}`
    : `${texts[it.what]} ${toward(it)}, stamp ${digits(it.stamp)}`;
  tip.style.left = `${Math.min(x + 14, timeline.canvas.clientWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${y + 18}px`;
}

function listenToOverview(strip) {
  const goTo = event => {
    const share = (event.offsetX - GUTTER - 10) / (strip.clientWidth - GUTTER - 20);
    timeline.left = share * timeline.scale.length - timeline.width / timeline.zoom / 2;
    timeline.move(0, 0);
  };
  strip.onpointerdown = event => { strip.setPointerCapture(event.pointerId); goTo(event); };
  strip.onpointermove = event => { if (event.buttons) goTo(event); };
}

function head() {
  $("title").textContent = data.title;
  $("about").textContent = data.about;
  const [, spent, burned, held] = data.ledger;
  const figures = [["activations", activations.length + Number(data.left_out[0])],
    ["faults", faulty.length], ["spent", spent], ["burned", burned], ["held", held]];
  $("figures").append(...figures.map(([name, number]) => h("div", {},
    h("dt", {}, name), h("dd", { class: name === "faults" && number ? "bad" : "" }, digits(number)))));
  const [lost, letters, calls] = data.left_out.map(Number);
  const left = [[lost, "activation"], [letters, "message"], [calls, "import call"]]
    .filter(([number]) => number > 0).map(([number, noun]) => count(number, noun));
  if (left.length) $("notices").append(h("p", { id: "left-out" },
    `This page leaves out ${left.join(", ")}. Totals of ticks are of the whole run.`));
  data.complaints.forEach(text => $("notices").append(h("pre", { class: "bad" }, text)));
}

head();
showSteps($("steps"), select);
showTicks($("ticks"));
panels.show(null);
timeline.recolor();
showGaps();
$("gaps").hidden = timeline.shortened.cuts.length === 0;
listenToMouse($("timeline"));
listenToOverview($("overview"));
document.addEventListener("keydown", onKey);
$("search").addEventListener("input", find);
$("gaps").onclick = toggleGaps;
$("theme").onclick = toggleTheme;
$("fit").onclick = () => timeline.fit();
$("ask").onclick = KEYS["?"];
dark.addEventListener("change", () => timeline.recolor());
["details", "steps", "ticks"].forEach(tab => { $(`tab-${tab}`).onclick = () => showTab(tab); });

// page.html#7 opens with the seventh activation selected.
const asked = activations[Number(location.hash.slice(1) || frameElement?.dataset.activation) - 1];
if (asked) pick(asked);
