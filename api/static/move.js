// Moving the conversation: here from Telegram by the code in the address, and to Telegram by a link.

import * as api from "/static/api.js";
import * as keep from "/static/keep.js";

/**
 * Go on with the conversation whose code stands in the address, if one does. The code leaves the address at once, so that it is
 * neither kept in the history nor used a second time. Resolves to the words to show when the code does not work, else to "".
 */
export async function moveHere() {
  const code = new URLSearchParams(location.hash.slice(1)).get("move");
  if (code === null) return "";
  history.replaceState(null, "", location.pathname + location.search);
  try {
    const { token } = await api.moveHere(code);
    keep.keepToken(token);
    return "";
  } catch (error) {
    return error.message;
  }
}

/** Set up the way to Telegram, where the page has one. `token()` is the conversation's. */
export function setUpMove(section, token) {
  if (section === null) return;
  const find = (id) => section.querySelector(`#${id}`);
  find("ask-move").addEventListener("click", async () => {
    find("ask-move").disabled = true;
    find("move-error").textContent = "";
    try {
      const { link } = await api.moveToTelegram(token());
      find("move-link").href = link;
      find("move-to").hidden = false;
      find("ask-move").textContent = "Make a new link";
      find("move-link").focus();
    } catch (error) {
      find("move-error").textContent = error.message;
    } finally {
      find("ask-move").disabled = false;
    }
  });
}
