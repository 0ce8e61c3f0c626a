// Goes from change to change, and shows the runs above their lines if there are some.
const changes = [...document.querySelectorAll("tr.starts")];
const element = id => document.getElementById(id);
let chosen = -1;

function choose(at) {
  if (changes.length === 0) return;
  changes[chosen]?.classList.remove("chosen");
  chosen = Math.min(Math.max(at, 0), changes.length - 1);
  changes[chosen].classList.add("chosen");
  changes[chosen].scrollIntoView({ block: "center" });
  element("at").textContent = `change ${chosen + 1} of ${changes.length}`;
}

function only() {
  const is = document.body.classList.toggle("only");
  element("only").setAttribute("aria-pressed", is);
  choose(chosen);
}

element("before").onclick = () => choose(chosen - 1);
element("after").onclick = () => choose(chosen + 1);
element("only").onclick = only;
addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") choose(chosen + 1);
  else if (event.key === "p") choose(chosen - 1);
  else if (event.key === "o") only();
});

for (const [page, activation] of JSON.parse(element("data").textContent)) {
  const frame = document.createElement("iframe");
  frame.title = "the run";
  // The page looks here for the activation to begin with.
  if (activation !== null) frame.dataset.activation = activation;
  frame.srcdoc = page;
  element("runs").append(frame);
  element("runs").hidden = false;
}
choose(changes.indexOf(element("first")));
