// The page of the preview: asks for the state, and shows what is new in it. The log only ever grows, so that a screen reader
// reads each message once; the focus stays where the author left it.
"use strict";

const LOOK_MS = 700;
const at = (id) => document.getElementById(id);
const log = at("log");
let plays = 0;
let shown = 0;
let last = "";
let busy = false;
let caution = "";

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function said(who) {
  return element("span", "unseen", { coach: "Coach: ", student: "You: ", note: "Note: " }[who]);
}

function addToLog(one) {
  const bubble = element("div", one.who === "note" ? "note" : `bubble ${one.who}`);
  bubble.append(said(one.who), one.text);
  log.append(bubble);
  if (one.understood) log.append(element("div", one.unread ? "understood unread" : "understood", `understood as ${one.understood}`));
}

function showTalk(state) {
  if (state.plays !== plays) {
    log.replaceChildren();
    [plays, shown] = [state.plays, 0];
  }
  const fresh = state.talk.slice(shown);
  fresh.forEach(addToLog);
  shown = state.talk.length;
  if (fresh.length) log.scrollTop = log.scrollHeight;
}

function showChoices(open) {
  const group = at("choices");
  const hadFocus = group.contains(document.activeElement);
  group.replaceChildren(...open.map((one) => {
    const button = element("button", one.quiet ? "quiet" : "", one.label);
    button.type = "button";
    button.addEventListener("click", () => send("press", { label: one.label }));
    return button;
  }));
  if (hadFocus) (group.querySelector("button") || at("text")).focus();
  log.scrollTop = log.scrollHeight;
}

function showBeside(state) {
  at("steps").replaceChildren(...state.steps.map((step) => {
    const item = element("li", step.waits ? "" : "runs-on", step.name);
    if (step.about) item.append(" ", element("small", "", step.about));
    if (step.name === state.step) {
      item.setAttribute("aria-current", "step");
      item.append(element("span", "unseen", " (now)"));
    }
    return item;
  }));
  const now = at("steps").querySelector("[aria-current]");
  const side = document.querySelector(".beside");
  if (now && side.scrollHeight > side.clientHeight && getComputedStyle(side).overflowY === "auto") now.scrollIntoView({ block: "nearest" });
  at("kept").replaceChildren(...(state.kept.length ? state.kept.map((one) => {
    const row = element("div");
    const name = element("dt", "", one.name);
    if (one.lesson) name.append(element("small", "", ` from ${one.lesson}`));
    row.append(name, element("dd", "", one.value));
    return row;
  }) : [element("div", "", "Nothing yet.")]));
  at("problems").replaceChildren(...(state.problems.length ? state.problems.map((one) => {
    const item = element("li");
    item.append(element("strong", one.severity, `Line ${one.line}: ${one.what}. `), `${one.remedy} `, element("small", "", one.code));
    return item;
  }) : [element("li", "", "None.")]));
}

function showTrouble(state) {
  const trouble = at("trouble");
  const goesOn = state.title ? "The last good version goes on." : "It is played once it holds.";
  const text = state.holds ? "" : `The file has an error, see Problems. ${goesOn}`;
  if (trouble.textContent !== text) trouble.textContent = text;
  if (trouble.hidden !== !text) {
    trouble.hidden = !text;
    log.scrollTop = log.scrollHeight; // the log is another size now, and the question is at its end
  }
}

function show(state) {
  const whole = JSON.stringify(state);
  if (whole === last) return;
  const before = last ? JSON.parse(last) : {};
  last = whole;
  document.title = state.title ? `${state.title} – preview` : "Preview";
  at("title").textContent = state.title || "Preview";
  at("file").textContent = state.file;
  at("reading").textContent = `Understanding: ${state.reading.replace(/\.$/, "")}.`;
  caution = state.caution;
  at("fresh").hidden = !state.after;
  const opened = state.plays !== plays || state.talk.length !== shown;
  showTalk(state);
  if (opened || JSON.stringify(before.open) !== JSON.stringify(state.open)) showChoices(state.open);
  showBeside(state);
  showTrouble(state);
}

function typing() {
  const dots = element("div", "typing");
  dots.setAttribute("aria-hidden", "true");
  dots.append(element("i"), element("i"), element("i"));
  log.append(dots);
  log.scrollTop = log.scrollHeight;
  return dots;
}

async function post(path, data) {
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });
}

async function send(path, data) {
  if (busy) return;
  busy = true;
  const pending = data.text ? element("div", "bubble student", data.text) : null;
  if (pending) pending.setAttribute("aria-hidden", "true");
  if (pending) log.append(pending);
  const dots = typing();
  try {
    const answer = await post(path, data);
    dots.remove();
    if (pending) pending.remove();
    if (answer.ok) show(await answer.json());
  } catch {
    at("told").textContent = "The preview has ended. Begin it again in the terminal.";
  } finally {
    dots.remove();
    if (pending) pending.remove();
    busy = false;
  }
}

async function look() {
  if (!busy) {
    try {
      const answer = await fetch("state");
      const state = await answer.json();
      if (!busy) show(state);
      if (at("told").textContent.startsWith("The preview has ended")) at("told").textContent = "";
    } catch {
      at("told").textContent = "The preview has ended. Begin it again in the terminal.";
    }
  }
  setTimeout(look, LOOK_MS);
}

at("write").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("text").value.trim();
  if (!text || busy) return;
  at("text").value = "";
  send("say", { text });
});
for (const deed of ["restart", "fresh", "undo"]) at(deed).addEventListener("click", () => send(deed, {}));

const dialog = at("record-dialog");
let toReplace = "";
at("record").addEventListener("click", () => {
  at("record-told").textContent = "";
  at("record-caution").textContent = caution && `Careful: ${caution}`;
  at("record-now").textContent = "Record";
  toReplace = "";
  dialog.showModal();
  at("name").select();
});
at("record-cancel").addEventListener("click", () => dialog.close());
at("record-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = at("name").value.trim();
  const answer = await post("record", { name, replaces: name === toReplace ? "yes" : "no" });
  const { told } = await answer.json();
  if (answer.ok) {
    dialog.close();
    at("told").textContent = told;
    at("told").classList.toggle("careful", Boolean(caution));
    log.scrollTop = log.scrollHeight; // the log is another size now
    return;
  }
  toReplace = answer.status === 409 ? name : "";
  at("record-now").textContent = toReplace ? "Replace" : "Record";
  at("record-told").textContent = told;
});

window.addEventListener("resize", () => {
  log.scrollTop = log.scrollHeight; // the question is at its end
});
look();
