// "About this chat": who can read it, when it is deleted, keeping it on this device, and deleting it now.

const date = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/**
 * `opener` is the button that opens it. `load()` fetches what GET /conversations/current says, `erase()` deletes it; either may throw with words to show.
 * `isRemembered()` and `remember(wanted)` are about this device.
 */
export function setUpAbout(dialog, opener, { load, erase, isRemembered, remember }) {
  const find = (id) => dialog.querySelector(`#${id}`);
  const view = (name) => {
    find("about-view").hidden = name !== "about";
    find("erase-view").hidden = name !== "erase";
    dialog.setAttribute("aria-labelledby", `${name}-title`);
    find(`${name}-title`).focus();
  };

  async function open() {
    dialog.showModal();
    view("about");
    find("about-error").textContent = "";
    find("erase-error").textContent = "";
    find("remember").checked = isRemembered();
    try {
      const { who_can_read: readers, deleted_on: deletedOn } = await load();
      find("readers").replaceChildren(
        ...readers.map((reader) => {
          const item = document.createElement("li");
          item.textContent = reader;
          return item;
        }),
      );
      find("deleted-on").textContent =
        `On ${date.format(new Date(deletedOn))}, if you do not write again before then. You can delete it yourself at any time.`;
    } catch (error) {
      find("about-error").textContent = error.message;
    }
  }

  opener.addEventListener("click", open);
  find("close-about").addEventListener("click", () => dialog.close());
  find("remember").addEventListener("change", (event) => remember(event.target.checked));
  find("ask-erase").addEventListener("click", () => view("erase"));
  find("keep").addEventListener("click", () => view("about"));
  find("erase").addEventListener("click", async () => {
    find("erase").disabled = true;
    try {
      await erase();
    } catch (error) {
      find("erase-error").textContent = `It is not deleted. ${error.message}`;
    } finally {
      find("erase").disabled = false;
    }
  });
}
