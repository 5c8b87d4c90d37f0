// Help with writing: lists, facts, sources and nations. Only what both channels can show gets into a text: paragraphs and "- " lists.

const BLOCKS = "address,article,blockquote,dd,div,dl,dt,figure,footer,h1,h2,h3,h4,h5,h6,header,li,ol,p,pre,section,table,tr,ul";
const BULLET = /^[ \t]*(?:[•●▪◦‣·*–]|o\t)[ \t]+/gm;

/** Show what works only with scripts. */
export function enhance(root) {
  for (const each of root.querySelectorAll("[data-tools], .wording__ways")) each.hidden = false;
  for (const source of root.querySelectorAll("[data-source]")) {
    source.querySelector("[data-clear]").hidden = source.closest("[data-more]") !== null;
  }
}

export function setUpText(form) {
  const facts = document.getElementById("facts");
  let writesIn = null;

  form.addEventListener("click", ({ target }) => {
    const { tool, copy, clear } = target.dataset;
    if (tool) {
      writesIn = document.getElementById(target.closest("[data-tools]").dataset.tools);
      if (tool === "list") toggleList(writesIn);
      else openFacts();
    } else if (copy) copyWording(form, copy, target);
    else if (clear === "source") takeOut(target.closest("[data-source]"));
    else if (clear === "wording") clearWording(target.closest("details"));
  });
  form.addEventListener("paste", (event) => {
    if (event.target.tagName !== "TEXTAREA" || !event.clipboardData) return;
    event.preventDefault();
    put(event.target, pasted(event.clipboardData, event.target.hasAttribute("data-words") ? "- " : ""));
  });
  form.addEventListener("input", ({ target }) => {
    const more = target.closest("[data-more]");
    if (more && target.type !== "date") another(more);
    const wording = target.closest("details.wording");
    if (wording) mark(wording);
  });
  facts?.addEventListener("click", ({ target }) => {
    const fact = target.closest("[data-fact]");
    if (fact) {
      facts.close();
      put(writesIn, `{${fact.dataset.fact}}`);
    } else if (target.closest("[data-close]")) facts.close();
  });
  facts?.addEventListener("close", () => writesIn?.focus());
  facts?.querySelector("input").addEventListener("input", ({ target }) => {
    const wanted = target.value.trim().toLowerCase();
    for (const fact of facts.querySelectorAll("li")) fact.hidden = !fact.textContent.toLowerCase().includes(wanted);
  });

  function openFacts() {
    const search = facts.querySelector("input");
    search.value = "";
    for (const fact of facts.querySelectorAll("li")) fact.hidden = false;
    facts.showModal();
    search.focus();
  }
}

/** Type words where the cursor is, so that they can be undone as typing can. */
function put(box, text) {
  box.focus();
  if (document.execCommand("insertText", false, text)) return;
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  changed(box);
}

function changed(field) {
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function toggleList(box) {
  const start = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
  const next = box.value.indexOf("\n", box.selectionEnd);
  const end = next < 0 ? box.value.length : next;
  const lines = box.value.slice(start, end).split("\n");
  const isList = lines.every((line) => line.startsWith("- ") || !line.trim());
  const isEmpty = lines.every((line) => !line.trim());
  const changedLines = lines.map((line) => {
    if (isEmpty) return "- ";
    if (!line.trim()) return line;
    return isList ? line.slice(2) : `- ${line.replace(/^- /, "")}`;
  });
  box.setSelectionRange(start, end);
  put(box, changedLines.join("\n"));
}

// -- Pasting --

function pasted(data, bullet) {
  const html = data.getData("text/html");
  const text = html ? plain(new DOMParser().parseFromString(html, "text/html").body, bullet) : data.getData("text/plain");
  return text.replace(/\r\n?/g, "\n").replace(BULLET, bullet);
}

function plain(root, bullet) {
  for (const gone of root.querySelectorAll("script, style, template")) gone.remove();
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.tagName === "BR") return "\n";
    const inner = [...node.childNodes].map(walk).join("");
    if (node.tagName === "LI") return `\n${bullet}${inner.trim().replace(/\n+/g, " ")}\n`;
    if (/^(P|H[1-6]|UL|OL|TABLE|BLOCKQUOTE)$/.test(node.tagName)) return `\n\n${inner.trim()}\n\n`;
    return node.matches(BLOCKS) ? `\n${inner}\n` : inner;
  };
  const text = walk(root).replace(/[ \t]*\n[ \t]*/g, "\n").replace(/\n{3,}/g, "\n\n");
  // Points of one list stand under each other.
  return text.replace(/\n\n(?=- )/g, "\n").replace(/(^|\n)(?!- )([^\n]+)\n(?=- )/g, "$1$2\n").trim();
}

// -- Nations and sources --

function copyWording(form, slug, button) {
  const text = form.elements[`text-${slug}`];
  text.value = form.elements["text-default"].value;
  const here = form.querySelector(`[data-part="sources-${slug}"]`);
  const copied = form.querySelector('[data-part="sources-default"]')?.cloneNode(true);
  if (here && copied) {
    for (const each of [copied, ...copied.querySelectorAll("*")]) rename(each, "-default", `-${slug}`);
    here.replaceWith(copied);
  }
  changed(text);
  text.focus();
  mark(button.closest("details"));
}

function clearWording(details) {
  const text = details.querySelector("textarea");
  text.value = "";
  for (const source of details.querySelectorAll("[data-source]")) {
    if (!source.closest("[data-more]")) source.remove();
  }
  mark(details);
  changed(text);
  details.open = false;
  details.querySelector("summary").focus();
}

function mark(details) {
  const isWritten = details.querySelector("textarea").value.trim() !== "";
  details.querySelector(".wording__state").textContent = isWritten ? "has a text of its own" : "as for everyone";
  const copy = details.querySelector("[data-copy]");
  if (copy) copy.hidden = isWritten;
  const clear = details.querySelector("[data-clear=wording]");
  if (clear) clear.hidden = !isWritten;
}

function takeOut(source) {
  const part = source.closest("[data-part]");
  source.remove();
  const field = part.querySelector("input[type=hidden]");
  changed(field);
  part.querySelector("summary")?.focus();
}

/** When somebody begins to fill in the empty source, put another empty one below it. */
function another(more) {
  const source = more.querySelector("[data-source]");
  const field = source.querySelector("input");
  const place = Number(field.name.split("-").at(-2));
  const part = more.closest("[data-part]");
  const next = more.cloneNode(true);
  more.removeAttribute("data-more");
  source.querySelector("[data-clear]").hidden = false;
  if (place + 1 >= Number(part.dataset.most)) return;
  for (const each of [next, ...next.querySelectorAll("*")]) rename(each, `-${place}-`, `-${place + 1}-`);
  for (const each of next.querySelectorAll("input:not([type=date])")) each.value = "";
  next.querySelector("legend").textContent = `Source ${place + 2}`;
  next.open = false;
  more.after(next);
}

function rename(each, from, to) {
  for (const { name, value } of [...each.attributes]) {
    if (/^(id|name|for|aria-describedby|data-part|data-tools)$/.test(name)) each.setAttribute(name, value.replaceAll(from, to));
  }
}
