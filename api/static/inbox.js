// The live part of the inbox: says when there is something new, brings messages to an open case, sends replies without a reload
// and keeps what is being written. htmx makes the requests; everything but the news works without this file.

import { tellWriting, Writing } from "/static/typing.js";

const GRACE_MS = 2_000;
const AT_END_PX = 120;

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
  const title = document.title;
  let fresh = null;

  source.addEventListener("htmx:after:swap", () => {
    fresh = source.querySelector("#list");
    source.replaceChildren();
    if (!fresh) return;
    const shown = versions(element("list"));
    const found = versions(fresh);
    const changed = [...found].filter(([id, row]) => shown.get(id)?.dataset.version !== row.dataset.version);
    const gone = [...shown.keys()].some((id) => !found.has(id));
    for (const [id, row] of found) {
      // Times go on; they change in their place.
      shown.get(id)?.querySelector("[data-times]").replaceWith(row.querySelector("[data-times]").cloneNode(true));
    }
    say(changed.length ? `${changed.length} new or changed. Show` : gone ? "The list has changed. Show it" : "", changed.length);
  });
  news.addEventListener("click", (event) => {
    if (!fresh) return;
    event.preventDefault();
    element("list").replaceWith(fresh);
    fresh = null;
    say("", 0);
    const first = element("list").querySelector("a");
    (first ?? element("main")).focus();
  });

  function say(words, count) {
    news.hidden = !words;
    news.textContent = words;
    document.title = count ? `(${count}) ${title}` : title;
  }

  this.address = "/inbox/events";
  this.look = () => source.dispatchEvent(new Event("look"));
  this.kinds = { cases: this.look };
}

function versions(root) {
  return new Map([...root.querySelectorAll("[data-case]")].map((row) => [row.dataset.case, row]));
}

// -- A case: messages come in below, and the page follows only when its reader is at the end ---------------------------------

function Talk() {
  const source = element("look");
  const thread = element("thread");
  const below = element("below");
  const reply = element("reply-form");
  const address = source.getAttribute("hx-get");
  const writing = new Writing(element("writing"));
  let wasAtEnd = true;

  source.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    // Now, and not when it was asked for: one that had to wait for another would bring the same messages again.
    const { change, delivery } = element("shown").dataset;
    ctx.request.action = `${address}?${new URLSearchParams({ after: lastMessage(), version: source.dataset.version, change, delivery })}`;
    wasAtEnd = isAtEnd();
  });
  source.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.response.status < 400) return;
    ctx.swap = "none";
    if (ctx.response.status === 403 || ctx.response.status === 404) {
      // Deleted by the carer, or not ours to read any more: the page must not go on showing it. The server says why.
      if (ctx.response.status === 404) forgetDrafts();
      location.reload();
      return;
    }
    element("line").textContent = problem(ctx.text);
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
  window.addEventListener("scroll", () => isAtEnd() && (below.hidden = true), { passive: true });

  if (reply) sendsWithoutReload(reply, () => {
    wasAtEnd = true;
    this.look();
  });

  function lastMessage() {
    return [...document.querySelectorAll("[data-message]")].at(-1)?.dataset.message ?? "";
  }

  function isAtEnd() {
    return element("end").getBoundingClientRect().top < window.innerHeight + AT_END_PX;
  }

  function toEnd() {
    below.hidden = true;
    element("end").scrollIntoView({ block: "start" });
  }

  this.address = `/inbox/events?case=${address.split("/")[3]}`;
  this.look = () => source.dispatchEvent(new Event("look"));
  this.kinds = {
    message: this.look,
    changed: this.look,
    seen: this.look,
    typing() {
      const follows = isAtEnd();
      writing.show("The carer is writing…");
      if (follows) toEnd();
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

/** Hear of changes while the page is seen; a hidden one gives its line up, as a browser has few, and looks when it is back. */
function follow(line, { address, kinds, look }) {
  let source = null;
  let lost;

  function open() {
    if (source || document.visibilityState !== "visible") return;
    source = new EventSource(address);
    source.addEventListener("open", () => {
      clearTimeout(lost);
      line.textContent = "";
      look();
    });
    for (const [kind, hear] of Object.entries(kinds)) source.addEventListener(kind, hear);
    source.addEventListener("error", () => {
      const isOver = source.readyState === EventSource.CLOSED;
      clearTimeout(lost);
      lost = setTimeout(() => {
        line.textContent = "The connection is lost. Trying again.";
      }, GRACE_MS);
      // Signed out, or the case is gone: the next look says which.
      if (isOver) {
        close();
        look();
        setTimeout(open, 10_000);
      }
    });
  }

  function close() {
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? open() : close()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  open();
}

// -- What is being written ---------------------------------------------------------------------------------------------------

function draftKey(box) {
  return `alongside.draft/${box.dataset.draft}`;
}

function forgetDrafts() {
  try {
    for (const box of document.querySelectorAll("[data-draft]")) localStorage.removeItem(draftKey(box));
  } catch {
    // Nothing is kept here.
  }
}

/** Keep a text in this browser until it is sent, under who writes it and for which case. */
function keepDraft(box) {
  const key = draftKey(box);
  const keep = () => (box.value ? localStorage.setItem(key, box.value) : localStorage.removeItem(key));
  try {
    if (!box.value) {
      box.value = localStorage.getItem(key) ?? "";
      for (let fold = box.closest("details"); box.value && fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
    keep();
    box.addEventListener("input", keep);
    // A form that loads a page takes its words along; refused, they come back with the page.
    if (!box.form.hasAttribute("hx-post")) box.form.addEventListener("submit", () => localStorage.removeItem(key));
  } catch {
    // A browser that keeps nothing: the text lives as long as the page.
  }
}

/** Show what was being written for a case that somebody else has by now. */
function showLeft(left) {
  try {
    const kept = localStorage.getItem(draftKey(left));
    left.querySelector("blockquote").textContent = kept;
    left.hidden = !kept;
  } catch {
    // A browser that keeps nothing.
  }
  left.querySelector("button").addEventListener("click", () => {
    localStorage.removeItem(draftKey(left));
    left.hidden = true;
    element("main").focus();
  });
}
