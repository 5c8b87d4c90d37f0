// Puts a saved reply or an approved answer into the reply box, where the cursor is, without a reload. It sends nothing to the carer.
// Without this file the same buttons load the page again with the text at the end of the box.

const SEARCH_AFTER_MS = 250;

const place = document.getElementById("compose");
const box = document.getElementById("reply");
if (place && box) compose();

function compose() {
  const form = document.getElementById("reply-form");
  const dock = place.closest(".dock");
  const said = document.getElementById("compose-said");
  const ways = [...document.querySelectorAll("[data-compose='way']")];
  let wasInBox = false;
  let asked = 0;
  let soon;

  mark();
  box.addEventListener("focus", () => {
    wasInBox = true;
  });
  box.addEventListener("input", () => {
    if (!box.value) said.textContent = "";
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-compose]");
    if (!button) return;
    event.preventDefault();
    const isShown = button.dataset.compose === "way" && button.value === shown();
    if (isShown || button.dataset.compose === "close") close();
    else press(button);
  });
  place.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(() => press(place.querySelector("[data-compose='search']")), SEARCH_AFTER_MS);
  });
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });

  async function press(button) {
    if (!button) return;
    clearTimeout(soon);
    const mine = ++asked;
    const kind = button.dataset.compose;
    const wanted = kind === "search" ? document.getElementById("wanted").value : "";
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, wanted, [button.name]: button.value });
    const headers = { Accept: "application/json", "HX-Request": "true" };
    if (kind !== "search") said.textContent = "Loading";
    const response = await fetch(button.formAction, { method: "POST", body, headers }).catch(() => null);
    const found = response && (await response.text());
    if (mine !== asked) return; // another button was pressed since
    if (!response) said.textContent = "The connection is lost. Try again.";
    else if (!response.ok) said.textContent = problem(found);
    else if (kind === "pick") put(JSON.parse(found));
    else show(found, kind);
  }

  function problem(answer) {
    try {
      return JSON.parse(answer).error;
    } catch {
      return "Something went wrong on our side. Please try again in a minute.";
    }
  }

  function show(html, kind) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    if (kind === "search") {
      // Only what was found: the search box keeps its cursor.
      place.querySelector(".compose__found").replaceWith(fresh.content.querySelector(".compose__found"));
      place.querySelector(".compose__count").textContent = fresh.content.querySelector(".compose__count").textContent;
      return;
    }
    place.replaceChildren(fresh.content);
    said.textContent = "";
    mark();
    // What opened may be higher than what is left of the screen above the box.
    const below = dock.getBoundingClientRect().bottom - window.innerHeight;
    if (below > 0) window.scrollBy(0, below);
    // On a phone the keyboard would cover what was found, so it comes when the search box is pressed.
    const hasKeyboard = matchMedia("(pointer: fine)").matches;
    document.getElementById(hasKeyboard ? "wanted" : "compose-panel").focus({ preventScroll: true });
  }

  function put({ text, said: news }) {
    place.replaceChildren();
    mark();
    const at = wasInBox ? box.selectionEnd : box.value.length;
    const before = box.value.slice(0, at);
    const after = box.value.slice(at);
    const words = `${/\S$/.test(before) ? "\n\n" : ""}${text}`;
    box.focus();
    box.setRangeText(`${words}${/^\S/.test(after) ? "\n\n" : ""}`, at, at);
    box.setSelectionRange(at + words.length, at + words.length);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    said.textContent = news;
  }

  function close() {
    const kind = shown();
    clearTimeout(soon);
    asked += 1;
    place.replaceChildren();
    mark();
    ways.find((way) => way.value === kind)?.focus();
  }

  function shown() {
    return document.getElementById("compose-panel")?.dataset.kind ?? "";
  }

  function mark() {
    for (const way of ways) way.setAttribute("aria-expanded", String(way.value === shown()));
  }
}
