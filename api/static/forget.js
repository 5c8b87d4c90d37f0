// Loaded after a worker has signed out: forgets what they had begun to write to carers. Whoever signs in next must not find it.
// A carer's own conversation in this browser is left alone.
(function () {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("alongside.draft/")) localStorage.removeItem(key);
    }
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
})();
