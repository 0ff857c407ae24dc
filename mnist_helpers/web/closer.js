// How one number of a map is made: its window, its kernel, their products, and the sum.

/**
 * @typedef {object} Explained
 * @property {number[][]} window what the layer sees there, of one channel
 * @property {number[][] | null} kernel the weights for it; null if there are none
 * @property {string} words what is done, with the numbers
 */

/**
 * Say how a layer makes one number.
 * @param {Reader} reader @param {Answer} answer
 * @param {{layer: number, map: number, row: number, column: number}} place
 * @returns {Explained | null}
 */
function explainCell(reader, answer, { layer, map, row, column }) {
  const settings = reader.layers[layer];
  const input = layer ? answer.outputs[layer - 1] : { shape: [28, 28, 1], values: answer.image };
  const output = answer.outputs[layer];
  const value = output.values[(row * output.shape[1] + column) * output.shape[2] + map];
  if (settings.type === "conv2d") return explainSum(reader, settings, input, { map, row, column }, value);
  if (!settings.pool) return null;
  const window = windowAt(input, settings, settings.pool, row, column, map);
  const how = settings.type.startsWith("max") ? "The largest of them" : "Their mean";
  return { window, kernel: null, words: `${how} is ${short(value)}.` };
}

/**
 * @param {Reader} reader @param {Layer} layer @param {Tensor} input
 * @param {{map: number, row: number, column: number}} place @param {number} value
 * @returns {Explained}
 */
function explainSum(reader, layer, input, { map, row, column }, value) {
  const kernel = reader.tensor(layer.weights[0]);
  const bias = layer.weights[1] ? reader.tensor(layer.weights[1]).values[map] : 0;
  const [height, width, channels, filters] = kernel.shape;
  const sums = [...Array(channels).keys()].map((channel) => {
    const window = windowAt(input, layer, [height, width], row, column, channel);
    const weights = window.map((line, i) =>
      line.map((_, j) => kernel.values[((i * width + j) * channels + channel) * filters + map]),
    );
    const factors = weights.flat();
    const sum = window.flat().reduce((a, x, i) => a + x * factors[i], 0);
    return { channel, window, weights, sum };
  });
  const strongest = sums.reduce((a, b) => (Math.abs(b.sum) > Math.abs(a.sum) ? b : a));
  const total = sums.reduce((a, { sum }) => a + sum, 0);
  const ofOne = `Products of window and kernel: ${short(strongest.sum)}`;
  const ofAll = channels > 1 ? ` for map ${strongest.channel + 1} below, the strongest of ${channels}. All together: ${short(total)}` : "";
  const bent = layer.activation === "linear" ? "" : `, and ${layer.activation} makes ${short(value)} of it`;
  return {
    window: strongest.window,
    kernel: strongest.weights,
    words: `${ofOne}${ofAll}. With the bias ${short(bias)} that is ${short(total + bias)}${bent}.`,
  };
}

/**
 * @param {Tensor} input @param {Layer} layer @param {number[]} size
 * @param {number} row @param {number} column @param {number} channel
 */
function windowAt({ shape: [height, width, channels], values }, layer, size, row, column, channel) {
  const [gap, side] = layer.dilation ?? [1, 1];
  const top = row * layer.strides[0] - slide(height, (size[0] - 1) * gap + 1, layer.strides[0], layer.padding).before;
  const left = column * layer.strides[1] - slide(width, (size[1] - 1) * side + 1, layer.strides[1], layer.padding).before;
  return [...Array(size[0]).keys()].map((i) =>
    [...Array(size[1]).keys()].map((j) => {
      const [y, x] = [top + i * gap, left + j * side];
      return y < 0 || y >= height || x < 0 || x >= width ? 0 : values[(y * width + x) * channels + channel];
    }),
  );
}

/** @param {number} value */
function short(value) {
  return value.toFixed(2).replace("-", "−");
}

/** @param {HTMLElement} place @param {(row: number, column: number) => void} point */
function closerView(place, point) {
  /** @type {HTMLCanvasElement | null} */
  let canvas = null;
  const words = document.createElement("p");
  const tables = document.createElement("div");
  tables.className = "tables";

  function build() {
    const figure = document.createElement("figure");
    const made = figure.appendChild(document.createElement("canvas"));
    figure.appendChild(document.createElement("figcaption")).textContent = "The map. Point at a place in it.";
    for (const event of ["pointermove", "pointerdown"]) {
      made.addEventListener(event, (at) => {
        const { offsetX, offsetY } = /** @type {PointerEvent} */ (at);
        point(Math.floor((offsetY / made.clientHeight) * made.height), Math.floor((offsetX / made.clientWidth) * made.width));
      });
    }
    place.append(words, tables);
    tables.before(figure);
    return made;
  }

  return {
    /** @param {Explained | null} explained @param {Tensor} output @param {{map: number, row: number, column: number}} chosen */
    show(explained, output, chosen) {
      canvas ??= build();
      const [height, width, channels] = output.shape;
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      paint(canvas, output.values, channels, chosen.map, brightest(output));
      mark(canvas, chosen);
      const where = `Map ${chosen.map + 1}, row ${chosen.row + 1}, column ${chosen.column + 1}. `;
      words.textContent = where + (explained?.words ?? "");
      tables.replaceChildren();
      if (!explained) return;
      tables.append(asTable(explained.window, "The window"));
      if (explained.kernel) tables.append("×", asTable(explained.kernel, "The kernel"));
    },
  };
}

/** @param {HTMLCanvasElement} canvas @param {{row: number, column: number}} place */
function mark(canvas, { row, column }) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#d55e00";
  context.fillRect(column, row, 1, 1);
}

/** @param {number[][]} numbers @param {string} name */
function asTable(numbers, name) {
  const table = document.createElement("table");
  table.createCaption().textContent = name;
  for (const line of numbers) {
    const row = table.insertRow();
    for (const number of line) row.insertCell().textContent = short(number);
  }
  return table;
}
