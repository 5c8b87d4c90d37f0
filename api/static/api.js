// The carer API, /api/v1. Every failure leaves here as an ApiError whose message a carer can read.

const BASE = "/api/v1";
const DEADLINE_MS = 20_000;
const UNREACHABLE = 0;

export class ApiError extends Error {
  constructor(message, status, retryAfter = null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The conversation behind the token is not there (any more). */
  get isGone() {
    return this.status === 401;
  }

  /** The same request may work later: no connection, a busy or broken server. */
  get mayPass() {
    return this.status === UNREACHABLE || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

async function call(method, path, { token = null, body = null } = {}) {
  const control = new AbortController();
  const deadline = setTimeout(() => control.abort(), DEADLINE_MS);
  const headers = {};
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  if (body !== null) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(BASE + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: control.signal,
      cache: "no-store",
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    const message = answer.error ?? "Something went wrong on our side. Please try again in a minute.";
    throw new ApiError(message, response.status, Number(response.headers.get("Retry-After")) || null);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError("We cannot reach Alongside just now. Check your connection and try again.", UNREACHABLE);
  } finally {
    clearTimeout(deadline);
  }
}

export const begin = (wish) => call("POST", "/conversations", { body: wish });

export const send = (token, { text, choice, clientId }) =>
  call("POST", "/messages", { token, body: { ...(choice ? { choice } : { text }), client_id: clientId } });

/** What is new since the last message the page has and the last change it knows of; either may be null. */
export function look(token, id, change) {
  const known = new URLSearchParams();
  if (id !== null) known.set("after", id);
  if (change !== null) known.set("changed_since", change);
  return call("GET", `/messages?${known}`, { token });
}

export const seen = (token, id, change) => call("POST", "/seen", { token, body: { id, last_change: change ?? 0 } });

export const sayHelpful = (token, id, helpful) => call("POST", `/messages/${id}/helpful`, { token, body: { helpful } });

export const typing = (token) => call("POST", "/typing", { token });

export const about = (token) => call("GET", "/conversations/current", { token });

/** Continue a conversation from Telegram here. */
export const moveHere = (code) => call("POST", "/move/here", { body: { code } });

/** Make the link that continues this conversation on Telegram. */
export const moveToTelegram = (token) => call("POST", "/move", { token });

export const erase = (token) => call("DELETE", "/conversations/current", { token });

/** Open the stream of events. The caller reads the response's body, and ends it with the signal. */
export function openEvents(token, lastId, signal) {
  const headers = { Authorization: `Bearer ${token}`, Accept: "text/event-stream" };
  if (lastId) headers["Last-Event-ID"] = lastId;
  return fetch(`${BASE}/events`, { headers, signal, cache: "no-store" });
}
