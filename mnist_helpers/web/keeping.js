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
  /** @type {Kept | null} */
  let kept = recall(memory, isKept);
  let waiting = false; // one change at a time

  const strokes = () => pad.strokes().map(([point], i) => `${point} ${pad.times()[i][0]}`);
  const isThis = () => kept !== null && strokes().some((stroke) => kept?.strokes.includes(stroke));

  /** @param {Kept | null} next @param {string} words */
  function become(next, words) {
    kept = next;
    remember(memory, kept);
    setText(find(".kept"), words);
  }

  /** @param {() => Promise<void>} change */
  async function alone(change) {
    waiting = true;
    show();
    await change().catch(({ message }) => setText(find(".kept"), message));
    waiting = false;
    show();
  }

  /** @param {number | null} label */
  async function keep(label) {
    const [[first]] = pad.times();
    const times = pad.times().map((stroke) => stroke.map((time) => time - first));
    const known = strokes();
    const instead = isThis() ? kept?.fingerprint : undefined;
    const { fingerprint, words } = await ask("keep", { strokes: pad.strokes(), times, label, instead });
    become({ fingerprint, label, strokes: known }, words);
  }

  async function takeBack() {
    const { words } = await ask("take_back", kept?.fingerprint);
    become(null, words);
  }

  function show() {
    const mine = isThis();
    section.querySelectorAll(".label").forEach((button) => {
      const label = labelOf(button);
      const isLabel = mine && label === kept?.label;
      button.toggleAttribute("disabled", waiting || isLabel || !pad.strokes().length);
    });
    find(".take-back").hidden = !mine;
    find(".take-back").toggleAttribute("disabled", waiting);
  }

  section.querySelectorAll(".label").forEach((button) => {
    button.addEventListener("click", () => alone(() => keep(labelOf(button))));
  });
  find(".take-back").addEventListener("click", async () => {
    await alone(takeBack);
    finder(element)(".paper").focus(); // the button is gone
  });
  return {
    show,
    /** Remove the words about a kept drawing, if the ink is now another drawing. */
    forget() {
      if (!isThis()) setText(find(".kept"), "");
    },
  };
}

/** @param {any} value @returns {value is Kept} */
function isKept(value) {
  return typeof value?.fingerprint === "string" && Array.isArray(value.strokes);
}

/** @param {Element} button */
function labelOf(button) {
  return button.textContent === "Not a digit" ? null : Number(button.textContent);
}
