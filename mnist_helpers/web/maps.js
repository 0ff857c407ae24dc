// One layer as a picture: all its maps in a grid, on one canvas.

const VIRIDIS = // 17 of its colors
  "44015448186a472d7b4240863b528b33638d2c728e26828e21918c1f9f8827ad813dbc745cc86381d34daadc32d5e21afde725";
const LEVELS = 256;
const GAP = 1; // values between two maps
const COLORS = makeColors();

/** @typedef {{low: number, high: number}} Scale the values of the darkest and the brightest color */
/** @typedef {{columns: number, rows: number, height: number, width: number, count: number, gap: number}} Grid */

/** The colors as numbers that a canvas takes: red in the lowest byte. */
function makeColors() {
  const anchor = (/** @type {number} */ i) =>
    [0, 2, 4].map((at) => parseInt(VIRIDIS.slice(6 * i + at, 6 * i + at + 2), 16));
  return Uint32Array.from({ length: LEVELS }, (_, level) => {
    const place = (level / (LEVELS - 1)) * 16;
    const i = Math.min(Math.floor(place), 15);
    const [from, to] = [anchor(i), anchor(i + 1)];
    const [red, green, blue] = from.map((x, k) => Math.round(x + (place - i) * (to[k] - x)));
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

/** @param {number} value @param {Scale} scale */
function levelOf(value, { low, high }) {
  const share = (value - low) / (high - low);
  return share <= 0 ? 0 : share >= 1 ? LEVELS - 1 : Math.floor(share * LEVELS);
}

/** The color of a value. @param {number} value @param {Scale} scale */
function colorOf(value, scale) {
  const color = COLORS[levelOf(value, scale)];
  return [color & 255, (color >> 8) & 255, (color >> 16) & 255];
}

/** Rows and columns for the maps of a layer, full rows if that can be. @param {number[]} shape @returns {Grid} */
function gridOf(shape) {
  const [height, width, count] = shape.length === 1 ? [1, 1, shape[0]] : shape;
  const root = Math.ceil(Math.sqrt(count));
  const wanted = [...Array(root + 1).keys()].map((i) => root + i);
  const columns = wanted.reduce((best, each) => missing(count, each) < missing(count, best) ? each : best);
  return { columns, rows: Math.ceil(count / columns), height, width, count, gap: shape.length === 1 ? 0 : GAP };
}

/** How many places of the last row stay empty. @param {number} count @param {number} columns */
function missing(count, columns) {
  return (columns - (count % columns)) % columns;
}

/**
 * Make a canvas for the maps of a layer.
 * @param {HTMLCanvasElement} canvas @param {number[]} shape
 */
function mapSheet(canvas, shape) {
  const grid = gridOf(shape);
  const [stepX, stepY] = [grid.width + grid.gap, grid.height + grid.gap];
  canvas.width = grid.columns * stepX - grid.gap;
  canvas.height = grid.rows * stepY - grid.gap;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true })); // it is filled, never drawn on
  const pixels = context.createImageData(canvas.width, canvas.height);
  const colors = new Uint32Array(pixels.data.buffer);
  const sources = Int32Array.from(colors, (_, i) => {
    const [x, y] = [i % canvas.width, Math.floor(i / canvas.width)];
    const map = Math.floor(y / stepY) * grid.columns + Math.floor(x / stepX);
    const [column, row] = [x % stepX, y % stepY];
    if (map >= grid.count || column >= grid.width || row >= grid.height) return -1; // between the maps
    return (row * grid.width + column) * grid.count + map;
  });
  return {
    grid,
    /** Paint a layer's values; null is blank paper, and every map is dark. @param {Float32Array | null} values @param {Scale} scale */
    paint(values, scale) {
      for (let i = 0; i < sources.length; i++) {
        const source = sources[i];
        if (source >= 0) colors[i] = COLORS[values ? levelOf(values[source], scale) : 0];
      }
      context.putImageData(pixels, 0, 0);
    },
    /** What lies at a place of the canvas, in shares of its size. @param {number} right @param {number} down */
    at(right, down) {
      const [x, y] = [Math.floor(right * canvas.width), Math.floor(down * canvas.height)];
      const place = (/** @type {number} */ at, /** @type {number} */ step) => [Math.floor(at / step), at % step];
      const [[across, column], [along, row]] = [place(x, stepX), place(y, stepY)];
      const map = Math.min(along * grid.columns + across, grid.count - 1);
      return { map, row: Math.min(row, grid.height - 1), column: Math.min(column, grid.width - 1) };
    },
    /** Where a part of a map lies, in shares of the canvas. @param {number} map @param {number} row @param {number} column @param {number} height @param {number} width */
    box(map, row = 0, column = 0, height = grid.height, width = grid.width) {
      const x = (map % grid.columns) * stepX + column;
      const y = Math.floor(map / grid.columns) * stepY + row;
      const shares = [x / canvas.width, y / canvas.height, width / canvas.width, height / canvas.height];
      return { x: shares[0], y: shares[1], width: shares[2], height: shares[3] };
    },
  };
}
