// Inside the network: every layer while the pen moves, and one number of a map taken apart.

/** @typedef {ReturnType<typeof makeReader>} Reader */
/** @typedef {{layer: number, map: number, row: number, column: number}} Place */

const BRIGHT = 0.75; // of the largest value in a usual drawing; what is above has the brightest color, too

/**
 * Show the layers of a reader.
 * @param {(selector: string) => HTMLElement} find
 * @param {Reader} whole
 * @param {number[][][][]} samples drawings that give each layer its scale
 */
function insideView(find, whole, samples) {
  const answers = samples.map((strokes) => whole.read(strokes));
  const views = layersOf(whole, answers).map((each) => layerView(find(".scores"), each, choose));
  const taken = views.filter(({ grid }) => grid.gap > 0); // those of maps; the others are plain numbers
  const scores = scoresView(find, whole.layers, answers);
  const closer = closerView(find(".closer"));
  const links = linksView(find(".inside"));
  const isWide = matchMedia("(min-width: 1100px)");
  /** @type {Place | null} */
  let chosen = null;
  let isPlaced = false; // a place in the map was chosen; if not, it is the brightest
  let held = false;
  let [now, answer, isQueued] = [whole, /** @type {Answer | null} */ (null), false];
  isWide.addEventListener("change", () => chosen && putCloser(chosen.layer));
  find(".closer").hidden = taken.length === 0;
  shrinkToFit(find(".layers"), views);

  /** @param {{layer: number, map: number, row?: number, column?: number}} choice @param {"hold" | "look"} how */
  function choose(choice, how) {
    const isSame = chosen?.layer === choice.layer && chosen.map === choice.map;
    if (how === "look" && held && !isSame) return;
    held = how === "hold" || held;
    isPlaced = choice.row !== undefined;
    chosen = { row: 0, column: 0, ...choice };
    if (how === "hold") putCloser(choice.layer);
    queue();
  }

  /** On a small screen the explanation is right below the layer. @param {number} layer */
  function putCloser(layer) {
    const block = views.find(({ number }) => number === layer)?.block;
    if (isWide.matches) find(".layers").append(find(".closer"));
    else block?.after(find(".closer"));
    links.forget();
  }

  function queue() {
    if (!isQueued) requestAnimationFrame(paint);
    isQueued = true;
  }

  function paint() {
    isQueued = false;
    if (!answer) return;
    const isBlank = answer.verdict === "blank";
    for (const view of views) view.paint(isBlank ? null : answer.outputs[view.number].values);
    scores.show(answer, now.temperature);
    if (isBlank || !taken.length) {
      closer.show(null, "");
      return links.show(null);
    }
    chosen ??= { layer: taken[0].number, map: findStrongest(answer.outputs[taken[0].number]), row: 0, column: 0 };
    showChosen(answer, chosen);
  }

  /** @param {Answer} answer @param {Place} place */
  function showChosen(answer, place) {
    const view = /** @type {LayerView} */ (views.find(({ number }) => number === place.layer));
    if (!isPlaced) Object.assign(place, findBrightest(answer.outputs[place.layer], place.map));
    const explained = explainCell(now, answer, place);
    const source = sourceOf(views, place.layer, answer);
    const where = `${view.name}, map ${place.map + 1}, row ${place.row + 1}, column ${place.column + 1}`;
    closer.show(explained, where, source?.scale);
    view.say(place, answer.outputs[place.layer]);
    const to = { canvas: view.canvas, map: view.box(place.map), cell: view.box(place.map, place.row, place.column, 1, 1) };
    const canvas = source ? source.canvas : find(".seen");
    links.show(explained ? { ...to, from: canvas, window: frameOf(explained, source) } : null, held);
  }

  return {
    /** @param {Answer} latest @param {Reader} by the reader that gave it */
    show(latest, by) {
      [answer, now] = [latest, by];
      queue();
    },
  };
}

/**
 * The layers that are shown, with their names and scales; the last ones are the ten scores and the bars.
 * @param {Reader} reader @param {Answer[]} answers
 */
function layersOf(reader, answers) {
  const names = nameLayers(reader.layers);
  const shapes = answers[0].outputs.map(({ shape }) => shape);
  let end = shapes.length;
  while (end > 0 && shapes[end - 1].length === 1 && shapes[end - 1][0] === 10) end -= 1;
  return shapes.slice(0, end).flatMap((shape, number) => {
    const name = names[number];
    return name === null || shape.length === 2 ? [] : [{ number, name, shape, scale: scaleOf(answers, number) }];
  });
}

/** The scale of a layer: how far its values go in a usual drawing. @param {Answer[]} answers @param {number} number @returns {Scale} */
function scaleOf(answers, number) {
  const mean = (/** @type {(a: number, b: number) => number} */ pick) =>
    answers.reduce((sum, { outputs }) => sum + outputs[number].values.reduce((a, b) => pick(a, b), 0), 0) / answers.length;
  const [low, high] = [mean(Math.min), BRIGHT * mean(Math.max)];
  return { low, high: Math.max(high, low + 1e-6) };
}

/** The layer that gives another one its maps; null is the picture. @param {LayerView[]} views @param {number} layer @param {Answer} answer */
function sourceOf(views, layer, { outputs }) {
  if (layer === 0) return null;
  const shape = String(outputs[layer - 1].shape);
  const before = views.filter((view) => view.number < layer && String(outputs[view.number].shape) === shape);
  return before.pop() ?? null;
}

/** Where a window lies on the canvas before, cut at the edge of its map. @param {Explained} explained @param {LayerView | null} source */
function frameOf({ channel, top, left, height, width }, source) {
  const [rows, columns] = source ? [source.grid.height, source.grid.width] : [28, 28];
  const [y, x] = [Math.max(top, 0), Math.max(left, 0)];
  const [tall, wide] = [Math.min(top + height, rows) - y, Math.min(left + width, columns) - x];
  if (source) return source.box(channel, y, x, tall, wide);
  return { x: x / columns, y: y / rows, width: wide / columns, height: tall / rows };
}

/** The map with the most in it. @param {Tensor} output */
function findStrongest({ shape, values }) {
  const sums = new Float32Array(shape[2]);
  values.forEach((value, i) => (sums[i % shape[2]] += value ** 2));
  return sums.indexOf(sums.reduce((a, b) => Math.max(a, b)));
}

/** Where a map has its largest value. @param {Tensor} output @param {number} map */
function findBrightest({ shape: [, width, count], values }, map) {
  let best = 0;
  for (let i = 0; i * count < values.length; i++) {
    if (values[i * count + map] > values[best * count + map]) best = i;
  }
  return { row: Math.floor(best / width), column: best % width };
}
