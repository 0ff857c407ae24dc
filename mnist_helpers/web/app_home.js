// The pad in the app: Python answers. Gradio gives `element`, which is the component, and `server`.

const PATIENCE = 10_000; // milliseconds to wait for an answer
const LONGEST = 1600; // pixels; a larger picture is shrunk to this before it is sent
const SENT_AS_IT_IS = ["image/png", "image/jpeg", "image/webp"];
const MEMORY = "handwritten digit"; // the drawing's name in the browser, for a reload
const NO_ANSWER = "No answer from the server. Your drawing stays here, and is asked about again.";

const find = finder(element);
const photo = find(".photo");
/** @type {File} */
let file; // of the photo on the paper
let turns = 0; // how often the photo was turned by 90°

const pad = mountPad(element, recognize, {
  isCovered: () => photo.hasAttribute("href"),
  onInk: () => {
    photo.removeAttribute("href");
    keeper?.forget();
  },
  onShow: showMore,
  memory: MEMORY,
});
const keeper = find(".correct") && keeperOf(find(".correct"), pad, ask, `${MEMORY}, kept`);
document.addEventListener("keydown", ({ key, target }) => {
  if (key === "r" && !(/** @type {Element} */ (target).closest("input, textarea"))) turnPhoto();
});
find(".sample").addEventListener("click", async () => {
  const asked = pad.edition();
  const { strokes, times } = await ask("write_sample", null).catch(() => ({ strokes: [] }));
  if (strokes.length && asked === pad.edition()) pad.put(strokes, times);
});
find(".turn").addEventListener("click", turnPhoto);
find(".choose").addEventListener("click", () => find(".file").click());
find(".file").addEventListener("change", ({ target }) => {
  const chooser = /** @type {HTMLInputElement} */ (target);
  sendPhoto([...(chooser.files ?? [])]);
  chooser.value = ""; // so that the same file can be chosen again
});
document.addEventListener("paste", (event) => sendPhoto([...(event.clipboardData?.files ?? [])]));
element.addEventListener("dragover", (event) => event.preventDefault());
element.addEventListener("drop", (event) => {
  event.preventDefault();
  sendPhoto([...(event.dataTransfer?.files ?? [])]);
});

/**
 * Ask about the ink. If it is too much, ask about its beginning, and say so.
 * @param {number[][][]} strokes @returns {Promise<Shown>}
 */
async function recognize(strokes) {
  const { strokes: mostStrokes, points: mostPoints } = find(".pad").dataset;
  let points = 0;
  const read = strokes.slice(0, Number(mostStrokes)).filter((stroke) => (points += stroke.length) <= Number(mostPoints));
  const answer = await ask("recognize", read);
  if (read.length === strokes.length) return answer;
  return { ...answer, sureness: `Only your first ${read.length} strokes are read. Clear for a new digit.` };
}

/**
 * What Python answers. If it does not, throws an Error with words for people.
 * @param {string} name @param {unknown} data
 */
async function ask(name, data) {
  const tooLate = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([server[name](data), tooLate]).catch(() => null);
  if (!answer) throw new Error(NO_ANSWER);
  if (answer.error) throw new Error(answer.error);
  return answer.pixels ? { ...answer, pixels: bytesOf(answer.pixels) } : answer;
}

/** @param {string} base64 */
function bytesOf(base64) {
  return [...atob(base64)].map((letter) => letter.charCodeAt(0));
}

/** @param {File[]} files */
function sendPhoto([chosen]) {
  if (!chosen) return;
  pad.empty();
  [file, turns] = [chosen, 0];
  readPhoto();
}

function turnPhoto() {
  if (!photo.hasAttribute("href")) return;
  pad.renew(); // an answer to the picture before the turn is not shown
  turns = (turns + 1) % 4;
  readPhoto();
}

async function readPhoto() {
  const asked = pad.edition();
  const { name } = file;
  const picture = await prepare(file, turns).catch(() => null);
  if (asked !== pad.edition() || pad.strokes().length) return; // the paper shows something else by now
  if (picture === null) return refusePhoto(`${name} is not a picture that this browser can read.`);
  photo.setAttribute("href", picture);
  pad.show({ ...BLANK, words: "Reading the photo …" });
  try {
    const answer = await ask("read_photo", picture.split(",")[1]);
    if (asked === pad.edition()) pad.show(answer);
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    if (asked === pad.edition()) refusePhoto(message === NO_ANSWER ? "No answer from the server. Try again." : message);
  }
}

/** @param {string} reason */
function refusePhoto(reason) {
  photo.removeAttribute("href"); // but ink that was drawn meanwhile stays
  pad.complain(reason);
}

/**
 * The picture as a data: URL: the file itself if it is small and not turned, otherwise a new drawing of it.
 * @param {File} file @param {number} turns
 */
async function prepare(file, turns) {
  const bitmap = await createImageBitmap(file);
  const longest = Math.max(bitmap.width, bitmap.height);
  const fits = longest <= LONGEST && file.size <= Number(find(".pad").dataset.most);
  if (turns === 0 && fits && SENT_AS_IT_IS.includes(file.type)) return readAsUrl(file);
  const scale = Math.min(1, LONGEST / longest);
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(scale * side)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = turns % 2 ? [height, width] : [width, height];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((turns * Math.PI) / 2);
  context.drawImage(bitmap, -width / 2, -height / 2, width, height);
  // JPEG has no transparency, and its noise would harm a small drawing.
  return file.type === "image/jpeg" ? canvas.toDataURL("image/jpeg", 0.9) : canvas.toDataURL("image/png");
}

/** @param {File} file @returns {Promise<string>} */
function readAsUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(/** @type {string} */ (reader.result));
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
}

/** @param {Shown & {steps?: {name: string, picture: string}[]}} answer */
function showMore({ steps = [] }) {
  const items = steps.map(({ name, picture }) => {
    const item = document.createElement("li");
    const image = Object.assign(document.createElement("img"), { src: picture, alt: "" });
    const caption = Object.assign(document.createElement("span"), { textContent: name });
    item.append(image, caption);
    return item;
  });
  find(".steps").replaceChildren(...items);
  find(".turn").hidden = !photo.hasAttribute("href");
  keeper?.show();
}
