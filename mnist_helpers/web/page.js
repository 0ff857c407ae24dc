// The pad in the take-home page: the network in this file answers.

const KEPT = 12; // drawings of this visit
const find = finder(document.body);
/** @type {Description} */
const description = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("network")).textContent ?? "");
const whole = makeReader(description);
let reader = whole;
const inside = insideView(find, whole);
/** @type {Answer | null} */
let latest = null;

const pad = mountPad(
  document.body,
  async (strokes) => {
    latest = reader.read(strokes);
    inside.show(latest, reader);
    return asShown(latest);
  },
  {
    memory: "drawing",
    onShow: () => game.look(latest),
    onInk: () => {
      if (!pad.strokes().length && latest) keepDrawing(find(".kept"), latest);
    },
  },
);
const game = foolingGame(find, () => latest, pad.strokes);
damage(find, whole, (damaged) => {
  reader = damaged;
  pad.question();
});
find(".projector").addEventListener("change", ({ target }) => {
  document.body.classList.toggle("large", /** @type {HTMLInputElement} */ (target).checked);
});
find(".about").textContent = Object.entries(description.about)
  .map(([name, value]) => `${name} ${value}`)
  .join(" · ");

/** @param {Answer} answer @returns {Shown} */
function asShown(answer) {
  const { verdict, candidates } = answer;
  const signs = { digit: `${candidates[0]}`, unsure: `${candidates[0]}?`, "no digit": "?", blank: "–" };
  return { ...answer, sign: signs[verdict], pixels: answer.image.map((value) => Math.round(255 * value)) };
}

/**
 * Put a drawing that was cleared away in front of the others, with its answer.
 * @param {HTMLElement} strip @param {Answer} answer
 */
function keepDrawing(strip, answer) {
  if (answer.digit === null) return;
  const item = document.createElement("li");
  const canvas = item.appendChild(document.createElement("canvas"));
  [canvas.width, canvas.height] = [28, 28];
  paint(canvas, answer.image, 1, 0, 1);
  const said = { digit: `${answer.digit}`, unsure: `${answer.candidates.join(" or ")}?`, "no digit": "no digit", blank: "" };
  item.append(said[answer.verdict]);
  strip.prepend(item);
  [...strip.children].slice(KEPT).forEach((old) => old.remove());
}

/**
 * The game: make another digit of a drawing that is read, with as little ink as possible.
 * @param {(selector: string) => HTMLElement} find @param {() => Answer | null} now
 * @param {() => number[][][]} strokes
 */
function foolingGame(find, now, strokes) {
  /** @type {{digit: number, length: number} | null} */
  let start = null;
  find(".start-game").addEventListener("click", () => {
    const answer = now();
    const plays = answer?.verdict === "digit" && answer.digit !== null;
    start = plays ? { digit: /** @type {number} */ (answer?.digit), length: inkLength(strokes()) } : null;
    find(".game-said").textContent = start
      ? `It reads ${withArticle(start.digit)}. Add ink until it reads another digit.`
      : "Draw a digit first that it reads for sure.";
  });
  return {
    /** @param {Answer | null} answer */
    look(answer) {
      if (!start || answer?.verdict !== "digit" || answer.digit === null || answer.digit === start.digit) return;
      const added = Math.round(inkLength(strokes()) - start.length);
      if (added <= 0) return;
      find(".game-said").textContent =
        `Fooled: ${withArticle(start.digit)} became ${withArticle(answer.digit)} with ${added} units of ink. The paper is 280 units wide. Less is better.`;
      start = null;
    },
  };
}

/** @param {number[][][]} strokes */
function inkLength(strokes) {
  return strokes.reduce(
    (sum, points) =>
      points.reduce((a, [x, y], i) => (i ? a + Math.hypot(x - points[i - 1][0], y - points[i - 1][1]) : a), sum),
    0,
  );
}
