// Shows beside the form what a carer would see of it, how it reads, and hints on the ways carers ask, as somebody types.

import { blocks } from "/static/text.js";

const PREVIEW_AFTER_MS = 400;
const HINTS_AFTER_MS = 700;

export class Looking {
  constructor(form) {
    this.form = form;
    this.which = document.getElementById("which");
    this.hints = document.getElementById("hints");
    this.asked = { preview: 0, hints: 0 };
    this.which?.closest("[hidden]")?.removeAttribute("hidden");
    this.which?.addEventListener("change", () => this.show(this.which.value));
    form.addEventListener("focusin", ({ target }) => {
      const slug = target.id?.startsWith("text-") && target.id.slice("text-".length);
      if (slug && this.which && slug !== this.which.value) this.show(slug);
    });
  }

  start() {
    draw(document);
    if (this.hints) this.askHints();
  }

  show(slug) {
    this.which.value = slug;
    this.form.elements.shown.value = slug;
    this.askPreview();
  }

  soon(field) {
    clearTimeout(this.previewTimer);
    this.previewTimer = setTimeout(() => this.askPreview(), PREVIEW_AFTER_MS);
    if (this.hints && (!field || field.id === "examples")) {
      clearTimeout(this.hintsTimer);
      this.hintsTimer = setTimeout(() => this.askHints(), HINTS_AFTER_MS);
    }
  }

  async askPreview() {
    const found = await this.ask("preview");
    for (const fresh of found?.children ?? []) replace(fresh);
    draw(document.getElementById("preview") ?? document);
  }

  async askHints() {
    const found = await this.ask("hints");
    if (!found) return;
    const isPart = found.querySelector("[data-again]");
    if (this.hints.textContent !== found.textContent) this.hints.replaceChildren(...found.children);
    if (isPart) this.hintsTimer = setTimeout(() => this.askHints(), Number(isPart.dataset.again) * 1000);
  }

  /** Return what the server made of the form; null when it is away, or something newer was asked since. */
  async ask(what) {
    const mine = ++this.asked[what];
    const body = new URLSearchParams(new FormData(this.form));
    const headers = { Accept: "application/json", "X-Background": "yes" };
    const response = await fetch(`${this.form.action}/${what}`, { method: "POST", body, headers }).catch(() => null);
    const html = response?.ok ? await response.text() : null;
    if (html === null || mine !== this.asked[what]) return null;
    return new DOMParser().parseFromString(html, "text/html").body;
  }
}

function replace(fresh) {
  const here = document.getElementById(fresh.id);
  // An element that says the same is left alone, so that a screen reader has nothing to say.
  if (!here || here.outerHTML === fresh.outerHTML) return;
  fresh.querySelector("details")?.toggleAttribute("open", here.querySelector("details")?.open ?? false);
  here.replaceWith(fresh.cloneNode(true));
}

function draw(root) {
  for (const each of root.querySelectorAll("[data-say]")) each.replaceChildren(...blocks(each.textContent, { callable: true }));
}
