// Says whether the chat can run here, before anything is painted. When a script cannot be fetched or is not understood,
// the page falls back to the phone numbers it came with.
(function () {
  var root = document.documentElement;
  if (!("noModule" in HTMLScriptElement.prototype) || !window.ReadableStream || !window.HTMLDialogElement) return;
  root.classList.add("can-chat");
  window.addEventListener(
    "error",
    function (event) {
      if (event.target instanceof HTMLScriptElement || (event instanceof ErrorEvent && !root.classList.contains("chat-runs"))) {
        root.classList.remove("can-chat");
      }
    },
    true,
  );
})();
