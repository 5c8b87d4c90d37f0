// What a worker is writing, kept in this browser until it is sent. Signing out forgets it (forget.js).

function draftKey(box) {
  return `alongside.draft/${box.dataset.draft}`;
}

/** Forget what was being written on this page. */
export function forgetDrafts() {
  try {
    for (const box of document.querySelectorAll("[data-draft]")) localStorage.removeItem(draftKey(box));
  } catch {
    // Nothing is kept here.
  }
}

/** Keep a text in this browser until it is sent, under who writes it and for which case. */
export function keepDraft(box) {
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
export function showLeft(left) {
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
    document.getElementById("main").focus();
  });
}
