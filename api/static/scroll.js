// Keeps the end of the thread in view for a reader who is there, and leaves a reader who has scrolled up where they are.

const NEAR_PX = 120;

export class Scroll {
  #top;
  #newer;
  #unseen = null;
  #following = true;

  /** `onSeen` is called when the reader comes to what was new below. */
  constructor({ top, newer, dock, onSeen }) {
    this.onSeen = onSeen;
    this.#top = top;
    this.#newer = newer;
    newer.addEventListener("click", () => this.#show(this.#unseen));
    window.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // An opening keyboard or a growing box makes the page shorter: whoever was at the end stays there.
    window.addEventListener("resize", () => this.#following && this.toEnd());
    new ResizeObserver(() => {
      document.documentElement.style.setProperty("--dock", `${dock.offsetHeight}px`);
      if (this.#following && !this.#isAtEnd()) this.toEnd();
    }).observe(dock);
  }

  /** Bring new messages into view from the first one's beginning, or offer to, if the reader is elsewhere. */
  follow(first) {
    if (this.#following) {
      this.#show(first);
    } else {
      this.#unseen ??= first;
      this.#newer.hidden = false;
    }
  }

  /** Keep the end in view after something other than a message was added. */
  stay() {
    if (this.#following) this.toEnd();
  }

  toEnd() {
    window.scrollTo(0, document.documentElement.scrollHeight);
  }

  /** There is something new that the reader has not come to. */
  get hasUnseen() {
    return this.#unseen !== null;
  }

  #show(element) {
    const beginning = element.getBoundingClientRect().top + window.scrollY - this.#top.offsetHeight - 12;
    window.scrollTo(0, Math.min(beginning, document.documentElement.scrollHeight));
    this.#following = true;
    this.#seen();
  }

  #isAtEnd() {
    return window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - NEAR_PX;
  }

  #scrolled() {
    this.#following = this.#isAtEnd();
    if (this.#following) this.#seen();
  }

  #seen() {
    const wasUnseen = this.hasUnseen;
    this.#unseen = null;
    this.#newer.hidden = true;
    if (wasUnseen) this.onSeen();
  }
}
