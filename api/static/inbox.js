// The live part of the inbox: says when there is something new, brings messages to an open case, sends replies without a reload
// and keeps what is being written. htmx makes the requests; everything but the news works without this file.

import { forgetDrafts, keepDraft, showLeft } from "/static/drafts.js";
import { Pulse } from "/static/pulse.js";
import { tellWriting, Writing } from "/static/typing.js";

const GRACE_MS = 2_000;
const AGAIN_MS = 2_500;
const AT_END_PX = 120;
const LOST = "The connection is lost. Trying again.";

const element = (id) => document.getElementById(id);

const list = element("fresh") && new List();
const talk = element("look") && new Talk();
if (list ?? talk) follow(element("line"), list ?? talk);
for (const box of document.querySelectorAll("textarea[data-draft]")) keepDraft(box);
for (const left of document.querySelectorAll("div[data-draft]")) showLeft(left);

// -- The list: nothing moves until the line that says what is new is pressed -------------------------------------------------

function List() {
  const source = element("fresh");
  const news = element("news");
  const elsewhere = element("elsewhere");
  const title = document.title;
  const known = counts(element("tabs"));
  let fresh = null;
  let changed = 0;
  let more = 0;

  source.addEventListener("htmx:after:swap", () => {
    const found = source.querySelector("#tabs");
    if (!found) return;
    sayElsewhere(found);
    fresh = source.querySelector("#list");
    if (fresh) sayNews();
    source.replaceChildren();
    sayTitle();
  });
  news.addEventListener("click", (event) => {
    if (!fresh) return;
    event.preventDefault();
    element("list").replaceWith(fresh);
    fresh = null;
    changed = 0;
    say(news, "");
    sayTitle();
    const first = element("list").querySelector("a");
    (first ?? element("main")).focus();
  });

  function sayNews() {
    const shown = versions(element("list"));
    const found = versions(fresh);
    const grown = renewTimes(shown, found);
    changed = [...found].filter(([id, row]) => shown.get(id)?.dataset.version !== row.dataset.version || grown.has(id)).length;
    const gone = [...shown.keys()].some((id) => !found.has(id));
    say(news, changed ? `${changed} new or changed. Show` : gone ? "The list has changed. Show it" : "");
  }

  /** Bring the other lists' numbers up to date, and say where more wait than when the page was opened, or fewest did since. */
  function sayElsewhere(tabs) {
    const risen = {};
    for (const [show, count] of counts(tabs)) {
      if (!known.has(show)) continue;
      countOf(tabOf(element("tabs"), show)).replaceWith(countOf(tabOf(tabs, show)));
      known.set(show, Math.min(count, known.get(show)));
      risen[show] = count - known.get(show);
    }
    // Whoever's cases are listed as theirs are in the list of their services too: what is told of here is not told twice.
    if (source.dataset.show === "mine") risen.services -= risen.mine;
    const others = ["services", "covering"].filter((show) => show !== source.dataset.show && risen[show] > 0);
    more = others.reduce((sum, show) => sum + risen[show], 0);
    const tab = others.length ? tabOf(element("tabs"), others[0]) : null;
    say(elsewhere, tab ? `${risen[others[0]]} more ${risen[others[0]] === 1 ? "waits" : "wait"} in ${tab.dataset.words}` : "");
    if (tab) elsewhere.href = tab.href;
  }

  function say(link, words) {
    link.hidden = !words;
    if (link.textContent !== words) link.textContent = words;
  }

  function sayTitle() {
    document.title = changed + more ? `(${changed + more}) ${title}` : title;
  }

  this.address = "/inbox/events";
  this.source = source;
  this.look = () => source.dispatchEvent(new Event("look"));
  this.kinds = { cases: this.look };
}

/** Times go on, in their place. Those that need other room than they have are left, and told: returns whose they are. */
function renewTimes(shown, found) {
  const pairs = [...found]
    .filter(([id]) => shown.has(id))
    .map(([id, row]) => ({ id, old: timesOf(shown.get(id)), times: timesOf(row).cloneNode(true) }));
  const heights = pairs.map(({ old }) => old.offsetHeight);
  for (const { old, times } of pairs) old.replaceWith(times);
  const grown = pairs.filter(({ times }, index) => times.offsetHeight !== heights[index]);
  for (const { old, times } of grown) times.replaceWith(old);
  return new Set(grown.map(({ id }) => id));
}

function timesOf(row) {
  return row.querySelector("[data-times]");
}

function tabOf(tabs, show) {
  return tabs.querySelector(`[data-tab="${show}"]`);
}

function countOf(tab) {
  return tab.querySelector("[data-count]");
}

/** How many are to answer in each list, by its name. */
function counts(tabs) {
  const counted = [...tabs.querySelectorAll("[data-tab]:has([data-count])")];
  return new Map(counted.map((tab) => [tab.dataset.tab, Number(countOf(tab).dataset.count)]));
}

function versions(root) {
  return new Map([...root.querySelectorAll("[data-case]")].map((row) => [row.dataset.case, row]));
}

// -- A case: messages come in below, and the page follows only when its reader is at the end ---------------------------------

function Talk() {
  const source = element("look");
  const thread = element("thread");
  const below = element("below");
  const dock = document.querySelector(".dock");
  const reply = element("reply-form");
  const address = source.getAttribute("hx-get");
  const writing = new Writing(element("writing"));
  let wasAtEnd = true;
  let sees = null;
  let room = 0;

  source.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    // Now, and not when it was asked for: one that had to wait for another would bring the same messages again.
    const { change, delivery } = element("shown").dataset;
    ctx.request.action = `${address}?${new URLSearchParams({ after: lastMessage(), version: source.dataset.version, change, delivery })}`;
    // The button that claims a case stays where it is: what is new below is told there.
    wasAtEnd = isAtEnd() && !element("claim");
  });
  source.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.response.status !== 403 && ctx.response.status !== 404) return;
    // Deleted by the carer, or not ours to read any more: the page must not go on showing it. The server says why.
    if (ctx.response.status === 404) forgetDrafts();
    location.reload();
  });
  new MutationObserver((changes) => {
    const messages = (nodes) => [...nodes].filter((node) => node.nodeType === Node.ELEMENT_NODE && node.dataset.message);
    const replaced = new Set(changes.flatMap((change) => messages(change.removedNodes)).map((node) => node.dataset.message));
    const added = changes.flatMap((change) => messages(change.addedNodes)).filter((node) => !replaced.has(node.dataset.message));
    if (!added.length) return;
    if (added.some((node) => node.classList.contains("said--carer"))) writing.hide();
    if (wasAtEnd) toEnd();
    else below.hidden = false;
  }).observe(thread, { childList: true });
  below.addEventListener("click", toEnd);
  window.addEventListener("scroll", () => {
    sees = isSeen();
    if (isAtEnd()) below.hidden = true;
  }, { passive: true });
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--dock", `${dock.offsetHeight}px`);
    // Whoever sees the last message sees it above a longer reply too. For what is told nothing moves.
    const grown = dock.offsetHeight - dock.querySelector(".told").offsetHeight;
    if (grown > room && (sees ?? location.hash === "#end") && !isSeen()) toEnd();
    room = grown;
    sees = isSeen();
  }).observe(dock);

  if (reply) sendsWithoutReload(reply, () => {
    wasAtEnd = true;
    this.look();
  });

  function lastMessage() {
    return [...document.querySelectorAll("[data-message]")].at(-1)?.dataset.message ?? "";
  }

  function isAtEnd() {
    return hiddenBelow() < AT_END_PX;
  }

  function isSeen() {
    return hiddenBelow() <= 1;
  }

  /** How far the end of the thread is below the screen, or behind the place to write. */
  function hiddenBelow() {
    return element("end").getBoundingClientRect().top - Math.min(window.innerHeight, dock.getBoundingClientRect().top);
  }

  function toEnd() {
    below.hidden = true;
    element("end").scrollIntoView({ block: "start" });
  }

  this.address = `/inbox/events?case=${address.split("/")[3]}`;
  this.source = source;
  this.look = () => source.dispatchEvent(new Event("look"));
  this.kinds = {
    message: this.look,
    changed: this.look,
    seen: this.look,
    typing() {
      const isThere = isAtEnd();
      writing.show("The carer is writing…");
      if (isThere) toEnd();
    },
  };
}

function sendsWithoutReload(form, onSent) {
  const box = form.querySelector("textarea");
  const error = element("reply-error");
  const headers = { "X-CSRF-Token": form.elements.csrf.value };
  let sent = "";

  tellWriting(box, () => fetch(box.dataset.typing, { method: "POST", headers }));

  box.addEventListener("keydown", (event) => {
    // Ctrl or Cmd with Enter sends; Enter alone is a new line, as letters to carers have several.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("htmx:before:request", () => {
    sent = box.value;
    error.textContent = "";
    form.classList.add("reply--busy");
  });
  form.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.response.status >= 400) {
      error.textContent = `Not sent. ${problem(ctx.text)}`;
      const { client_id: next } = read(ctx.text);
      if (next) {
        // Other words were sent before; these stay, to be sent as a message of their own.
        form.elements.client_id.value = next;
        onSent();
      }
      return;
    }
    // What was typed since it was sent stays.
    box.value = box.value.startsWith(sent) ? box.value.slice(sent.length) : box.value;
    box.dispatchEvent(new Event("input"));
    onSent();
  });
  form.addEventListener("htmx:error", () => {
    error.textContent = "Not sent: the connection is lost. Your words are kept here. Press Send to try again.";
  });
  form.addEventListener("htmx:finally:request", () => {
    form.classList.remove("reply--busy");
    box.focus();
  });
}

function problem(answer) {
  return read(answer).error ?? "Something went wrong on our side. Please try again in a minute.";
}

function read(answer) {
  try {
    return JSON.parse(answer);
  } catch {
    return {};
  }
}

// -- Live --------------------------------------------------------------------------------------------------------------------

/**
 * Hear of changes while the page is seen; a hidden one gives its line up, as a browser has few, and looks when it is back.
 * That the line or a look has failed is said for as long as it lasts, and tried again.
 */
function follow(line, { address, source, kinds, look }) {
  const wrong = new Map();
  const pulse = new Pulse(() => {
    say("stream", LOST);
    open({ again: true });
  });
  let stream = null;
  let lost;
  let failed;

  function say(what, words) {
    if (words) wrong.set(what, words);
    else wrong.delete(what);
    const said = [...wrong.values()].at(-1) ?? "";
    if (line.textContent !== said) line.textContent = said;
  }

  function open({ again = false } = {}) {
    if (again) close();
    if (stream || document.visibilityState !== "visible") return;
    stream = new EventSource(address);
    pulse.beat();
    stream.addEventListener("open", () => {
      clearTimeout(lost);
      say("stream", "");
      look();
    });
    for (const [kind, hear] of Object.entries(kinds)) stream.addEventListener(kind, hear);
    for (const kind of ["open", "alive", ...Object.keys(kinds)]) stream.addEventListener(kind, () => pulse.beat());
    stream.addEventListener("error", () => {
      const isOver = stream.readyState === EventSource.CLOSED;
      clearTimeout(lost);
      lost = setTimeout(() => say("stream", LOST), GRACE_MS);
      // Signed out, or the case is gone: the next look says which.
      if (isOver) {
        close();
        look();
        setTimeout(() => open(), 10_000);
      }
    });
  }

  function close() {
    pulse.stop();
    stream?.close();
    stream = null;
  }

  function lookAgain() {
    say("look", LOST);
    clearTimeout(failed);
    failed = setTimeout(look, AGAIN_MS);
  }

  source.addEventListener("htmx:error", lookAgain);
  source.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    clearTimeout(failed);
    if (ctx.response.status >= 400) ctx.swap = "none";
    if (ctx.response.status >= 500) lookAgain();
    else say("look", ctx.response.status >= 400 ? problem(ctx.text) : "");
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") {
      close();
      return;
    }
    open();
    look();
  });
  window.addEventListener("offline", () => say("look", LOST));
  window.addEventListener("online", () => {
    open({ again: true });
    look();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", () => open());
  open();
}
