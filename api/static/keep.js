// What this browser keeps: the conversation's token, the words being written, and messages that could not be sent yet.
//
// The token lives in sessionStorage: it outlasts a reload, and closing the tab closes the thread. Many carers share a computer
// with the family they write about, and someone afraid at home must be able to close the page and leave nothing open. The price
// is that the thread is gone with the tab, so a carer whose device is their own may choose localStorage ("Keep it open on this
// device"). The words being written are kept where the token is, and so outlast a closed page there. Messages that could not be
// sent stay in sessionStorage always, as two tabs would undo each other's list. Cookies would be sent with every request; we use
// none.

const TOKEN = "alongside.token";
const DRAFT = "alongside.draft";
const UNSENT = "alongside.unsent";

const forThisTab = area("sessionStorage");
const forThisDevice = area("localStorage");

/** A storage area, or memory where the browser allows none: the chat then works until the page is closed. */
function area(name) {
  try {
    window[name].setItem("alongside.probe", "");
    window[name].removeItem("alongside.probe");
    return window[name];
  } catch {
    const memory = new Map();
    return {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => memory.set(key, value),
      removeItem: (key) => memory.delete(key),
    };
  }
}

export const token = () => forThisTab.getItem(TOKEN) ?? forThisDevice.getItem(TOKEN);

export const isRemembered = () => forThisDevice.getItem(TOKEN) !== null;

export function keepToken(value) {
  forThisTab.setItem(TOKEN, value);
}

export function remember(wanted) {
  const [to, from] = wanted ? [forThisDevice, forThisTab] : [forThisTab, forThisDevice];
  const value = token();
  if (value === null) return;
  to.setItem(TOKEN, value);
  from.removeItem(TOKEN);
  const words = from.getItem(DRAFT);
  if (words !== null) to.setItem(DRAFT, words);
  from.removeItem(DRAFT);
}

const forDraft = () => (isRemembered() ? forThisDevice : forThisTab);

export const draft = () => forDraft().getItem(DRAFT) ?? "";

export function keepDraft(text) {
  if (text) forDraft().setItem(DRAFT, text);
  else forDraft().removeItem(DRAFT);
}

export const unsent = () => JSON.parse(forThisTab.getItem(UNSENT) ?? "[]");

export function keepUnsent(items) {
  if (items.length) forThisTab.setItem(UNSENT, JSON.stringify(items));
  else forThisTab.removeItem(UNSENT);
}

/** Forget the conversation and keep what was being written, for this tab. */
export function forgetToken() {
  remember(false);
  forThisTab.removeItem(TOKEN);
}

export function forget() {
  forgetToken();
  forThisTab.removeItem(DRAFT);
  forThisTab.removeItem(UNSENT);
}
