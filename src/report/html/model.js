// What the page knows: the data, and what follows from them. Refuses to know: how it is drawn.
// Numbers that JavaScript cannot hold come as strings: they are shown as they are, and drawn
// where the nearest number is.

const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const { lanes, activations, messages, steps, texts, imports, faults } = data;

/** Digits in groups of three. */
const digits = number => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const count = (number, noun) => `${digits(number)} ${noun}${number === 1 ? "" : "s"}`;
const laneName = lane => (lane === undefined ? "nobody" : lanes[lane].name);
/** Where a message was sent: to a capability, through a port, or to create an actor. */
const toward = it => (/^(through|creates) /.test(texts[it.aim]) ? "" : "to ") + texts[it.aim];
const faultName = code => faults[code][0];

/** Activations of each lane, in the order of time, which is the order of the data. */
const ofLane = lanes.map(() => []);
/** Messages that each activation sent, and those that ended in each lane. */
const sentBy = activations.map(() => []);
const arrivedIn = lanes.map(() => []);
const faulty = [];

activations.forEach((it, at) => {
  it.at = at;
  it.place = ofLane[it.lane].push(at) - 1;
  if (it.fault !== undefined) faulty.push(at);
});
messages.forEach((it, at) => {
  it.at = at;
  if (it.by !== undefined && sentBy[it.by]) sentBy[it.by].push(at);
  if (it.to !== undefined) arrivedIn[it.to].push(at);
});
steps.forEach(step => {
  for (let at = step.first; at < step.first + step.count && at < activations.length; at++) {
    activations[at].step = step;
  }
});

/** The activation of the same actor before it. */
const previous = it => activations[ofLane[it.lane][it.place - 1]];
const following = it => activations[ofLane[it.lane][it.place + 1]];

/** When a message ends: where it is handled, or when it was sent, where it only arrives. */
const arrival = it => (it.handled === undefined ? it.stamp : activations[it.handled].start);

/** A map of the actor as it was before an activation: storage, or bound ports. */
function mapBefore(it, part) {
  const map = new Map();
  for (const at of ofLane[it.lane]) {
    if (at >= it.at) break;
    for (const [key, value] of activations[at][part] || []) {
      if (value === null) map.delete(key);
      else map.set(key, value);
    }
  }
  return map;
}

function countersBefore(it) {
  for (let place = it.place - 1; place >= 0; place--) {
    const { counters } = activations[ofLane[it.lane][place]];
    if (counters) return counters;
  }
  return [0, 0, 0];
}

/** What had been sent to an actor by that time, and was not taken by activations up to `last`. */
function inbox(it, time, last) {
  const waiting = arrivedIn[it.lane].filter(at => {
    const message = messages[at];
    const taken = message.handled !== undefined && message.handled <= last;
    const creates = message.handled !== undefined
      && activations[message.handled].entry === "creation";
    return Number(message.stamp) <= Number(time) && !taken && !creates;
  });
  return waiting.sort((a, b) => Number(messages[a].stamp) - Number(messages[b].stamp));
}

/** All words under which an activation can be found. */
const words = new Map();
function wordsOf(it) {
  if (!words.has(it.at)) {
    const all = [`#${it.at + 1}`, laneName(it.lane), it.entry, it.refusal || ""];
    if (it.fault !== undefined) all.push("fault", faultName(it.fault));
    const told = [...sentBy[it.at]];
    if (it.handled !== undefined) told.push(it.handled);
    told.forEach(at => all.push(texts[messages[at].what], texts[messages[at].aim]));
    new Set((it.calls || []).map(call => call[0])).forEach(at => all.push(imports[at].name));
    (it.storage || []).forEach(([key, value]) => all.push(texts[key], texts[value] || ""));
    words.set(it.at, all.join("\n").toLowerCase());
  }
  return words.get(it.at);
}

function search(query) {
  const parts = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (parts.length === 0) return null;
  return activations.filter(it => parts.every(part => wordsOf(it).includes(part))).map(it => it.at);
}
