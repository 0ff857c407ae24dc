// 'Wrong? It was:' in the app: a drawing is kept once, under one label, and can be taken back.

/**
 * @typedef {object} Kept what the server keeps of the drawing
 * @property {string} fingerprint
 * @property {number | null} label null means that it is no digit
 * @property {string[]} strokes to know the drawing again, even if some strokes came or went
 */

/**
 * @param {HTMLElement} section the part of the page with the buttons
 * @param {ReturnType<typeof mountPad>} pad
 * @param {(name: string, data: unknown) => Promise<any>} ask
 * @param {string} memory the name under which `Kept` is stored for a reload
 */
function keeperOf(section, pad, ask, memory) {
  const find = finder(section);
  let all = recall(memory, areKept) ?? []; // the newest is in front
  let waiting = false; // one change at a time

  const strokes = () => pad.strokes().map(([point], i) => `${point} ${pad.times()[i][0]}`);
  const keptOfThis = () => all.find((kept) => strokes().some((stroke) => kept.strokes.includes(stroke)));

  /** Put what is kept now in the place of what was kept. @param {Kept[]} now @param {Kept | undefined} before */
  function become(now, before) {
    all = [...now, ...all.filter((kept) => kept !== before)];
    remember(memory, all);
  }

  /** @param {() => Promise<string>} change gives words about it */
  async function alone(change) {
    waiting = true;
    show();
    const words = await change().catch(({ message }) => message);
    waiting = false;
    show();
    setText(find(".kept"), words);
  }

  /** @param {number | null} label */
  async function keep(label) {
    const [[first]] = pad.times();
    const times = pad.times().map((stroke) => stroke.map((time) => time - first));
    const [known, before] = [strokes(), keptOfThis()];
    const drawing = { strokes: pad.strokes(), times, label, instead: before?.fingerprint };
    const { fingerprint, words } = await ask("keep", drawing);
    become([{ fingerprint, label, strokes: known }], before);
    return words;
  }

  async function takeBack() {
    const before = keptOfThis();
    const { words } = await ask("take_back", before?.fingerprint);
    become([], before);
    return words;
  }

  /** Show what can be done with the ink, and remove words about another drawing. */
  function show() {
    const kept = keptOfThis();
    section.querySelectorAll(".label").forEach((button) => {
      button.ariaDisabled = String(waiting || labelOf(button) === kept?.label || !pad.strokes().length);
    });
    find(".take-back").hidden = !kept;
    find(".take-back").ariaDisabled = String(waiting);
    if (!kept) setText(find(".kept"), "");
  }

  section.querySelectorAll(".label").forEach((button) => {
    button.addEventListener("click", () => button.ariaDisabled === "true" || alone(() => keep(labelOf(button))));
  });
  find(".take-back").addEventListener("click", async () => {
    if (!waiting) await alone(takeBack);
    if (find(".take-back").hidden) finder(element)(".paper").focus();
  });
  show();
  return show;
}

/** @param {any} value @returns {value is Kept[]} */
function areKept(value) {
  const isKept = (/** @type {any} */ kept) => typeof kept?.fingerprint === "string" && Array.isArray(kept.strokes);
  return Array.isArray(value) && value.every(isKept);
}

/** @param {Element} button */
function labelOf(button) {
  return button.textContent === "Not a digit" ? null : Number(button.textContent);
}
