// One pad for the app and the page: it draws, asks, and shows the answer. The caller's `ask` answers.

/** @typedef {{points: number[][], times: number[]}} Stroke points in units of the paper, times in seconds */
/**
 * @typedef {object} Shown an answer as people see it
 * @property {number | null} digit
 * @property {string} verdict
 * @property {string} sign the large one: '7', '4?', '?' or '–'
 * @property {string} words
 * @property {string} sureness
 * @property {ArrayLike<number>} probabilities
 * @property {string[]} percents
 * @property {ArrayLike<number>} pixels 784 greys from 0 to 255
 */
/**
 * @typedef {object} Options
 * @property {() => boolean} [isCovered] whether something other than ink lies on the paper
 * @property {() => void} [onInk] is called when ink comes or goes; it removes what else lay on the paper
 * @property {(answer: Shown) => void} [onShow] is called after each answer is shown
 * @property {string} [memory] the name under which the drawing is stored for a reload
 */

const SIZE = 280; // units, the side of the paper, however large it is shown
const LONGEST_REST = 1_000; // milliseconds between an answer and the next question
const RETRY = 2_000; // milliseconds until a question without an answer is asked again
const OLD = 400; // milliseconds; the last answer fades if the next one takes longer
const ERASER = 14; // units around the pointer
const TAP = 12; // units; a shorter stroke on a photo is a tap
const STEP = 10; // units that an arrow key moves the pen
/** @type {Record<string, number[]>} */
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
/** @type {Shown} */
const BLANK = {
  digit: null,
  verdict: "blank",
  sign: "–",
  words: "",
  sureness: "",
  probabilities: Array(10).fill(0),
  percents: Array(10).fill("–"),
  pixels: Array(784).fill(0),
};

/**
 * Make a pad work.
 * @param {HTMLElement} element that holds the HTML of pad.html
 * @param {(strokes: number[][][]) => Promise<Shown>} ask rejects with an Error whose message is shown
 * @param {Options} [options]
 */
function mountPad(element, ask, { isCovered = () => false, onInk, onShow, memory } = {}) {
  const find = finder(element);
  const view = answerView(find);
  const ink = inkOn(find(".paper"), memory, changedInk, question, isCovered);
  let edition = 0; // grows when ink is taken away: answers to earlier ink are not shown
  let waiting = false; // one question at a time
  let changed = false; // then one question about the latest ink, not about each step between
  let complaint = ""; // it is shown until there is new ink

  /** @param {boolean} isLess */
  function changedInk(isLess) {
    complaint = "";
    if (isLess || isCovered()) edition += 1;
    onInk?.();
    showTools();
    question();
  }

  async function question() {
    changed = true;
    if (waiting) return;
    waiting = true;
    while (changed) {
      changed = false;
      await pause(await askOnce());
    }
    waiting = false;
  }

  /** Ask about the ink as it is now; returns how many milliseconds to rest. */
  async function askOnce() {
    const [asked, start] = [edition, performance.now()];
    const fading = setTimeout(() => find(".pad").setAttribute("data-old", ""), OLD);
    try {
      const answer = await ask(ink.strokes());
      if (asked === edition && !isCovered()) show(answer);
      return Math.min(2 * (performance.now() - start), LONGEST_REST); // a busy server is asked less
    } catch (error) {
      find(".pad").setAttribute("data-old", "");
      setText(find(".error"), error instanceof Error ? error.message : String(error));
      changed = true;
      return RETRY;
    } finally {
      clearTimeout(fading);
    }
  }

  /** @param {Shown} answer */
  function show(answer) {
    find(".pad").removeAttribute("data-old");
    setText(find(".error"), complaint);
    view.show(answer);
    showTools();
    if (!ink.isBeingDrawn()) setText(find(".said"), answer.words);
    onShow?.(answer);
  }

  function showTools() {
    find(".undo").toggleAttribute("disabled", !ink.canUndo() && !isCovered());
    find(".redo").toggleAttribute("disabled", !ink.canRedo());
    find(".erase").setAttribute("aria-pressed", String(ink.isErasing()));
  }

  find(".undo").addEventListener("click", ink.undo);
  find(".redo").addEventListener("click", ink.redo);
  find(".clear").addEventListener("click", ink.clear);
  find(".erase").addEventListener("click", () => {
    ink.changeTool();
    showTools();
  });
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event, ink, find(".erase"));
    if (!action) return;
    event.preventDefault();
    action();
  });
  showTools();
  question();

  return {
    strokes: ink.strokes,
    times: ink.times,
    edition: () => edition,
    /** Take all ink away; the caller shows an answer. */
    empty() {
      edition += 1;
      complaint = "";
      ink.empty();
      showTools();
    },
    put: ink.put,
    /** From now on, answers to earlier questions are not shown. */
    renew: () => (edition += 1),
    show,
    question,
    /** @param {string} reason */
    complain(reason) {
      complaint = reason;
      show(BLANK);
      question();
    },
  };
}

/** What a key does. @param {KeyboardEvent} event @param {ReturnType<typeof inkOn>} ink @param {HTMLElement} eraser */
function actionOf({ key, ctrlKey, metaKey, shiftKey, target }, ink, eraser) {
  const place = /** @type {Element} */ (target);
  if (place.closest("input, textarea, select")) return undefined;
  if (ctrlKey || metaKey) {
    const isRedo = key.toLowerCase() === "y" || (shiftKey && key.toLowerCase() === "z");
    return isRedo ? ink.redo : key.toLowerCase() === "z" ? ink.undo : undefined;
  }
  if (key === "Escape") return ink.clear;
  if (!place.closest(".paper")) return undefined;
  if (key === "e") return () => eraser.click();
  if (key === "Backspace") return ink.undo;
  if (key === " ") return ink.pressKeyPen;
  const step = ARROWS[key];
  return step && (() => ink.moveKeyPen(STEP * step[0], STEP * step[1]));
}

/** @param {HTMLElement} element */
function finder(element) {
  return (/** @type {string} */ selector) => /** @type {HTMLElement} */ (element.querySelector(selector));
}

/** A screen reader reads a text again whenever it is set. @param {HTMLElement} place @param {string} text */
function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
