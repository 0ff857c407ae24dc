// Strokes become an image like those of MNIST, as `from_strokes` of preprocessing.py makes them.

/** @typedef {number[][][]} Strokes lists of points [x, y], x to the right and y down */
/** @typedef {{values: Float32Array, height: number, width: number}} Pixels row by row, 0 for paper */

const PAPER = 208; // pixels, the side of the paper on which strokes are drawn again
const MNIST_PEN = 24; // pixels, which gives MNIST's thickness to a digit of 200 pixels
const INK_BOX = 200; // pixels
const BOX = 20;
const SIDE = 28;
// How dark a soft edge is, in steps of a quarter of a pixel. The first is a quarter inside the pen.
const EDGE_OF_BAR = [1, 0.975, 0.92, 0.7, 0.38, 0.145, 0.036, 0.004, 0]; // measured on OpenCV's drawings
const EDGE_OF_DISC = [1, 0.943, 0.824, 0.542, 0.265, 0.094, 0.021, 0.004, 0];
const FAINTEST = 1 / 510; // fainter ink rounds to none in 256 greys
const DOT = 1e-3; // pixels; strokes that extend no farther are a dot

/**
 * Turn pen strokes into an image of 28 × 28, from 0 to 1, ink bright; zeros if there is no ink.
 * @param {Strokes} strokes
 * @returns {Float32Array} 784 values, row by row
 */
function fromStrokes(strokes) {
  const drawn = strokes.filter((stroke) => stroke.length);
  if (!drawn.length) return new Float32Array(SIDE * SIDE);
  const ink = cropToInk(drawStrokes(fitStrokes(drawn)));
  return ink === null ? new Float32Array(SIDE * SIDE) : centerByMass(fitToBox(ink));
}

/** Move and scale strokes so that their ink fills a centred square. @param {Strokes} strokes */
function fitStrokes(strokes) {
  const points = strokes.flat();
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, top] = [least(xs), least(ys)];
  const [right, bottom] = [largest(xs), largest(ys)];
  const extent = Math.max(right - left, bottom - top);
  const scale = extent > DOT ? (INK_BOX - MNIST_PEN) / extent : 1;
  const center = (PAPER - 1) / 2;
  return strokes.map((stroke) =>
    stroke.map(([x, y]) => [
      (x - (left + right) / 2) * scale + center,
      (y - (top + bottom) / 2) * scale + center,
    ]),
  );
}

/** @param {number[]} values */
function least(values) {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

/** @param {number[]} values */
function largest(values) {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

/**
 * Draw strokes with a round pen, as OpenCV does: a disc at each point and a bar between two points,
 * one over the other, so that a soft edge becomes darker where they overlap.
 * @param {Strokes} strokes @returns {Pixels}
 */
function drawStrokes(strokes) {
  const values = new Float32Array(PAPER * PAPER);
  for (const stroke of strokes) {
    const points = stroke.map((point) => point.map((value) => Math.round(16 * value) / 16));
    drawDisc(values, points[0]);
    for (let i = 1; i < points.length; i++) {
      drawBar(values, points[i - 1], points[i]);
      drawDisc(values, points[i]);
    }
  }
  return { values, height: PAPER, width: PAPER };
}

/** @param {Float32Array} values @param {number[]} center */
function drawDisc(values, [x0, y0]) {
  const [rows, columns] = [withinReach(y0, y0), withinReach(x0, x0)];
  for (let y = rows[0]; y <= rows[1]; y++) {
    for (let x = columns[0]; x <= columns[1]; x++) {
      cover(values, y * PAPER + x, Math.sqrt((x - x0) ** 2 + (y - y0) ** 2), EDGE_OF_DISC);
    }
  }
}

/** @param {Float32Array} values @param {number[]} from @param {number[]} to */
function drawBar(values, [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = Math.sqrt(dx * dx + dy * dy);
  const [rows, columns] = [withinReach(y0, y1), withinReach(x0, x1)];
  for (let y = rows[0]; y <= rows[1]; y++) {
    for (let x = columns[0]; x <= columns[1]; x++) {
      const along = (x - x0) * dx + (y - y0) * dy;
      if (along < 0 || along > length * length || length === 0) continue;
      cover(values, y * PAPER + x, Math.abs((x - x0) * dy - (y - y0) * dx) / length, EDGE_OF_BAR);
    }
  }
}

/**
 * Lay ink over a pixel; `away` is its distance from the middle of the pen.
 * @param {Float32Array} values @param {number} place @param {number} away @param {number[]} edge
 */
function cover(values, place, away, edge) {
  const step = Math.max(4 * (away - MNIST_PEN / 2) + 1, 0);
  const below = Math.floor(step);
  if (below + 1 >= edge.length) return;
  const ink = edge[below] + (step - below) * (edge[below + 1] - edge[below]);
  values[place] += ink * (1 - values[place]);
}

/** The pixels that a pen can reach between two places. @param {number} one @param {number} other */
function withinReach(one, other) {
  const reach = MNIST_PEN / 2 + 2;
  const [low, high] = [Math.min(one, other) - reach, Math.max(one, other) + reach];
  return [Math.max(0, Math.ceil(low)), Math.min(PAPER - 1, Math.floor(high))];
}

/** Cut the smallest rectangle that holds all the ink. @param {Pixels} ink @returns {Pixels | null} */
function cropToInk({ values, height, width }) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] < FAINTEST) continue;
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
    }
  }
  if (bottom < 0) return null;
  const cut = { height: bottom - top + 1, width: right - left + 1 };
  const kept = new Float32Array(cut.height * cut.width);
  for (let y = 0; y < cut.height; y++) {
    const start = (top + y) * width + left;
    kept.set(values.subarray(start, start + cut.width), y * cut.width);
  }
  return { values: kept, ...cut };
}

/** Shrink ink to 20 × 20 by the area of its pixels; the strongest ink becomes 1. @param {Pixels} ink */
function fitToBox({ values, height, width }) {
  const step = Math.max(height, width) / BOX;
  const box = new Float32Array(BOX * BOX);
  for (let y = 0; y < height; y++) {
    for (const [row, share] of cells(y, step)) {
      for (let x = 0; x < width; x++) {
        const ink = share * values[y * width + x];
        if (ink) for (const [column, part] of cells(x, step)) box[row * BOX + column] += ink * part;
      }
    }
  }
  const most = box.reduce((a, b) => Math.max(a, b), 0);
  return box.map((value) => value / most);
}

/**
 * Say which cells of the box a pixel falls into, and which share of it into each.
 * @param {number} place @param {number} step how many pixels a cell is wide
 */
function cells(place, step) {
  /** @type {[number, number][]} */
  const shares = [];
  for (let cell = Math.floor(place / step); cell * step < place + 1 && cell < BOX; cell++) {
    const share = Math.min(place + 1, (cell + 1) * step) - Math.max(place, cell * step);
    if (share > 0) shares.push([cell, share]);
  }
  return shares;
}

/** Place 20 × 20 in 28 × 28, its centre of mass in the middle. @param {Float32Array} box */
function centerByMass(box) {
  const [down, right] = [shiftToMiddle(box, BOX, 1), shiftToMiddle(box, 1, BOX)];
  const image = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < BOX; y++) {
    for (let x = 0; x < BOX; x++) {
      if (box[y * BOX + x]) image[(y + down) * SIDE + x + right] = box[y * BOX + x];
    }
  }
  return image;
}

/** @param {Float32Array} box @param {number} along step to the next line @param {number} across */
function shiftToMiddle(box, along, across) {
  let [mass, moment, first, last] = [0, 0, BOX, 0];
  for (let line = 0; line < BOX; line++) {
    for (let i = 0; i < BOX; i++) {
      const ink = box[line * along + i * across];
      if (!ink) continue;
      mass += ink;
      moment += ink * (line + 0.5);
      [first, last] = [Math.min(first, line), Math.max(last, line)];
    }
  }
  return Math.min(Math.max(Math.floor(15 - moment / mass), -first), SIDE - 1 - last);
}
