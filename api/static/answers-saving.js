// Keeps what is typed in the editor: saves it, goes on trying when the server is away, and brings two people's words together.
// Nothing here throws typed words away: what somebody else wrote comes in only where nobody types, or is shown beside.

const AFTER_TYPING_MS = 1_500;
const LOOK_EVERY_MS = 15_000;
const RETRY_MS = 5_000;
const PATIENCE_MS = 15_000;
const MOST_KEPT_ALIVE = 60_000;

const element = (id) => document.getElementById(id);

export class Saving {
  constructor(form, { whenFieldsCome }) {
    this.form = form;
    this.whenFieldsCome = whenFieldsCome;
    this.stored = readAll(form);
    this.open = new Set(); // conflicts that wait for a choice
    this.isBusy = null;
    this.isLeaving = false;
    form.addEventListener("focusout", () => this.isDirty && this.now());
    window.addEventListener("beforeunload", (event) => this.hasUnsaved && event.preventDefault());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.isDirty && this.now() : this.look()));
    window.addEventListener("focus", () => this.isDirty && this.now());
    for (const leaves of document.querySelectorAll("form[data-leaves]")) {
      leaves.addEventListener("submit", async (event) => {
        event.preventDefault();
        this.isLeaving = true;
        clearTimeout(this.timer);
        await this.isBusy; // a save that is under way must not come after
        leaves.submit();
      });
    }
    setInterval(() => !document.hidden && this.look(), LOOK_EVERY_MS);
    // Somebody may have typed before this script was there, or the browser put back what they typed before they reloaded.
    for (const part of parts(form).filter(isTypedIn)) this.stored.delete(part.dataset.part);
    if (this.isDirty) this.soon();
  }

  get isDirty() {
    const now = readAll(this.form);
    return [...now].some(([part, value]) => this.stored.get(part) !== value);
  }

  get hasUnsaved() {
    return !this.isLeaving && (this.isDirty || this.open.size > 0);
  }

  soon(after = AFTER_TYPING_MS) {
    clearTimeout(this.timer);
    element("saved").toggleAttribute("data-waits", this.isDirty);
    this.timer = setTimeout(() => this.now(), after);
  }

  async now({ isWanted = false, isPull = false } = {}) {
    clearTimeout(this.timer);
    if (this.isLeaving || (!isWanted && !isPull && !this.isDirty)) return;
    if (this.open.size) {
      this.say("Not saved yet: choose whose words to keep.", true);
      return;
    }
    if (this.isBusy) {
      this.isAgain = true;
      return;
    }
    this.isBusy = this.send(isPull);
    await this.isBusy;
    this.isBusy = null;
    if (this.isAgain) {
      this.isAgain = false;
      this.now();
    }
  }

  async send(isPull) {
    const mine = readAll(this.form);
    const body = new URLSearchParams(new FormData(this.form)).toString();
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
    if (isPull) headers["X-Background"] = "yes";
    const keepalive = body.length < MOST_KEPT_ALIVE;
    const asked = { method: "POST", body, headers, keepalive, signal: AbortSignal.timeout(PATIENCE_MS) };
    const response = await fetch(this.form.action, asked).catch(() => null);
    const answer = response && (await response.json().catch(() => null));
    if (!response || response.status >= 500) {
      this.say("Alongside cannot be reached. Your words are safe on this page, and are saved as soon as it answers.", true);
      this.soon(RETRY_MS);
    } else if (response.status === 401) {
      this.signedOut();
      this.soon(RETRY_MS);
    } else if (response.status === 403 && (await this.freshToken())) {
      this.isAgain = true;
    } else if (response.status === 409 && answer) {
      this.unsettled(answer, mine);
    } else if (!response.ok) {
      this.say(`Not saved. ${answer?.error ?? ""} Your words are still on this page.`, true);
    } else {
      this.settled(answer, mine);
    }
  }

  settled(answer, mine) {
    this.form.elements.revision.value = answer.revision;
    this.stored = mine;
    this.say(answer.saved, false);
    element("others").textContent = answer.others;
    if (answer.changed.length) {
      this.bringIn(answer, mine);
      this.tell(answer.said);
    }
    element("saved").toggleAttribute("data-waits", this.isDirty);
  }

  /** Put in what somebody else changed: where nobody has typed since, else both are shown. */
  bringIn(answer, mine) {
    const fresh = parse(answer.form);
    for (const part of answer.changed) {
      const theirs = find(fresh, part);
      const here = find(this.form, part);
      if (!theirs || !here) continue;
      if (read(here) === mine.get(part)) this.replace(here, theirs);
      else if (part === "examples") addLines(here.querySelector("textarea"), theirs.querySelector("textarea").value, mine.get(part));
      else this.ask({ parts: [part], label: answer.labels[part], by: answer.by, mine: words(here), theirs: words(theirs) }, fresh);
      this.stored.set(part, read(theirs));
    }
  }

  unsettled(answer, mine) {
    if (answer.is_taken_out) {
      const keep = button("Keep it, with my words", () => {
        this.form.elements.revision.value = answer.revision;
        this.tell("");
        this.now({ isWanted: true });
      });
      this.tell(answer.error, keep);
      this.say("Not saved yet.", true);
      return;
    }
    this.bringIn(answer, mine);
    const theirs = parse(answer.theirs);
    for (const conflict of answer.conflicts) this.ask({ ...conflict, by: answer.by }, theirs);
    this.form.elements.revision.value = answer.revision;
    this.say("Not saved yet: choose whose words to keep.", true);
    this.form.querySelector(".conflict")?.scrollIntoView({ block: "center" });
  }

  /** Show both sides of one part above it, until one is chosen. */
  ask({ parts, label, by, mine, theirs }, fresh) {
    const first = find(this.form, parts[0]);
    const before = first.previousElementSibling;
    if (before?.classList.contains("conflict")) {
      this.open.delete(before);
      before.remove();
    }
    const box = make("div", "conflict");
    box.setAttribute("role", "group");
    box.append(
      make("h3", "conflict__title", `${by} changed ${label} too. Whose words are to stay?`),
      make("div", "conflict__sides", side("You wrote", mine), side(`${by} wrote`, theirs)),
    );
    box.setAttribute("aria-label", box.firstChild.textContent);
    const choose = (takes) => {
      if (takes) for (const part of parts) this.replace(find(this.form, part), find(fresh, part));
      this.open.delete(box);
      box.remove();
      find(this.form, parts[0])?.querySelector("textarea, input")?.focus();
      if (!this.open.size) this.now({ isWanted: true });
    };
    box.append(button("Keep mine", () => choose(false)), button("Take theirs", () => choose(true)));
    first.closest("details")?.setAttribute("open", "");
    first.before(box);
    this.open.add(box);
  }

  replace(here, theirs) {
    if (!here || !theirs) return;
    const active = here.contains(document.activeElement) ? document.activeElement : null;
    const [id, at] = [active?.id, active?.selectionStart];
    here.replaceWith(theirs);
    theirs.closest("details")?.toggleAttribute("open", true);
    if (id) {
      element(id)?.focus();
      if (typeof at === "number") element(id)?.setSelectionRange?.(at, at);
    }
    this.whenFieldsCome(theirs);
  }

  async look() {
    if (this.isLeaving || this.isBusy) return;
    const headers = { Accept: "application/json", "X-Background": "yes" };
    const response = await fetch(`${this.form.action}/state`, { headers }).catch(() => null);
    if (!response?.ok) return;
    const { revision, others } = await response.json();
    element("others").textContent = others;
    const mine = Number(this.form.elements.revision.value);
    if (revision === mine || this.isDirty || this.isBusy || this.open.size) return;
    if (revision < mine) this.tell("This draft was discarded or published meanwhile. ", link("Load the page again", this.form.action));
    else this.now({ isPull: true });
  }

  signedOut() {
    const there = link("Sign in again in a new tab", `/sign-in?next=${encodeURIComponent(new URL(this.form.action).pathname)}`);
    there.target = "_blank";
    this.say("You are signed out. Your words are safe on this page, and are saved when you have signed in. ", true, there);
  }

  /** After signing in again the page's token is too old; a new page has the new one. */
  async freshToken() {
    const response = await fetch(this.form.action, { headers: { Accept: "text/html" } }).catch(() => null);
    const page = response?.ok && new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page && page.querySelector("[data-editor] input[name=csrf]")?.value;
    if (!token || token === this.form.elements.csrf.value) {
      this.say("Not saved: your account may not do this any more. Your words are still on this page.", true);
      return false;
    }
    for (const field of document.querySelectorAll("input[name=csrf]")) field.value = token;
    return true;
  }

  say(text, isTrouble, ...more) {
    show(element("saved"), text, ...more);
    element("saved").classList.toggle("state__saved--trouble", isTrouble);
  }

  tell(text, ...more) {
    element("news").hidden = !text;
    show(element("news"), text, ...more);
  }
}

/** Show text and links. What is there already stays: a link that is put there anew loses the press of whoever is just pressing it. */
function show(here, text, ...more) {
  const whole = text + more.map((each) => each.textContent).join("");
  if (here.textContent !== whole) here.replaceChildren(text, ...more);
}

// -- The form's parts --

function parts(root) {
  return [...root.querySelectorAll("[data-part]")];
}

function find(root, part) {
  return parts(root).find((each) => each.dataset.part === part);
}

function readAll(form) {
  return new Map(parts(form).map((each) => [each.dataset.part, read(each)]));
}

function fields(part) {
  return [...part.querySelectorAll("input[name], textarea, select")].filter((each) => each.type !== "checkbox" || each.checked);
}

function read(part) {
  return JSON.stringify(fields(part).map(({ name, value }) => [name, value]));
}

function isTypedIn(part) {
  return [...part.querySelectorAll("input[name]:not([type=checkbox]), textarea")].some((each) => each.value !== each.defaultValue);
}

function words(part) {
  return fields(part).filter(({ type }) => type !== "hidden").map(({ value }) => value).filter(Boolean).join("\n") || "nothing";
}

function parse(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  return document.importNode(fresh.content, true);
}

/** Add the lines that somebody else added and take out those they took out, around what is being typed. */
function addLines(box, theirs, sent) {
  const lines = (text) => text.split("\n").filter((line) => line.trim());
  const before = lines(new Map(JSON.parse(sent)).get("examples"));
  const after = lines(theirs);
  const gone = before.filter((line) => !after.includes(line));
  const kept = box.value.split("\n").filter((line) => !gone.includes(line));
  const added = after.filter((line) => !before.includes(line) && !kept.includes(line));
  const at = box.selectionStart;
  box.value = [...kept, ...added].join("\n");
  box.setSelectionRange(at, at);
}

function side(title, text) {
  const shown = make("div", "conflict__text", text);
  shown.dir = "auto";
  return make("div", "conflict__side", make("h4", "conflict__who", title), shown);
}

function button(label, press) {
  const made = make("button", "nhsuk-button nhsuk-button--secondary conflict__choose", label);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function link(label, href) {
  const made = make("a", "", label);
  made.href = href;
  return made;
}

function make(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
