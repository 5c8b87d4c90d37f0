// "Did this help?" below an approved answer: two quiet buttons. What was said can be changed, and a "No" offers a person.

const QUESTION = "Did this help?";

/** Return the question for an answer, with what was said of it before, if anything. */
export function askHelpful({ helpful }) {
  const asked = document.createElement("div");
  asked.className = "helpful";
  asked.setAttribute("role", "group");
  asked.setAttribute("aria-label", QUESTION);
  const question = document.createElement("span");
  question.textContent = QUESTION;
  // The group's name says it already.
  question.setAttribute("aria-hidden", "true");
  asked.append(question, button("Yes", true), button("No", false));
  press(asked, helpful ?? null);
  return asked;
}

/** Take presses within the thread; `tell(id, helpful)` says it to the server and may throw with words to show. */
export function setUpHelpful(thread, tell) {
  thread.addEventListener("click", async ({ target }) => {
    const pressed = target.closest("[data-helpful]");
    if (!pressed || pressed.getAttribute("aria-pressed") === "true") return;
    const asked = pressed.closest(".helpful");
    const before = said(asked);
    const now = pressed.dataset.helpful === "true";
    press(asked, now);
    try {
      await tell(asked.closest("[data-id]").dataset.id, now);
      if (said(asked) === now) answer(asked, ...(now ? ["Thank you."] : ["Thank you for telling us. You can talk to a person.", person()]));
    } catch (error) {
      if (said(asked) !== now) return;
      press(asked, before);
      answer(asked, `That did not reach us. ${error.message}`);
    }
  });
}

function said(asked) {
  const pressed = asked.querySelector("[aria-pressed=true]");
  return pressed && pressed.dataset.helpful === "true";
}

function press(asked, helpful) {
  for (const each of asked.querySelectorAll("[data-helpful]")) {
    each.setAttribute("aria-pressed", String(helpful !== null && each.dataset.helpful === String(helpful)));
  }
}

/** Say something once: what is new in the thread is read out. */
function answer(asked, ...parts) {
  asked.querySelector(".helpful__said")?.remove();
  const words = document.createElement("p");
  words.className = "helpful__said";
  words.append(...parts);
  asked.append(words);
}

function button(words, helpful) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "helpful__button";
  element.textContent = words;
  element.dataset.helpful = helpful;
  return element;
}

function person() {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "choice";
  element.textContent = "Talk to a person";
  element.dataset.payload = "/talk_to_person";
  return element;
}
