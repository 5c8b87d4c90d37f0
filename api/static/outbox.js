// Messages on their way out: sent in order, kept until the server has them, and sent again under the same client id, which the
// server answers with the first result, so that trying again never says anything twice.
//
// Order is kept: what the carer wrote first is sent first, as later words often lean on earlier ones. Only the carer may decide
// that a message the server keeps failing on is to wait until the others are sent.

import { ApiError } from "/static/api.js";

export class Outbox {
  #items;
  #running = null;

  /**
   * `send(item)` resolves to the message's id. `onSent(item, id)`, `onRefused(item, error)` (the server will never take it) and
   * `onFailed(item, error)` (it may yet) say how it went; `onHeldUp(item)` that it waits for the one that failed. `keep(items)`
   * stores what is left. An item's `tries` are the times the server itself has failed on it.
   */
  constructor({ items, send, keep, onSent, onRefused, onFailed, onHeldUp }) {
    this.#items = items;
    this.send = send;
    this.keep = keep;
    this.onSent = onSent;
    this.onRefused = onRefused;
    this.onFailed = onFailed;
    this.onHeldUp = onHeldUp;
  }

  get items() {
    return [...this.#items];
  }

  add(message) {
    const item = { ...message, clientId: newId(), at: new Date().toISOString(), tries: 0 };
    this.#items.push(item);
    this.keep(this.#items);
    return item;
  }

  /** Send a message after all others that wait. */
  postpone(clientId) {
    const item = this.#items.find((other) => other.clientId === clientId);
    if (!item) return;
    item.tries = 0;
    this.#items = [...this.#items.filter((other) => other !== item), item];
    this.keep(this.#items);
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
          if (error.status >= 500) item.tries = (item.tries ?? 0) + 1;
          this.keep(this.#items);
          const [first, ...others] = this.#items;
          this.onFailed(first, error);
          for (const waiting of others) this.onHeldUp(waiting);
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
