// Messages on their way out: sent in order, kept until the server has them, and sent again under the same client id, which the
// server answers with the first result, so that trying again never says anything twice.

import { ApiError } from "/static/api.js";

export class Outbox {
  #items;
  #running = null;

  /**
   * `send(item)` resolves to the message's id. `onSent(item, id)`, `onRefused(item, error)` (the server will never take it) and
   * `onFailed(item, error)` (it may yet) say how it went; `keep(items)` stores what is left.
   */
  constructor({ items, send, keep, onSent, onRefused, onFailed }) {
    this.#items = items;
    this.send = send;
    this.keep = keep;
    this.onSent = onSent;
    this.onRefused = onRefused;
    this.onFailed = onFailed;
  }

  get items() {
    return [...this.#items];
  }

  add(message) {
    const item = { ...message, clientId: newId(), at: new Date().toISOString() };
    this.#items.push(item);
    this.keep(this.#items);
    return item;
  }

  /** Take everything out; what was not sent is returned. */
  empty() {
    const left = this.#items.splice(0);
    this.keep(this.#items);
    return left;
  }

  /** Send all that waits. A second call joins the first. */
  flush() {
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #sendAll() {
    while (this.#items.length) {
      const item = this.#items[0];
      try {
        const id = await this.send(item);
        this.#drop(item);
        this.onSent(item, id);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.mayPass || error.isGone) {
          for (const waiting of this.#items) this.onFailed(waiting, error);
          return;
        }
        this.#drop(item);
        this.onRefused(item, error);
      }
    }
  }

  #drop(item) {
    this.#items = this.#items.filter((other) => other !== item);
    this.keep(this.#items);
  }
}

/** crypto.randomUUID exists on secure addresses only; this works everywhere. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
