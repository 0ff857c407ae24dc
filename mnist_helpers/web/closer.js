// How one number of a map is made: its window, its kernel, their products, and the sum.

/**
 * @typedef {object} Explained
 * @property {number} channel the map before, of which the window is shown
 * @property {number} top @property {number} left @property {number} height @property {number} width of the window there
 * @property {(number | null)[][]} window its numbers; null lies beyond the edge and takes no part
 * @property {number[][] | null} kernel the weights for it; null if there are none
 * @property {[string, number][]} lines what is done, with the numbers
 */

/**
 * Say how a layer makes one number.
 * @param {Reader} reader @param {Answer} answer @param {Place} place
 * @returns {Explained}
 */
function explainCell(reader, answer, { layer, map, row, column }) {
  const settings = reader.layers[layer];
  const input = layer ? answer.outputs[layer - 1] : { shape: [28, 28, 1], values: answer.image };
  const output = answer.outputs[layer];
  const value = output.values[(row * output.shape[1] + column) * output.shape[2] + map];
  if (settings.type === "conv2d") return explainSum(reader, settings, input, { map, row, column }, value);
  if (settings.pool) {
    const how = settings.type.startsWith("max") ? "the largest of them" : "their mean";
    return { ...windowAt(input, settings, settings.pool, row, column, map, null), channel: map, kernel: null, lines: [[how, value]] };
  }
  return { ...explainOne(reader, settings, input, { map, row, column }, value), channel: map, kernel: null };
}

/**
 * A layer that takes each number alone.
 * @param {Reader} reader @param {Layer} layer @param {Tensor} input
 * @param {{map: number, row: number, column: number}} place @param {number} value
 */
function explainOne(reader, { type, weights, activation }, input, { map, row, column }, value) {
  const before = input.values[(row * input.shape[1] + column) * input.shape[2] + map];
  const [factor, summand] = (weights ?? []).map((/** @type {string} */ name) => {
    const { values } = reader.tensor(name);
    return values[map % values.length];
  });
  /** @type {[string, number][]} */
  const lines = [["the number before", before]];
  if (type === "scale") lines.push(["times", factor], ["plus", summand], ["together (all rounded)", value]);
  else lines.push([bend(activation, before), value]);
  return { top: row, left: column, height: 1, width: 1, window: [[before]], lines };
}

/**
 * @param {Reader} reader @param {Layer} layer @param {Tensor} input
 * @param {{map: number, row: number, column: number}} place @param {number} value
 * @returns {Explained}
 */
function explainSum(reader, layer, input, { map, row, column }, value) {
  const kernel = reader.tensor(layer.weights[0]);
  const [height, width, channels, filters] = kernel.shape;
  const sums = [...Array(channels).keys()].map((channel) => {
    const found = windowAt(input, layer, [height, width], row, column, channel, 0);
    const weights = found.window.map((line, i) =>
      line.map((_, j) => kernel.values[((i * width + j) * channels + channel) * filters + map]),
    );
    const factors = weights.flat();
    const sum = found.window.flat().reduce((/** @type {number} */ a, x, i) => a + (x ?? 0) * factors[i], 0);
    return { ...found, channel, kernel: weights, sum };
  });
  const strongest = sums.reduce((a, b) => (Math.abs(b.sum) > Math.abs(a.sum) ? b : a));
  const products = `the ${height * width} products`;
  /** @type {[string, number][]} */
  const lines = [[channels > 1 ? `${products} of map ${strongest.channel + 1}` : `${products}, added`, strongest.sum]];
  let total = strongest.sum;
  if (channels > 1) {
    const others = sums.reduce((a, { sum }) => a + sum, 0) - total;
    lines.push([channels === 2 ? "those of the other map" : `those of the other ${channels - 1} maps`, others]);
    total += others;
  }
  if (layer.weights[1]) {
    const bias = reader.tensor(layer.weights[1]).values[map];
    lines.push(["the bias", bias]);
    total += bias;
  }
  lines.push(["together (all rounded)", total]);
  if (layer.activation !== "linear") lines.push([bend(layer.activation, total), value]);
  return { ...strongest, lines };
}

/** What an activation does to a number. @param {string} activation @param {number} number */
function bend(activation, number) {
  if (activation !== "relu") return `after ${activation}`;
  return number < 0 ? "below zero becomes 0 (ReLU)" : "above zero stays (ReLU)";
}

/**
 * The window of a layer in one map of its input. Beyond the edge there is `beyond`.
 * @param {Tensor} input @param {Layer} layer @param {number[]} size
 * @param {number} row @param {number} column @param {number} channel @param {number | null} beyond
 */
function windowAt({ shape: [rows, columns, channels], values }, layer, size, row, column, channel, beyond) {
  const [gap, side] = layer.dilation ?? [1, 1];
  const [height, width] = [(size[0] - 1) * gap + 1, (size[1] - 1) * side + 1];
  const top = row * layer.strides[0] - slide(rows, height, layer.strides[0], layer.padding).before;
  const left = column * layer.strides[1] - slide(columns, width, layer.strides[1], layer.padding).before;
  const window = [...Array(size[0]).keys()].map((i) =>
    [...Array(size[1]).keys()].map((j) => {
      const [y, x] = [top + i * gap, left + j * side];
      const isInside = y >= 0 && y < rows && x >= 0 && x < columns;
      return isInside ? values[(y * columns + x) * channels + channel] : beyond;
    }),
  );
  return { top, left, height, width, window };
}

/** @param {number} value */
function short(value, digits = 2) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

const MOST_NUMBERS = 3; // columns of a table that has numbers in it

/** @param {HTMLElement} place */
function closerView(place) {
  const add = (/** @type {string} */ tag) => place.appendChild(document.createElement(tag));
  const [title, where] = [add("h2"), add("p")];
  const body = add("div");
  const sums = body.appendChild(document.createElement("div"));
  const [window, kernel, products] = ["window", "× kernel", "= products"].map((name) => numberTable(sums, name));
  const lines = body.appendChild(document.createElement("dl"));
  title.textContent = "How one number is made";
  [body.className, sums.className] = ["body", "sums"];

  /** @param {[string, number][]} pairs */
  function showLines(pairs) {
    pairs.forEach(([words, number], i) => {
      const line = lines.children[i] ?? lines.appendChild(document.createElement("div"));
      if (!line.firstChild) line.append(document.createElement("dt"), document.createElement("dd"));
      setText(/** @type {HTMLElement} */ (line.children[0]), words);
      setText(/** @type {HTMLElement} */ (line.children[1]), short(number));
    });
    [...lines.children].slice(pairs.length).forEach((line) => line.remove());
  }

  return {
    /** @param {Explained | null} explained @param {string} words @param {Scale} [scale] of the maps before; the picture has none */
    show(explained, words, scale) {
      sums.hidden = lines.hidden = !explained;
      setText(where, explained ? words : "Draw a digit. Then point at a map; a click holds it.");
      if (!explained) return;
      const most = Math.max(...(explained.kernel ?? [[0]]).flat().map(Math.abs), 1e-6);
      window(explained.window, (x) => (scale ? colorOf(x, scale) : greyOf(x)));
      kernel(explained.kernel, (x) => signedColor(x / most));
      products(explained.kernel && explained.kernel.map((line, i) => line.map((w, j) => w * (explained.window[i][j] ?? 0))), (x) =>
        signedColor(x / most),
      );
      showLines(explained.lines);
    },
  };
}

/** @param {number} value */
function greyOf(value) {
  const grey = Math.round(255 * Math.min(Math.max(value, 0), 1));
  return [grey, grey, grey];
}

/** Below zero blue, above it orange, as in the notebooks. @param {number} share from −1 to 1 */
function signedColor(share) {
  const strength = Math.min(Math.abs(share), 1);
  const [red, green, blue] = share < 0 ? [0, 114, 178] : [230, 159, 0];
  return [red, green, blue].map((x) => Math.round(255 + strength * (x - 255)));
}

/** Whether white letters can be read better on a color than black ones (WCAG). @param {number[]} color */
function isDark(color) {
  const [red, green, blue] = color.map((x) => (x <= 10 ? x / 3295 : ((x / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179;
}

/** A table that is filled again and again. @param {HTMLElement} place @param {string} name */
function numberTable(place, name) {
  const table = place.appendChild(document.createElement("table"));
  table.createCaption().textContent = name;
  const body = table.createTBody();
  /** @param {(number | null)[][] | null} numbers @param {(number: number) => number[]} paint */
  return (numbers, paint) => {
    table.hidden = numbers === null;
    if (numbers === null) return;
    const [height, width] = [numbers.length, numbers[0].length];
    if (body.rows.length !== height || body.rows[0].cells.length !== width) {
      const row = `<tr>${"<td></td>".repeat(width)}</tr>`;
      body.innerHTML = row.repeat(height);
      table.classList.toggle("many", width > MOST_NUMBERS);
      table.style.setProperty("--columns", String(width));
    }
    numbers.forEach((line, i) =>
      line.forEach((number, j) => {
        const cell = body.rows[i].cells[j];
        setText(cell, number === null ? "" : short(number));
        const color = number === null ? [255, 255, 255] : paint(number);
        cell.style.backgroundColor = `rgb(${color.join(" ")})`;
        cell.classList.toggle("dark-cell", isDark(color));
      }),
    );
  };
}
