// Inside the network: the maps of every layer while the pen moves, and how one of their numbers is made.

/** @typedef {ReturnType<typeof makeReader>} Reader */

const NAMES = {
  conv2d: "convolution",
  max_pooling2d: "the largest of each window",
  average_pooling2d: "the mean of each window",
  global_max_pooling2d: "the largest of each map",
  global_average_pooling2d: "the mean of each map",
  scale: "each map scaled",
  activation: "each number bent",
  dense: "one sum for each unit",
};

/**
 * Show the layers of a reader.
 * @param {(selector: string) => HTMLElement} find
 * @param {Reader} reader
 */
function insideView(find, reader) {
  /** @type {{layer: number, map: number, row: number, column: number} | null} */
  let chosen = null;
  /** @type {Answer | null} */
  let answer = null;
  let now = reader;
  const shown = reader.layers
    .map((layer, number) => ({ layer, number }))
    .filter(({ layer }) => layer.type in NAMES)
    .map(({ layer, number }) => layerView(find(".layers"), layer, number, choose));
  const closer = closerView(find(".closer"), (row, column) => chosen && choose({ ...chosen, row, column }));

  /** @param {{layer: number, map: number, row?: number, column?: number}} choice */
  function choose({ layer, map, row, column }) {
    if (!answer) return;
    const [height, width] = answer.outputs[layer].shape;
    const brightest = findBrightest(answer.outputs[layer], map);
    chosen = { layer, map, row: row ?? Math.floor(brightest / width), column: column ?? brightest % width };
    chosen.row = Math.min(chosen.row, height - 1);
    redraw();
  }

  function redraw() {
    if (!answer) return;
    const { outputs } = answer;
    shown.forEach((view) => view.show(outputs[view.number], chosen));
    if (chosen) closer.show(explainCell(now, answer, chosen), outputs[chosen.layer], chosen);
  }

  return {
    /** @param {Answer} latest @param {Reader} by the reader that gave it */
    show(latest, by) {
      [answer, now] = [latest, by];
      redraw();
    },
  };
}

/**
 * @param {HTMLElement} place @param {Layer} layer @param {number} number
 * @param {(choice: {layer: number, map: number}) => void} choose
 */
function layerView(place, layer, number, choose) {
  const block = place.appendChild(document.createElement("div"));
  block.className = "layer";
  const title = block.appendChild(document.createElement("h3"));
  const maps = block.appendChild(document.createElement("div"));
  maps.className = "maps";
  /** @type {HTMLCanvasElement[] | null} */
  let canvases = null;
  /** @type {HTMLTableRowElement | null} */
  let numbers = null;

  /** @param {Tensor} output */
  function build({ shape }) {
    const what = layer.activation === "softmax" ? "the probabilities" : NAMES[/** @type {keyof NAMES} */ (layer.type)];
    title.textContent = `${layer.name}: ${what}, ${shape.join(" × ")}`;
    if (shape.length === 1) {
      numbers = shape[0] <= 10 ? maps.appendChild(document.createElement("table")).insertRow() : null;
      if (numbers) return [];
      const canvas = maps.appendChild(document.createElement("canvas"));
      canvas.className = "sums";
      [canvas.width, canvas.height] = [shape[0], 1];
      return [canvas];
    }
    const [height, width, channels] = shape;
    block.style.setProperty("--shown", `${Math.max(28, Math.min(56, 2 * width))}px`);
    return [...Array(channels).keys()].map((map) => {
      const button = maps.appendChild(document.createElement("button"));
      const canvas = button.appendChild(document.createElement("canvas"));
      [canvas.width, canvas.height] = [width, height];
      button.type = "button";
      button.setAttribute("aria-label", `Map ${map + 1} of ${layer.name}`);
      button.addEventListener("click", () => choose({ layer: number, map }));
      button.addEventListener("pointerenter", () => choose({ layer: number, map }));
      return canvas;
    });
  }

  return {
    number,
    /** @param {Tensor} output @param {{layer: number, map: number} | null} chosen */
    show(output, chosen) {
      canvases ??= build(output);
      if (numbers) showNumbers(numbers, output.values);
      const [most, channels] = [brightest(output), output.shape.length === 1 ? 1 : output.shape[2]];
      canvases.forEach((canvas, map) => {
        paint(canvas, output.values, channels, map, most);
        const isChosen = chosen !== null && chosen.layer === number && chosen.map === map;
        canvas.parentElement?.setAttribute("aria-pressed", String(isChosen));
      });
    },
  };
}

/** @param {HTMLTableRowElement} row @param {Float32Array} values */
function showNumbers(row, values) {
  values.forEach((value, i) => {
    const cell = row.cells[i] ?? row.insertCell();
    cell.textContent = `${i}: ${short(value)}`;
  });
}

/** @param {Tensor} output */
function brightest({ values }) {
  return values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-6);
}

/** Where a map has its largest value, counted row by row. @param {Tensor} output @param {number} map */
function findBrightest({ shape, values }, map) {
  const channels = shape[2];
  let best = 0;
  for (let i = 0; i * channels < values.length; i++) {
    if (values[i * channels + map] > values[best * channels + map]) best = i;
  }
  return best;
}

/**
 * Paint every `step`-th value from `first` on; below zero is blue.
 * @param {HTMLCanvasElement} canvas @param {Float32Array} values @param {number} step
 * @param {number} first @param {number} most
 */
function paint(canvas, values, step, first, most) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const pixels = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    const share = values[i * step + first] / most;
    const [warm, cold] = [255 * Math.max(share, 0), 255 * Math.max(-share, 0)];
    pixels.data.set([warm, Math.max(warm, 0.6 * cold), Math.max(0.85 * warm, cold), 255], 4 * i);
  }
  context.putImageData(pixels, 0, 0);
}
