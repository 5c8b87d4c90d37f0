// Turns a message's plain text into elements: paragraphs, lists from lines that begin with "- ", and phone numbers to press.
// Text only ever becomes text nodes, so nothing in a message can be HTML.

/** UK numbers as they are written in our texts. The character before must not make it a part of something else, as in £111. */
const CALLABLE = new RegExp(
  [
    String.raw`(^|[^\d£.,:/-])`,
    String.raw`(?:(text ([A-Z]{3,12}) to (\d{5}))`,
    String.raw`|((?:\+44 ?|\(?0)\d(?:\)? ?\d){6,10}|116 ?\d{3}|999|111|112|101))`,
    String.raw`(?!\d|[.,:/-]\d|\.[a-z]|%)`,
  ].join(""),
  "g",
);

/**
 * Return the elements of a text. Only our own texts and workers' get phone links (`callable`), not what a carer wrote. Where the
 * language is not known (`direction` "auto"), each paragraph runs as its first letter does.
 */
export function blocks(text, { callable, direction = "auto" }) {
  const elements = [];
  let open = null;
  for (const line of text.split("\n")) {
    const item = line.startsWith("- ");
    if (!line.trim()) {
      open = null;
      continue;
    }
    if (open?.tagName !== (item ? "UL" : "P")) {
      open = document.createElement(item ? "ul" : "p");
      open.dir = direction;
      elements.push(open);
    } else if (!item) {
      open.append(document.createElement("br"));
    }
    const words = item ? line.slice(2) : line;
    const parts = callable ? withPhones(words) : [words];
    if (!item) {
      open.append(...parts);
      continue;
    }
    const entry = document.createElement("li");
    entry.dir = direction;
    entry.append(...parts);
    open.append(entry);
  }
  return elements;
}

function withPhones(line) {
  const parts = [];
  let end = 0;
  for (const match of line.matchAll(CALLABLE)) {
    const [whole, before, asText, word, shortCode, number] = match;
    const link = document.createElement("a");
    link.className = "phone";
    link.textContent = asText ?? number;
    link.href = asText ? `sms:${shortCode}?body=${word}` : `tel:${number.replace(/[^\d+]/g, "")}`;
    parts.push(line.slice(end, match.index) + before, link);
    end = match.index + whole.length;
  }
  parts.push(line.slice(end));
  return parts.filter((part) => part !== "");
}
