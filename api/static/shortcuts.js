// Keys for those who work without a mouse. Single letters can be turned off, and are never heard while somebody writes or
// together with Ctrl, Alt or Cmd: those belong to the browser and to screen readers.

const OFF = "alongside.shortcuts-off";
const SEQUENCE_MS = 1_500;

const element = (id) => document.getElementById(id);
const sheet = element("shortcuts");
const opener = element("open-shortcuts");
const use = element("use-shortcuts");
let lead = null;
let forgotten;

if (sheet && opener) begin();

function begin() {
  use.checked = isOn();
  use.addEventListener("change", () => keep(use.checked));
  opener.hidden = false;
  opener.addEventListener("click", show);
  document.addEventListener("keydown", heard);
}

function heard(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || sheet.open) return;
  if (isField(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!isOn()) return;
  const keys = lead ? `${lead} ${event.key}` : event.key;
  clearTimeout(forgotten);
  lead = null;
  if (keys === "g") {
    lead = "g";
    forgotten = setTimeout(() => (lead = null), SEQUENCE_MS);
    return;
  }
  const done = act(keys, event.target);
  if (done) event.preventDefault();
}

/** Do what the keys stand for; false when this page has nothing for them, so that the browser may have them. */
function act(keys, target) {
  const row = target.closest?.("[data-case]");
  switch (keys) {
    case "?":
      return show();
    case "j":
      return step(row, 1);
    case "k":
      return step(row, -1);
    case "ArrowDown":
      return row !== null && row !== undefined && step(row, 1);
    case "ArrowUp":
      return row !== null && row !== undefined && step(row, -1);
    case "/":
      return goInto(element("q")) || go("/inbox#q");
    case "c":
      return press(element("claim"));
    case "r":
      return goInto(element("reply"));
    case "n":
      return goInto(element("note"));
    case "g i":
      return go("/inbox");
    case "g t":
      return go("/inbox/tasks");
    default:
      return false;
  }
}

/** Go to the next or the previous row of the list; from elsewhere to the first. */
function step(row, by) {
  const rows = [...document.querySelectorAll("#list [data-case]")];
  const link = rows[row ? rows.indexOf(row) + by : 0]?.querySelector("a");
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
  return link !== undefined;
}

function press(button) {
  button?.click();
  return button !== null;
}

function goInto(field) {
  if (!field) return false;
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  field.focus();
  return true;
}

function go(address) {
  location.assign(address);
  return true;
}

function show() {
  sheet.showModal();
  element("shortcuts-title").focus();
  return true;
}

function isField(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

function isOn() {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return use.checked;
  }
}

function keep(on) {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch {
    // A browser that keeps nothing: it counts for this page.
  }
}

if (location.hash === "#q") goInto(element("q"));
