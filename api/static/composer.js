// The box the carer writes in: it grows, keeps an unsent draft, counts near the limit and shows what was wrong.

/** What the API takes; it has the last word, and says so itself when a message is longer. */
const MOST = 4_000;
const NEAR = 3_600;

export class Composer {
  #form;
  #box;
  #count;
  #error;
  #keepDraft;

  /** `onSend(text)` is called with what was written; `keepDraft(text)` after each change. */
  constructor(form, { draft, keepDraft, onSend }) {
    this.#form = form;
    this.#box = form.querySelector("textarea");
    this.#count = form.querySelector("#count");
    this.#error = form.querySelector("#error");
    this.#keepDraft = keepDraft;
    this.#box.value = draft;
    this.#changed();
    this.#box.addEventListener("input", () => {
      this.showError("");
      this.#changed();
    });
    // Enter sends where there is a keyboard; on a phone it breaks the line and the button sends.
    const typed = window.matchMedia("(hover: hover) and (pointer: fine)");
    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || !typed.matches) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#box.value;
      this.focus();
      if (!text.trim()) {
        this.showError("Write your message first.");
        return;
      }
      this.#box.value = "";
      this.#changed();
      this.showError("");
      onSend(text);
    });
  }

  get hidden() {
    return this.#form.hidden;
  }

  set hidden(hidden) {
    this.#form.hidden = hidden;
  }

  focus() {
    this.#box.focus();
  }

  clear() {
    this.#box.value = "";
    this.#changed();
    this.showError("");
  }

  /** Put words that could not be sent back, before whatever has been written since. */
  putBack(text) {
    this.#box.value = [text, this.#box.value].filter(Boolean).join("\n");
    this.#changed();
  }

  showError(words) {
    this.#error.hidden = !words;
    this.#error.querySelector("#error-text").textContent = words;
    this.#box.classList.toggle("nhsuk-textarea--error", Boolean(words));
    if (words) this.#box.setAttribute("aria-invalid", "true");
    else this.#box.removeAttribute("aria-invalid");
  }

  #changed() {
    this.#keepDraft(this.#box.value);
    this.#box.style.height = "auto";
    const border = this.#box.offsetHeight - this.#box.clientHeight;
    this.#box.style.height = `${this.#box.scrollHeight + border}px`;
    // Counted as the API counts: characters, not the halves some of them are stored in.
    const left = MOST - [...this.#box.value].length;
    const near = left < MOST - NEAR;
    const characters = Math.abs(left) === 1 ? "character" : "characters";
    this.#count.textContent = near ? `${Math.abs(left).toLocaleString("en-GB")} ${characters} ${left < 0 ? "too many" : "left"}` : "";
    this.#count.classList.toggle("dock__count--over", left < 0);
  }
}
