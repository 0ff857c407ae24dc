// The pad in the app: Python answers. Gradio gives `element`, which is the component, and `server`.

/** @typedef {Cover & {file: File, turns: number}} Photo turned by 90° so often */

const PATIENCE = 10_000; // milliseconds to wait for an answer
const MEMORY = "handwritten digit"; // the drawing's name in the browser, for a reload

const find = finder(element);
const pad = mountPad(element, recognize, {
  askAboutCover: readPhoto,
  onInk: fitInk,
  onShow: showSteps,
  turn: turnPhoto,
  memory: MEMORY,
});
const showLabels = find(".correct") && keeperOf(find(".correct"), pad, ask, `${MEMORY}, kept`);
if (find(".look")) lookInside(find(".look"), /** @type {HTMLDialogElement} */ (find(".within")), pad, askForNow);
find(".sample").addEventListener("click", async () => {
  const sample = await askForNow("write_sample");
  if (sample) pad.write(sample);
});
find(".turn").addEventListener("click", turnPhoto);
find(".choose").addEventListener("click", () => find(".file").click());
find(".file").addEventListener("change", ({ target }) => {
  const chooser = /** @type {HTMLInputElement} */ (target);
  putPhoto(chooser.files?.[0]);
  chooser.value = ""; // so that the same file can be chosen again
});
document.addEventListener("paste", (event) => isElsewhere(event) || putPhoto(event.clipboardData?.files[0]));
dropAnywhere(find(".pad"), putPhoto);

/** @param {File | undefined} file @param {number} [turns] */
function putPhoto(file, turns = 0) {
  /** @type {Photo | null} */
  const cover = file ? { file, turns } : null;
  if (cover) pad.put({ strokes: [], cover });
}

function turnPhoto() {
  const photo = /** @type {Photo | null} */ (pad.cover());
  if (photo) putPhoto(photo.file, (photo.turns + 1) % 4);
}

/**
 * Show a photo on the paper, and ask about it, once.
 * @param {Photo} photo
 */
async function readPhoto(photo) {
  photo.picture ??= await prepare(photo.file, photo.turns, Number(find(".pad").dataset.most));
  pad.renew();
  return (photo.answer ??= /** @type {Shown} */ (await ask("read_photo", photo.picture.split(",")[1])));
}

/**
 * Ask about the ink. If it is too much, ask about its beginning, and say so.
 * @param {number[][][]} strokes @returns {Promise<Shown>}
 */
async function recognize(strokes) {
  const { strokes: mostStrokes, points: mostPoints } = find(".pad").dataset;
  let points = 0;
  const read = strokes.slice(0, Number(mostStrokes)).filter((stroke) => (points += stroke.length) <= Number(mostPoints));
  const answer = await ask("recognize", read, strokes.length ? "Your drawing stays here, and is asked about again." : "It is asked again.");
  if (read.length === strokes.length) return answer;
  return { ...answer, note: `Only your first ${read.length} strokes are read. Clear for a new digit.` };
}

/**
 * What Python answers. If it does not, throws an Error with words for people.
 * @param {string} name @param {unknown} data @param {string} [otherwise] what then happens, or is to do
 */
async function ask(name, data, otherwise = "Try again.") {
  const tooLate = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([server[name](data), tooLate]).catch(() => null);
  if (!answer) throw new Error(`No answer from the server. ${otherwise} If this stays, load the page again.`);
  if (answer.error) throw new Error(answer.error);
  return answer.pixels ? { ...answer, pixels: bytesOf(answer.pixels), digitProbability: answer.digit_probability } : answer;
}

/** Ask for something to show: what came to the paper since then stays instead. @param {string} name */
async function askForNow(name) {
  const before = pad.sheet();
  const answer = await ask(name, null).catch(({ message }) => pad.complain(message));
  return pad.sheet() === before && !pad.isBeingDrawn() ? answer : null;
}

/** @param {string} base64 */
function bytesOf(base64) {
  return [...atob(base64)].map((letter) => letter.charCodeAt(0));
}

/** @type {Record<string, string>} what each step of reading a photo does */
const STEPS = {
  grey: "The photo without its colours.",
  "even light": "Shadows are much weaker.",
  ink: "What clearly differs from the paper around it.",
  digit: "The ink that belongs together, without lines and dirt.",
  "28 × 28": "As small as the images that the network has learnt from.",
};

/** What stands around the paper is about the ink that is there now, also if no answer comes. */
function fitInk() {
  showSteps({});
  find(".turn").hidden = !pad.cover();
  find(".look")?.toggleAttribute("hidden", pad.cover() !== null); // there is no drawing to take along
  showLabels?.();
}

/** @param {Partial<Shown> & {steps?: {name: string, picture: string}[]}} answer */
function showSteps({ steps = [] }) {
  const items = steps.map(({ name, picture }) => {
    const item = document.createElement("li");
    const image = Object.assign(document.createElement("img"), { src: picture, alt: "" });
    const title = Object.assign(document.createElement("b"), { textContent: name });
    item.append(image, title, STEPS[name] ?? "");
    return item;
  });
  find(".steps").replaceChildren(...items);
}
