// The pad in the take-home page: the network in this file answers.

const KEPT = 6; // drawings of this visit
const MEMORY = "drawing in a page of mnist_helpers"; // the drawing's name in the browser, for a reload
const FIRST = 7; // the digit that an empty page writes

const find = finder(document.body);
const dataOf = (/** @type {string} */ id) => JSON.parse(document.getElementById(id)?.textContent ?? "");
/** @type {Description} */
const description = dataOf("network");
/** @type {{strokes: number[][][], times: number[][]}[]} one drawing of each digit */
const samples = dataOf("samples");
const whole = makeReader(description);
let reader = whole;
const inside = insideView(find, whole, samples.map(({ strokes }) => strokes));
/** @type {Answer | null} */
let latest = null; // the answer to the ink on the paper

const player = playerOn(find(".paper"), () => pad.question());
const pad = mountPad(document.body, answerTo, {
  memory: MEMORY,
  onShow: (answer) => {
    if (!pad.isBeingDrawn()) game.judge(latest);
    setText(find(".sign"), answer.sign);
    ribbon(answer.probabilities, answer.digit);
  },
  onInk: (isNew) => {
    if (isNew && latest) keepDrawing(find(".last"), latest);
    player.stop();
  },
});
const game = foolingGame(find, () => latest, pad, `${MEMORY}, best game`);
const ribbon = ribbonOf(find(".ribbon"), find(".bars"));
damage(find, whole, (damaged) => {
  if (damaged === reader) return;
  reader = damaged;
  game.end("The network has other weights");
  pad.question();
});
find(".replay").addEventListener("click", () => {
  if (pad.strokes().length) player.play(pad.strokes(), pad.times(), "again", false);
});
find(".sample").addEventListener("click", () => pad.write(samples[Math.floor(10 * Math.random())]));
find(".about").textContent = Object.entries(description.about)
  .map(([name, value]) => `${name} ${value}`)
  .join(" · ");
begin();

/** What the network says about the ink, or about what is written by itself. @param {number[][][]} strokes @returns {Promise<Shown>} */
async function answerTo(strokes) {
  const answer = reader.read(player.strokes() ?? strokes);
  latest = player.strokes() ? null : answer;
  inside.show(answer, reader);
  const shown = { ...answer, pixels: greysOf(answer) };
  return strokes.length ? shown : { ...shown, words: description.sayings.sayings.blank.words, sureness: "" };
}

/** @param {Answer} answer */
function greysOf({ image }) {
  return image.map((value) => Math.round(255 * value));
}

/** Show the drawing that the page was opened with, or let an empty page write a digit. */
function begin() {
  /** @type {number[][][]} */
  const given = dataOf("drawing");
  if (given.length) return pad.write({ strokes: given, times: given.map((points) => points.map((_, i) => i / 60)) });
  if (pad.strokes().length || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  player.play(samples[FIRST].strokes, samples[FIRST].times, "alone", true);
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, player.stop, { once: true });
}

/**
 * Put a drawing that was cleared away in front of the others, with its answer.
 * @param {HTMLElement} section @param {Answer} answer
 */
function keepDrawing(section, answer) {
  if (answer.digit === null) return;
  const strip = /** @type {Element} */ (section.querySelector("ol"));
  const item = document.createElement("li");
  const canvas = item.appendChild(document.createElement("canvas"));
  [canvas.width, canvas.height] = [28, 28];
  paintGreys(canvas, greysOf(answer));
  item.append(answer.candidates.join(" or ") || "no digit");
  strip.prepend(item);
  [...strip.children].slice(KEPT).forEach((old) => old.remove());
  section.hidden = false;
}

/**
 * The digit and ten thin bars at the top of a small screen, while the bars themselves are out of view.
 * @param {HTMLElement} place @param {HTMLElement} bars
 */
function ribbonOf(place, bars) {
  const fills = [...Array(10).keys()].map((digit) => {
    const bar = place.appendChild(document.createElement("span"));
    const fill = bar.appendChild(document.createElement("i"));
    bar.append(String(digit));
    return fill;
  });
  new IntersectionObserver(([{ isIntersecting }]) => place.classList.toggle("shown", !isIntersecting)).observe(bars);
  return (/** @type {ArrayLike<number>} */ shares, /** @type {number | null} */ digit) =>
    fills.forEach((fill, i) => (fill.style.transform = `scaleY(${digit === null ? 0 : shares[i]})`));
}
