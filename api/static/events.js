// Follows the conversation's server-sent events, for as long as the page is open. EventSource cannot send the token in a
// header, so this reads the stream itself. Events carry ids, never texts.

import { openEvents } from "/static/api.js";
import { Pulse } from "/static/pulse.js";

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

/**
 * Call `onEvent(kind, data)` for each event and `onOpen`, `onLost`, `onGone` as the line comes and goes.
 * Returns `{ stop, hurry }`: hurry skips the wait before the next attempt.
 */
export function follow({ token, lastId, onEvent, onOpen, onLost, onGone }) {
  let stopped = false;
  let delay = FIRST_DELAY_MS;
  let control = new AbortController();
  let hurry = () => {};

  async function listen() {
    control = new AbortController();
    const response = await openEvents(token, lastId(), control.signal);
    if (response.status === 401) {
      stopped = true;
      onGone();
      return;
    }
    if (!response.ok) return;
    delay = FIRST_DELAY_MS;
    onOpen();
    const pulse = new Pulse(() => control.abort());
    try {
      pulse.beat();
      for await (const { kind, data } of heard(response.body, () => pulse.beat())) onEvent(kind, data);
    } finally {
      pulse.stop();
    }
  }

  async function run() {
    while (!stopped) {
      await listen().catch(() => {});
      if (stopped) return;
      onLost();
      await new Promise((resolve) => {
        hurry = resolve;
        // Spread out, so that a restarted server does not meet every page in the same second.
        setTimeout(resolve, delay * (0.75 + Math.random() / 2));
      });
      delay = Math.min(delay * 2, LONGEST_DELAY_MS);
    }
  }

  run();
  return {
    stop() {
      stopped = true;
      control.abort();
      hurry();
    },
    hurry: () => hurry(),
  };
}

/** Yield the kind and the data of each event in a stream of server-sent events. */
async function* heard(body, onChunk) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let kind = null;
  let data = "{}";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onChunk();
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r/);
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith("event:")) kind = line.slice(6).trim();
      if (line.startsWith("data:")) data = line.slice(5);
      if (line === "" && kind !== null) {
        yield { kind, data: JSON.parse(data) };
        kind = null;
        data = "{}";
      }
    }
  }
}
