// The editor of answers: saves by itself, shows what carers would see, and brings in what somebody else writes.
// Without this file the same form is saved with its button.

import { Looking } from "/static/answers-looking.js";
import { Saving } from "/static/answers-saving.js";
import { enhance, setUpText } from "/static/answers-text.js";

const form = document.querySelector("[data-editor]");
if (form) {
  enhance(form);
  const looking = new Looking(form);
  const saving = new Saving(form, { whenFieldsCome: (part) => (enhance(part), looking.soon()) });
  setUpText(form);
  form.addEventListener("input", (event) => {
    saving.soon();
    looking.soon(event.target);
  });
  form.addEventListener("change", () => saving.now());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saving.now({ isWanted: true });
  });
  looking.start();
}
for (const pane of document.querySelectorAll("form[data-try]")) tryHere(pane);

/** Show what was found below the sentences, without a reload. */
function tryHere(pane) {
  const found = document.getElementById("tried");
  pane.addEventListener("submit", async (event) => {
    event.preventDefault();
    found.textContent = "Trying…";
    const body = new URLSearchParams(new FormData(pane));
    const response = await fetch(pane.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (response?.ok) found.innerHTML = await response.text();
    else found.textContent = (await response?.json().catch(() => null))?.error ?? "Alongside cannot be reached. Try again in a minute.";
  });
}
