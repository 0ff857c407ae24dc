// One pad for the app and the page: it draws, asks, and shows the answer. The caller's `ask` answers.

/** @typedef {{points: number[][], times: number[]}} Stroke points in units of the paper, times in seconds */
/**
 * @typedef {object} Shown an answer as people see it
 * @property {number | null} digit
 * @property {string} verdict
 * @property {string} sign the large one: '7', '4?', '?' or '–'
 * @property {string} words
 * @property {string} sureness
 * @property {string} [note] is shown instead of it
 * @property {number | null} [digitProbability]
 * @property {ArrayLike<number>} probabilities
 * @property {ArrayLike<number>} pixels 784 greys from 0 to 255
 */
/**
 * @typedef {object} Options
 * @property {(cover: any) => Promise<Shown>} [askAboutCover] answers for what covers the paper
 * @property {(isNew: boolean) => void} [onInk] is called after each change; `isNew` if all ink was cleared away or replaced
 * @property {(answer: Shown) => void} [onShow] is called after each answer is shown
 * @property {() => void} [turn] turns what covers the paper; the key R does it
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
const REPEATED = /^(Arrow.*|Backspace|[zy])$/i; // keys that act again and again while they are held
/** @type {Shown} */
const BLANK = {
  digit: null,
  verdict: "blank",
  sign: "–",
  words: "",
  sureness: "",
  probabilities: Array(10).fill(0),
  pixels: Array(784).fill(0),
};

/**
 * Make a pad work.
 * @param {HTMLElement} element that holds the HTML of pad.html
 * @param {(strokes: number[][][]) => Promise<Shown>} ask rejects with an Error whose message is shown
 * @param {Options} [options]
 */
function mountPad(element, ask, { askAboutCover, onInk, onShow, turn, memory } = {}) {
  const find = finder(element);
  const view = answerView(find);
  const ink = inkOn(find(".paper"), memory, changedInk, question);
  let waiting = false; // one question at a time
  let changed = false; // then one question about the latest ink, not about each step between
  let complaint = ""; // it is shown until there is new ink

  /** @param {boolean} isNew */
  function changedInk(isNew) {
    complaint = "";
    onInk?.(isNew);
    showTools();
    if (ink.cover()) questionAboutCover();
    else question();
  }

  async function question() {
    changed = true;
    if (waiting) return;
    waiting = true;
    while (changed && !ink.cover()) {
      changed = false;
      await pause(await askOnce());
    }
    waiting = false;
  }

  /** Ask about the ink as it is now; returns how many milliseconds to rest. */
  async function askOnce() {
    const [asked, start] = [ink.sheet(), performance.now()];
    const fading = setTimeout(() => find(".pad").setAttribute("data-old", ""), OLD);
    try {
      const answer = await ask(ink.strokes());
      if (ink.holds(asked)) show(answer); // nothing was taken away since
      return Math.min(2 * (performance.now() - start), LONGEST_REST); // a busy server is asked less
    } catch (error) {
      if (ink.cover()) return 0;
      find(".pad").setAttribute("data-old", "");
      setText(find(".error"), complaint || wordsOf(error));
      changed = true;
      return RETRY;
    } finally {
      clearTimeout(fading);
    }
  }

  async function questionAboutCover() {
    const asked = ink.sheet();
    if (!ink.cover()?.answer) show({ ...BLANK, words: "Reading the photo …" });
    try {
      const answer = await askAboutCover?.(ink.cover());
      if (answer && ink.holds(asked)) show(answer);
    } catch (error) {
      if (!ink.holds(asked)) return;
      ink.refuse();
      complain(wordsOf(error));
      show(BLANK);
    }
  }

  /** Show words until there is new ink. @param {string} words */
  function complain(words) {
    complaint = words;
    setText(find(".error"), words);
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
    find(".undo").ariaDisabled = String(!ink.canUndo()); // if it were disabled, it would lose the focus
    find(".redo").ariaDisabled = String(!ink.canRedo());
    find(".erase").setAttribute("aria-pressed", String(ink.isErasing()));
    setText(find(".hint"), ink.isErasing() ? "Nothing to erase" : "Draw here");
  }

  function changeTool() {
    ink.erase();
    showTools();
  }

  find(".undo").addEventListener("click", ink.undo);
  find(".redo").addEventListener("click", ink.redo);
  find(".clear").addEventListener("click", ink.clear);
  find(".erase").addEventListener("click", changeTool);
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event, { ...ink, changeTool, turn });
    if (!action) return;
    event.preventDefault();
    if (!event.repeat || REPEATED.test(event.key)) action();
  });
  showTools();
  question();

  return { ...ink, question, complain };
}

/** Whether keys are not for the pad: Gradio's panel covers it, and leaves the focus outside. @param {Event} event */
function isElsewhere({ target }) {
  const takesKeys = /** @type {Element} */ (target).closest("input:not([type=range], [type=checkbox]), textarea, select");
  return Boolean(takesKeys ?? document.querySelector("[aria-modal=true], dialog[open]"));
}

/** What a key does. @param {KeyboardEvent} event @param {Record<string, any>} pad */
function actionOf(event, pad) {
  const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
  if (isElsewhere(event)) return undefined;
  if (ctrlKey || metaKey) {
    const isRedo = key.toLowerCase() === "y" || (shiftKey && key.toLowerCase() === "z");
    return isRedo ? pad.redo : key.toLowerCase() === "z" ? pad.undo : undefined;
  }
  if (altKey) return undefined;
  if (key === "Escape") return pad.clear;
  if (key.toLowerCase() === "r") return pad.turn;
  if (!(/** @type {Element} */ (target).closest(".paper"))) return undefined;
  if (key.toLowerCase() === "e") return pad.changeTool;
  if (key === "Backspace") return pad.undo;
  if (key === " ") return pad.pressKeyPen;
  const step = ARROWS[key];
  return step && (() => pad.moveKeyPen(STEP * step[0], STEP * step[1]));
}

/** @param {unknown} error */
function wordsOf(error) {
  return error instanceof Error ? error.message : String(error);
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
