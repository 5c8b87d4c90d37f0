// Tells when a stream of server-sent events has died without a word, as after sleep or behind a network that has gone.

/** The server sends a sign of life every 15 seconds; silence for longer means the line is dead. */
const SILENCE_MS = 40_000;

export class Pulse {
  #onSilent;
  #ends;

  constructor(onSilent) {
    this.#onSilent = onSilent;
  }

  /** Something was heard: wait for the next. */
  beat() {
    clearTimeout(this.#ends);
    this.#ends = setTimeout(this.#onSilent, SILENCE_MS);
  }

  stop() {
    clearTimeout(this.#ends);
  }
}
