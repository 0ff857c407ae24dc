// 'Look inside' in the app: the take-home page of its network, with the drawing that is on the paper.

const NO_DRAWING = '<script type="application/json" id="drawing">\n[]';
// Inside the frame, Escape would clear the drawing there.
const LEAVE = `<script>addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  parent.postMessage("leave", "*");
}, true)<\/script>`;

/**
 * @param {HTMLElement} button @param {HTMLDialogElement} dialog
 * @param {ReturnType<typeof mountPad>} pad
 * @param {(name: string) => Promise<any>} ask
 */
function lookInside(button, dialog, pad, ask) {
  const inner = finder(dialog);
  const frame = /** @type {HTMLIFrameElement} */ (inner("iframe"));
  const save = /** @type {HTMLAnchorElement} */ (inner(".take-with-you"));
  button.addEventListener("click", async () => {
    const answer = await ask("look_inside");
    if (!answer || dialog.open) return; // it is open already after a double click
    pad.complain("");
    save.href = URL.createObjectURL(new Blob([answer.page], { type: "text/html" }));
    frame.srcdoc = answer.page.replace(NO_DRAWING, () => NO_DRAWING.replace("[]", JSON.stringify(pad.strokes()))) + LEAVE;
    dialog.showModal();
  });
  inner(".leave").addEventListener("click", () => dialog.close());
  addEventListener("message", ({ source }) => source === frame.contentWindow && dialog.close());
  dialog.addEventListener("close", () => {
    URL.revokeObjectURL(save.href);
    frame.removeAttribute("srcdoc");
  });
}
