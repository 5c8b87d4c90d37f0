// The thread on the page: draws messages, keeps them in the server's order, and shows how a sent one is doing.

import { askHelpful } from "/static/helpful.js";
import { blocks } from "/static/text.js";

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });

export class Thread {
  /** The id of the last message fetched, and the number of the last change known: what to ask after the next time. */
  lastId = null;
  lastChange = null;
  #root;

  constructor(root) {
    this.#root = root;
  }

  get isEmpty() {
    return this.#root.childElementCount === 0;
  }

  /** The carer spoke last, so an answer is still to come. */
  get isWaiting() {
    return this.#root.lastElementChild?.classList.contains("message--carer") ?? false;
  }

  /** A person has been in the conversation, so that somebody may want to know what was read. */
  get hasPeople() {
    return this.#root.querySelector(".message--worker, .message--system") !== null;
  }

  clear() {
    this.#root.replaceChildren();
    this.lastId = null;
    this.lastChange = null;
  }

  /** Show an earlier message as it is now that it was corrected or withdrawn. One that is not here yet comes as it is. */
  change(message) {
    this.#find(message.id)?.replaceWith(draw(message));
  }

  /** Add a message as the server has it. Returns its element when it is new to the reader, otherwise null. */
  add(message) {
    this.lastId = message.id;
    const sent = this.#find(message.id);
    if (sent && !sent.dataset.clientId) return null;
    const element = sent ?? draw(message);
    delete element.dataset.clientId;
    // What is still on its way stays below everything the server has.
    const below = this.#root.querySelector("[data-client-id]");
    if (element.nextElementSibling !== below || !sent) this.#root.insertBefore(element, below);
    this.#drawDay(element, message.at);
    return sent ? null : element;
  }

  /** Show a message that is being sent. */
  addUnsent({ clientId, text, at }) {
    const element = draw({ id: "", author: "carer", text, at, choices: [], sources: [] });
    element.dataset.clientId = clientId;
    this.#root.append(element);
    this.#drawDay(element, at);
    this.showSending(clientId);
  }

  showSending(clientId) {
    this.#showState(clientId, "Sending…");
  }

  showSent(clientId, id) {
    if (this.#find(id)) {
      // The server had it all along and only its answer was lost: it is in the thread already.
      this.remove(clientId);
      return;
    }
    const element = this.#unsent(clientId);
    if (!element) return;
    element.dataset.id = id;
    this.#showState(clientId, "Sent");
  }

  /** Show that a message was not sent and why; with `isStuck` offer to send the ones after it first. */
  showFailed(clientId, reason, { isStuck }) {
    const buttons = [button("Try again", "retry")];
    if (isStuck) buttons.push(" ", button("Send the next ones first", "postpone"));
    this.#showState(clientId, `Not sent. Your words are kept here. ${reason} `, ...buttons);
    this.#unsent(clientId)?.classList.add("message--failed");
  }

  showHeldUp(clientId) {
    this.#showState(clientId, "Not sent yet. It goes after the one above.");
    this.#unsent(clientId)?.classList.add("message--failed");
  }

  /** Show an unsent message below all others. */
  postpone(clientId) {
    const element = this.#unsent(clientId);
    if (element) this.#root.append(element);
  }

  remove(clientId) {
    const element = this.#unsent(clientId);
    const before = element?.previousElementSibling;
    element?.remove();
    if (before?.classList.contains("day") && !before.nextElementSibling) before.remove();
  }

  #find(id) {
    return this.#root.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  #unsent(clientId) {
    return this.#root.querySelector(`[data-client-id="${CSS.escape(clientId)}"]`);
  }

  #showState(clientId, words, ...more) {
    const element = this.#unsent(clientId);
    element?.classList.remove("message--failed");
    element?.querySelector(".message__state").replaceChildren(words, ...more);
  }

  #drawDay(element, at) {
    const words = day.format(new Date(at));
    if (element.previousElementSibling?.classList.contains("day")) return;
    const days = [...this.#root.querySelectorAll(".day")].filter(
      (other) => other.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    if (days.at(-1)?.textContent === words) return;
    element.before(make("p", "day", words));
  }
}

function button(words, does) {
  const element = make("button", "link message__retry", words);
  element.type = "button";
  element.dataset[does] = "";
  return element;
}

function draw(message) {
  const element = make("article", `message message--${message.author}`);
  if (message.id) element.dataset.id = message.id;
  const who = make("span", "message__who", whoSaid(message));
  who.dir = "auto";
  const at = make("time", "message__time", time.format(new Date(message.at)));
  at.dateTime = message.at;
  const head = make("p", "message__head", who, " ", at);
  element.setAttribute("aria-label", `${whoSaid(message)}, ${at.textContent}`);
  if (message.withdrawn_at) {
    element.append(head, make("p", "message__gone", `${whoSaid(message)} withdrew this message.`));
    return element;
  }
  const direction = message.direction ?? "auto";
  const text = make("div", "message__text", ...blocks(message.text, { callable: message.author !== "carer", direction }));
  if (message.language) {
    text.lang = message.language;
    text.dir = direction;
  }
  element.append(head, message.safety ? careCard(text) : text);
  if (message.edited_at) element.append(make("p", "message__edited", `Corrected at ${when(message.edited_at, message.at)}`));
  if (message.author === "carer") element.append(make("p", "message__state"));
  if (message.sources.length) element.append(sources(message.sources));
  if (message.choices.length) element.append(choices(message.choices));
  if (message.author === "bot" && message.answer) element.append(askHelpful(message));
  return element;
}

/** A time, with its day when that is not the day of the message. */
function when(at, saidAt) {
  const [moment, said] = [new Date(at), new Date(saidAt)];
  return day.format(moment) === day.format(said) ? time.format(moment) : `${time.format(moment)} on ${day.format(moment)}`;
}

function whoSaid({ author, name }) {
  if (author === "carer") return "You";
  if (author === "worker") return name ?? "A carer support worker";
  return author === "system" ? "Note" : "Alongside (chatbot)";
}

/** Words about danger, in the strongest form the design system has. */
function careCard(text) {
  text.classList.add("nhsuk-card__content");
  const urgent = make("span", "nhsuk-u-visually-hidden", "Urgent: ");
  const heading = make("h2", "nhsuk-card__heading nhsuk-heading-m", urgent, "Get help now");
  const top = make("div", "nhsuk-card__heading-container", heading);
  return make("div", "nhsuk-card nhsuk-card--care nhsuk-card--care--urgent message__care", top, text);
}

function sources(list) {
  const items = list.map(({ title, url, checked_on: checkedOn }) => {
    const item = make("li", "", /^https?:/.test(url ?? "") ? outside(title, url) : title);
    item.append(`, checked on ${date.format(new Date(checkedOn))}`);
    return item;
  });
  const summary = make("summary", "nhsuk-details__summary");
  summary.append(make("span", "nhsuk-details__summary-text", "Where this comes from"));
  const content = make("div", "nhsuk-details__text", make("ul", "", ...items));
  return make("details", "nhsuk-details message__sources", summary, content);
}

function outside(title, url) {
  const link = make("a", "", title, make("span", "nhsuk-u-visually-hidden", " (opens in a new tab)"));
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

const WAY_OUT = /^\/handover_choice\{.*:(?:skip|stop)"\}$/; // of a question: no answer to it, and it must not look like one

function choices(list) {
  const group = make("div", "message__choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "You can press one of these");
  for (const { title, payload, language } of list) {
    const isQuiet = language || WAY_OUT.test(payload);
    const button = make("button", isQuiet ? "choice choice--quiet" : "choice", title);
    button.type = "button";
    button.dir = "auto";
    if (language) button.lang = language;
    button.dataset.payload = payload;
    group.append(button);
  }
  return group;
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}
