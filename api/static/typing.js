// Who is writing at this moment: told to the other side, and shown for a while. Never what is written.

const EVERY_MS = 3_000;
const LASTS_MS = 6_000;

/** Call `tell()` while somebody writes in a box, every few seconds at most. That nobody hears of it is no reason to stop them. */
export function tellWriting(box, tell) {
  let toldAt = 0;
  box.addEventListener("input", () => {
    if (!box.value || Date.now() - toldAt < EVERY_MS) return;
    toldAt = Date.now();
    tell().catch(() => {});
  });
}

/** A line that says who is writing, until it is hidden or has not been said again. Screen readers are not told: it comes and goes. */
export class Writing {
  #line;
  #ends;

  constructor(line) {
    this.#line = line;
  }

  show(words) {
    clearTimeout(this.#ends);
    this.#line.textContent = words;
    this.#line.hidden = false;
    this.#ends = setTimeout(() => this.hide(), LASTS_MS);
  }

  hide() {
    clearTimeout(this.#ends);
    this.#line.hidden = true;
    this.#line.textContent = "";
  }
}
