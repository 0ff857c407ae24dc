// The game 'Fool it': make another digit of a drawing that is read, with as little ink as possible.

/** @typedef {{ink: number, from: number, to: number}} Fooled */

/**
 * Only ink that is added to the first drawing counts. The game is judged when the pen is lifted, and
 * it is over when ink of that drawing is taken away.
 * @param {(selector: string) => HTMLElement} find @param {() => Answer | null} now
 * @param {ReturnType<typeof mountPad>} pad @param {string} memory the name under which the best game is stored
 */
function foolingGame(find, now, pad, memory) {
  /** @type {{digit: number, sheet: Sheet} | null} */
  let start = null;
  let best = recall(memory, isFooled);
  const dot = Number(find(".pad").style.getPropertyValue("--pen")); // units of ink: the width of the pen
  const say = (/** @type {string} */ words) => setText(find(".game-said"), words);

  function showBest() {
    setText(find(".best"), best ? `Your best: ${inWords(best)}.` : "");
  }

  find(".start-game").addEventListener("click", () => {
    const answer = now();
    const plays = answer?.verdict === "digit" && answer.digit !== null;
    start = plays ? { digit: /** @type {number} */ (answer?.digit), sheet: pad.sheet() } : null;
    if (start) say(`It reads ${withArticle(start.digit)}. Add ink until it reads another digit.`);
    else say("First draw a digit that the network is sure about.");
  });
  showBest();

  /** @param {string} why */
  function end(why) {
    if (start) say(`${why}, so this game is over. Start again from what is there now.`);
    start = null;
  }

  return {
    /** Judge the drawing; the pen is lifted. @param {Answer | null} answer */
    judge(answer) {
      if (start && !pad.holds(start.sheet)) end("Some ink was removed");
      if (!start || answer?.verdict !== "digit" || answer.digit === null || answer.digit === start.digit) return;
      const ink = Math.round(inkOf(pad.strokes().slice(start.sheet.strokes.length), dot));
      const fooled = { ink, from: start.digit, to: answer.digit };
      if (ink === 0) return;
      start = null;
      if (!best || ink < best.ink) remember(memory, (best = fooled));
      say(`Fooled: ${inWords(fooled)}. A dot is ${dot} units, the paper is ${SIZE} wide. Less is better.`);
      showBest();
    },
    end,
  };
}

/** @param {Fooled} game */
function inWords({ ink, from, to }) {
  return `${withArticle(from)} became ${withArticle(to)} with ${ink} unit${ink === 1 ? "" : "s"} of ink`;
}

/** The ink of strokes: how long they are, and a dot for the beginning of each. @param {number[][][]} strokes @param {number} dot */
function inkOf(strokes, dot) {
  const length = (/** @type {number[][]} */ points) =>
    points.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i][0], y - points[i][1]), 0);
  return strokes.reduce((sum, points) => sum + dot + length(points), 0);
}

/** @param {any} value @returns {value is Fooled} */
function isFooled(value) {
  return [value?.ink, value?.from, value?.to].every(Number.isFinite);
}
