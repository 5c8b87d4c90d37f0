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
const tried = document.getElementById("tried");
if (tried) {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-try]")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target));
    if (!tried.contains(event.target)) tried.textContent = "Trying…";
    ask(event.target.action, { method: "POST", body });
  });
  lookAgain();
}

/** Show what was found below the sentences, without a reload. */
async function ask(address, how) {
  const response = await fetch(address, { ...how, headers: { Accept: "application/json" } }).catch(() => null);
  const hasNothingNew = response?.status === 204;
  // What is being read stays as it is as long as there is nothing new.
  if (response?.ok && !hasNothingNew) tried.innerHTML = await response.text();
  if (!response?.ok) tried.textContent = (await response?.json().catch(() => null))?.error ?? "Alongside cannot be reached. Try again in a minute.";
  lookAgain();
}

function lookAgain() {
  const address = tried.querySelector("[data-working]")?.dataset.working;
  if (!address) return;
  setTimeout(() => {
    if (tried.querySelector("[data-working]")?.dataset.working === address) ask(address);
  }, 2000);
}
