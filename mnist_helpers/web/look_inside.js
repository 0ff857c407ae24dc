// 'Look inside' in the app: the take-home page of its network, with the drawing that is on the paper.

const NO_DRAWING = '<script type="application/json" id="drawing">\n[]';

/**
 * @param {HTMLElement} button @param {HTMLDialogElement} dialog
 * @param {() => Promise<string>} load gives the page as text
 * @param {() => number[][][]} strokes
 */
function lookInside(button, dialog, load, strokes) {
  const inner = finder(dialog);
  const frame = /** @type {HTMLIFrameElement} */ (inner("iframe"));
  const save = /** @type {HTMLAnchorElement} */ (inner(".take-with-you"));
  button.addEventListener("click", async () => {
    const page = await load().catch(() => null);
    setText(find(".error"), page === null ? NO_ANSWER : "");
    if (page === null || dialog.open) return; // it is open already after a double click
    save.href = URL.createObjectURL(new Blob([page], { type: "text/html" }));
    frame.srcdoc = page.replace(NO_DRAWING, () => NO_DRAWING.replace("[]", JSON.stringify(strokes())));
    dialog.showModal();
  });
  inner(".leave").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    URL.revokeObjectURL(save.href);
    frame.removeAttribute("srcdoc");
  });
}
