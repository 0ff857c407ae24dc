// The blocks of the layers: names, pictures of maps, scores, and the lines from one layer to the next.

/** @typedef {ReturnType<typeof layerView>} LayerView */
/** @typedef {{x: number, y: number, width: number, height: number}} Box in shares of a canvas */
/** @typedef {{number: number, name: string, shape: number[], scale: Scale}} Shown_Layer */

const SIDE_OF_A_MAP = 1.1; // times the root of its width, in units of the page: small maps are shown larger
const ROOM = 4_400; // units² for all layers on a large screen

/**
 * A layer as one picture. Where it has maps, the picture is one stop of the Tab key, with arrow keys inside.
 * @param {HTMLElement} next the block that comes after it
 * @param {Shown_Layer} layer
 * @param {(choice: {layer: number, map: number, row?: number, column?: number}, how: "hold" | "look") => void} choose
 */
function layerView(next, { number, name, shape, scale }, choose) {
  const block = document.createElement("div");
  next.before(block);
  block.className = "layer";
  const title = block.appendChild(document.createElement("h2"));
  title.textContent = name;
  title.appendChild(document.createElement("small")).textContent = nameShape(shape);
  const canvas = block.appendChild(document.createElement("canvas"));
  const sheet = mapSheet(canvas, shape);
  const { grid } = sheet;
  const side = SIDE_OF_A_MAP * Math.sqrt(grid.width);
  canvas.style.setProperty("--wide", String(grid.columns * side));
  canvas.setAttribute("aria-label", `${name}: ${nameShape(shape)}`);
  canvas.setAttribute("role", grid.gap ? "slider" : "img");
  let map = 0;
  if (grid.gap) {
    takeApart(canvas, sheet, () => map, (choice, how) => {
      if (how === "hold") map = choice.map; // at once: the next key can come before this is shown
      choose({ layer: number, ...choice }, how);
    });
  }
  return {
    ...{ number, name, block, canvas, grid, scale, side },
    box: sheet.box,
    /** @param {Float32Array | null} values */
    paint: (values) => sheet.paint(values, scale),
    /** Say which map is chosen, for those who do not see it. @param {Place} place @param {Tensor} output */
    say(place, output) {
      map = place.map;
      const { row, column } = findBrightest(output, map);
      canvas.setAttribute("aria-valuenow", String(map + 1));
      canvas.setAttribute("aria-valuetext", `map ${map + 1} of ${grid.count}, brightest ${namePlace(row, column, shape)}`);
    },
  };
}

/**
 * Let people choose a map: the pointer looks, a click holds, arrows go from map to map, with Shift inside a map.
 * @param {HTMLCanvasElement} canvas @param {ReturnType<typeof mapSheet>} sheet @param {() => number} map
 * @param {(choice: {map: number, row?: number, column?: number}, how: "hold" | "look") => void} choose
 */
function takeApart(canvas, sheet, map, choose) {
  const { grid } = sheet;
  const at = (/** @type {MouseEvent} */ event) =>
    sheet.at(event.offsetX / canvas.clientWidth, event.offsetY / canvas.clientHeight);
  canvas.tabIndex = 0;
  canvas.setAttribute("aria-valuemin", "1");
  canvas.setAttribute("aria-valuemax", String(grid.count));
  canvas.setAttribute("aria-valuenow", "1");
  canvas.setAttribute("aria-description", "Arrow keys choose a map; with Shift they move the window in it.");
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") choose(at(event), "look");
  });
  canvas.addEventListener("click", (event) => choose(at(event), "hold"));
  /** @type {{row: number, column: number} | null} */
  let inside = null;
  canvas.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [right, down] = step;
    const clamp = (/** @type {number} */ x, /** @type {number} */ size) => Math.min(Math.max(x, 0), size - 1);
    if (event.shiftKey) {
      const { row, column } = inside ?? { row: grid.height >> 1, column: grid.width >> 1 };
      inside = { row: clamp(row + down, grid.height), column: clamp(column + right, grid.width) };
      return choose({ map: map(), ...inside }, "hold");
    }
    inside = null;
    choose({ map: clamp(map() + right + down * grid.columns, grid.count) }, "hold");
  });
}

/** Make the maps of a large network so small that all fit on a large screen. @param {HTMLElement} place @param {LayerView[]} views */
function shrinkToFit(place, views) {
  const room = views.reduce((sum, { grid, side }) => sum + (grid.columns * side + 3) * (grid.rows * side + 5), 0);
  place.style.setProperty("--fit", String(Math.max(0.4, Math.min(1, Math.sqrt(ROOM / room)))));
}

/** The ten scores that the bars come from: what goes into the last softmax. @param {Layer[]} layers @param {Answer} answer */
function scoresOf(layers, { outputs, logits }) {
  const isSplit = layers.length > 1 && layers[layers.length - 1].activation === "softmax";
  const before = outputs[outputs.length - 2]?.values;
  return isSplit && layers[layers.length - 1].type === "activation" && before.length === 10 ? before : logits;
}

/** @param {(selector: string) => HTMLElement} find @param {Layer[]} layers @param {Answer[]} answers */
function scoresView(find, layers, answers) {
  const most = answers.flatMap((each) => [...scoresOf(layers, each)]).reduce((a, b) => Math.max(a, Math.abs(b)), 1e-6);
  const lines = [...Array(10).keys()].map((digit) => {
    const line = find(".scores ol").appendChild(document.createElement("li"));
    line.appendChild(document.createElement("b")).textContent = String(digit);
    const fill = line.appendChild(document.createElement("span")).appendChild(document.createElement("span"));
    return { line, fill, number: line.appendChild(document.createElement("span")) };
  });
  return {
    /** @param {Answer} answer @param {number} temperature */
    show(answer, temperature) {
      const scores = scoresOf(layers, answer);
      const isBlank = answer.digit === null;
      lines.forEach(({ line, fill, number }, i) => {
        const share = isBlank ? 0 : Math.max(-1, Math.min(1, scores[i] / most));
        line.classList.toggle("top", i === answer.digit);
        fill.style.transform = `scaleX(${share})`;
        setText(number, isBlank ? "" : short(scores[i], 1));
      });
      const divided = temperature === 1 ? "" : ` Each is divided by ${short(temperature)} first, as the calibration says.`;
      setText(find(".to-bars"), `Softmax turns them into the bars.${divided}`);
    },
  };
}

/**
 * The frame of a window, the number that it becomes, and the line between them.
 * @param {HTMLElement} place
 */
function linksView(place) {
  const path = (/** @type {string} */ name) => /** @type {Element} */ (place.querySelector(`.links ${name}`));
  const [way, frame, held] = [path(".way"), path(".frame"), path(".held")];
  /** @type {Map<Element, DOMRect>} */
  const known = new Map(); // where the canvases are: to ask at each painting would be slow
  /** @type {Parameters<typeof show>} */
  let shown = [null];
  new ResizeObserver(() => {
    known.clear();
    show(...shown); // a phone that is turned moves the layers
  }).observe(place);

  /** @param {Element} canvas */
  function rectOf(canvas) {
    const found = known.get(canvas);
    if (found) return found;
    const [inner, outer] = [canvas.getBoundingClientRect(), place.getBoundingClientRect()];
    const rect = new DOMRect(inner.x - outer.x, inner.y - outer.y, inner.width, inner.height);
    known.set(canvas, rect);
    return rect;
  }

  /** @param {Element} canvas @param {Box} box */
  function pixels(canvas, box) {
    const { x, y, width, height } = rectOf(canvas);
    return { x: x + box.x * width, y: y + box.y * height, width: box.width * width, height: box.height * height };
  }

  /** @param {{canvas: Element, map: Box, cell: Box, from: Element, window: Box} | null} link */
  function show(link, isHeld = false) {
    shown = [link, isHeld];
    if (!link) return [way, frame, held].forEach((each) => each.setAttribute("d", ""));
    const [from, to] = [pixels(link.from, link.window), pixels(link.canvas, link.cell)];
    way.setAttribute("d", `M ${middleOf(from)} L ${middleOf(to)}`);
    frame.setAttribute("d", outline(from, 1) + outline(to, 1.5));
    held.setAttribute("d", outline(pixels(link.canvas, link.map), 1.5));
    held.classList.toggle("is-held", isHeld);
  }

  return { forget: () => known.clear(), show };
}

/** @param {Box} box */
function middleOf({ x, y, width, height }) {
  return `${(x + width / 2).toFixed(1)} ${(y + height / 2).toFixed(1)}`;
}

/** A frame around a box, a little outside of it. @param {Box} box @param {number} by */
function outline({ x, y, width, height }, by) {
  const [left, top] = [(x - by).toFixed(1), (y - by).toFixed(1)];
  return `M ${left} ${top} h ${(width + 2 * by).toFixed(1)} v ${(height + 2 * by).toFixed(1)} h -${(width + 2 * by).toFixed(1)} Z `;
}
