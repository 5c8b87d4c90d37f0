// The chat page: joins the parts and decides what happens when. Each part has one purpose and a file of its own.

import { setUpAbout } from "/static/about.js";
import * as api from "/static/api.js";
import { Composer } from "/static/composer.js";
import { follow } from "/static/events.js";
import { setUpHelpful } from "/static/helpful.js";
import * as keep from "/static/keep.js";
import { moveHere, setUpMove } from "/static/move.js";
import { Outbox } from "/static/outbox.js";
import { Scroll } from "/static/scroll.js";
import { Thread } from "/static/thread.js";
import { tellWriting, Writing } from "/static/typing.js";

const NATIONS = ["england", "scotland", "wales", "ni"];
/** A BCP 47 tag, as the API takes it. */
const TAG = /^[A-Za-z0-9-]{2,35}$/;
const TALK_TO_PERSON = { choice: "/talk_to_person", text: "Talk to a person" };
/** How long a lost line may stay unmentioned, and how long "thinking" is believed. */
const GRACE_MS = 2_000;
const THINKING_MS = 45_000;
const LOOK_AGAIN_MS = 3_000;
/** How often the page itself tries again a message that the server fails on, and how long it waits the first time. */
const TRIES = 3;
const TRY_AGAIN_MS = 2_000;

const element = (id) => document.getElementById(id);

const notMoved = await moveHere();
let token = keep.token();
let line = null;
let lineIsOpen = false;

const thread = new Thread(element("thread"));
const scroll = new Scroll({
  top: document.querySelector(".top"),
  newer: element("newer"),
  dock: document.querySelector(".dock"),
  onSeen: tellSeen,
});
const writing = new Writing(element("writing"));
const composer = new Composer(element("composer"), {
  draft: keep.draft(),
  keepDraft: keep.keepDraft,
  onSend: (text) => say({ text }),
});
const outbox = new Outbox({
  items: keep.unsent(),
  keep: keep.keepUnsent,
  send: async (item) => (await api.send(token, item)).id,
  onSent(item, id) {
    thread.showSent(item.clientId, id);
    if (!lineIsOpen) lookAgain();
  },
  onRefused(item, error) {
    thread.remove(item.clientId);
    composer.showError(error.message);
    if (!item.choice) composer.putBack(item.text);
    composer.focus();
  },
  onFailed(item, error) {
    if (error.isGone) {
      gone();
      return;
    }
    const isStuck = item.tries >= TRIES && outbox.items.length > 1;
    thread.showFailed(item.clientId, navigator.onLine ? error.message : "", { isStuck });
    if (error.retryAfter) setTimeout(sync, error.retryAfter * 1_000);
    else if (item.tries && item.tries < TRIES) setTimeout(sync, TRY_AGAIN_MS * 2 ** (item.tries - 1));
  },
  onHeldUp: (item) => thread.showHeldUp(item.clientId),
});

// -- A conversation from beginning to end ----------------------------------------------------------------------------------

async function start() {
  hideNotice();
  const asked = new URLSearchParams(location.search);
  const wish = {};
  if (asked.get("service")) wish.service = asked.get("service").slice(0, 80);
  if (NATIONS.includes(asked.get("nation"))) wish.nation = asked.get("nation");
  if (TAG.test(asked.get("language") ?? "")) wish.language = asked.get("language");
  try {
    const begun = await api.begin(wish);
    token = begun.token;
    keep.keepToken(token);
    for (const message of begun.messages) thread.add(message);
  } catch (error) {
    showNumbers();
    notice("The chat did not start", error.message, "Try again", start);
    return;
  }
  document.documentElement.classList.remove("needs-numbers");
  goLive();
}

function goLive() {
  composer.hidden = false;
  element("open-about").hidden = false;
  element("thread").setAttribute("aria-live", "polite");
  line = follow({
    token,
    lastId: () => thread.lastId,
    onEvent(kind, { name }) {
      if (kind === "thinking") showThinking(thread.isWaiting);
      else if (kind === "typing") showWriting(name);
      else sync();
    },
    onOpen() {
      lineIsOpen = true;
      showConnection();
      sync();
    },
    onLost() {
      lineIsOpen = false;
      setTimeout(showConnection, GRACE_MS);
    },
    onGone: gone,
  });
}

function leave() {
  line?.stop();
  line = null;
  lineIsOpen = false;
  token = null;
  thread.clear();
  seen = "";
  writing.hide();
  showThinking(false);
  composer.hidden = true;
  element("open-about").hidden = true;
  element("connection").textContent = "";
}

/** The conversation is not there any more. Say so; the next one begins only when the carer says so. */
function gone() {
  if (token === null) return;
  const unsent = outbox.empty().filter((item) => !item.choice);
  leave();
  for (const item of unsent.reverse()) composer.putBack(item.text);
  const why = "It was deleted, or its time has run out. You can start a new one whenever you like.";
  notice("This conversation is closed", why, "Start a new conversation", () => {
    keep.forgetToken();
    return start().then(() => composer.focus());
  });
}

async function erase() {
  let receipt;
  try {
    receipt = await api.erase(token);
  } catch (error) {
    if (!error.isGone) throw error;
    element("about").close();
    gone();
    return;
  }
  keep.forget();
  outbox.empty();
  leave();
  composer.clear();
  element("about").close();
  const at = new Date(receipt.erased_at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
  const count = receipt.erased_messages === 1 ? "1 message was" : `${receipt.erased_messages} messages were`;
  notice("Your conversation is deleted", `${count} deleted on ${at}. Nothing of it is left here.`, "Start a new conversation", () =>
    start().then(() => composer.focus()),
  );
}

// -- Saying and hearing ----------------------------------------------------------------------------------------------------

function say(message) {
  composer.showError("");
  thread.addUnsent(outbox.add(message));
  scroll.toEnd();
  sync();
}

let running = null;
let again = false;

/** Send what waits, then fetch what is new. A call while one runs makes it run once more. */
function sync() {
  again = running !== null;
  running ??= syncOnce().finally(() => {
    running = null;
    if (again) sync();
  });
  return running;
}

async function syncOnce() {
  if (token === null) return;
  for (const item of outbox.items) thread.showSending(item.clientId);
  await outbox.flush();
  const wasEmpty = thread.isEmpty;
  let first = null;
  try {
    for (;;) {
      if (token === null) return;
      const { messages, changed, last_change: lastChange } = await api.look(token, thread.lastId, thread.lastChange);
      if (token === null) break;
      for (const message of changed) thread.change(message);
      thread.lastChange = lastChange;
      if (!messages.length && !changed.length) break;
      for (const message of messages) {
        const added = thread.add(message);
        if (message.author === "worker") writing.hide();
        if (message.author !== "carer") first ??= added;
        // Perhaps a message that seems unsent arrived after all: asking again tells, and never says it twice.
        else if (added && outbox.items.length) again = true;
      }
    }
  } catch (error) {
    if (error.isGone) {
      gone();
    } else if (error.status === 404) {
      // The server does not know our last message, as after a restored backup: begin from its first.
      thread.clear();
      setTimeout(sync, LOOK_AGAIN_MS);
    } else {
      setTimeout(showConnection, GRACE_MS);
    }
    return;
  }
  if (!thread.isWaiting) showThinking(false);
  if (wasEmpty) scroll.toEnd();
  else if (first) scroll.follow(first);
  tellSeen();
}

let seen = "";

/** Say what the carer has in view, once a person is there to whom it matters. What is only fetched is not seen. */
async function tellSeen() {
  const { lastId, lastChange } = thread;
  const now = `${lastId} ${lastChange}`;
  if (token === null || now === seen || document.visibilityState !== "visible" || scroll.hasUnseen || !thread.hasPeople) return;
  seen = now;
  try {
    await api.seen(token, lastId, lastChange);
  } catch {
    seen = ""; // the next look says it
  }
}

/** Where a proxy holds the events back, ask for the answer instead. */
function lookAgain() {
  setTimeout(async () => {
    await sync();
    if (!lineIsOpen && token !== null && thread.isWaiting && navigator.onLine) lookAgain();
  }, LOOK_AGAIN_MS);
}

// -- What the page says about itself ---------------------------------------------------------------------------------------

function showWriting(name) {
  writing.show(`${name} is writing…`);
  scroll.stay();
}

let believed;

function showThinking(thinking) {
  clearTimeout(believed);
  element("thinking").textContent = thinking ? "Alongside is thinking…" : "";
  if (!thinking) return;
  believed = setTimeout(() => showThinking(false), THINKING_MS);
  scroll.stay();
}

function showConnection() {
  const words = navigator.onLine
    ? "The connection is lost. Trying again. Your words are kept here."
    : "You are offline. Your words are kept here.";
  element("connection").textContent = token === null || (lineIsOpen && navigator.onLine) ? "" : words;
}

function notice(title, text, button, onPress) {
  element("notice-title").textContent = title;
  element("notice-text").textContent = text;
  element("notice-button").textContent = button;
  element("notice-button").onclick = onPress;
  element("notice").hidden = false;
  composer.hidden = true;
  element("notice").focus();
}

/** Without a conversation, the people to ring are on the page itself. */
function showNumbers() {
  document.documentElement.classList.add("needs-numbers");
  element("without").scrollIntoView();
}

function hideNotice() {
  element("notice").hidden = true;
}

// -- Begin -----------------------------------------------------------------------------------------------------------------

element("person").addEventListener("click", () => (token === null ? showNumbers() : say(TALK_TO_PERSON)));
element("thread").addEventListener("click", ({ target }) => {
  const choice = target.closest("[data-payload]");
  if (choice) say({ choice: choice.dataset.payload, text: choice.textContent });
  if (target.closest("[data-retry]")) sync();
  const stuck = target.closest("[data-postpone]")?.closest("[data-client-id]");
  if (stuck) {
    outbox.postpone(stuck.dataset.clientId);
    thread.postpone(stuck.dataset.clientId);
    sync();
  }
});
setUpHelpful(element("thread"), async (id, helpful) => {
  try {
    await api.sayHelpful(token, id, helpful);
  } catch (error) {
    if (error.isGone) gone();
    throw error;
  }
});
// Only where a person is: the server has the last word on whether anybody is told.
tellWriting(element("text"), async () => {
  if (token !== null && thread.hasPeople) await api.typing(token);
});
setUpAbout(element("about"), element("open-about"), {
  load: () => api.about(token),
  erase,
  isRemembered: keep.isRemembered,
  remember: keep.remember,
});
setUpMove(element("move"), () => token);
window.addEventListener("offline", showConnection);
window.addEventListener("online", () => {
  showConnection();
  line?.hurry();
  sync();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  line?.hurry();
  sync();
});

document.documentElement.classList.add("chat-runs");
if (notMoved) {
  const go = () => (hideNotice(), token === null ? start() : sync().then(goLive));
  notice("The conversation was not brought here", notMoved, "Go on here", go);
} else if (token === null) {
  start();
} else {
  for (const item of outbox.items) thread.addUnsent(item);
  sync().then(() => token !== null && goLive());
}
