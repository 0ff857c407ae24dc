// What a page remembers for a reload. Pages of one host share it, so what comes back may be foreign.

/** @param {string | undefined} memory @param {unknown} value */
function remember(memory, value) {
  try {
    if (memory) sessionStorage.setItem(memory, JSON.stringify(value));
  } catch {
    // A frame without storage of its own only loses the drawing at a reload.
  }
}

/**
 * What was remembered; null if there is nothing, or if it is of another page and has another form.
 * @template T
 * @param {string | undefined} memory @param {(value: any) => value is T} fits @returns {T | null}
 */
function recall(memory, fits) {
  try {
    const value = memory ? JSON.parse(sessionStorage.getItem(memory) ?? "null") : null;
    return fits(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param {any} value @returns {value is Stroke[]} */
function isStrokes(value) {
  const isPlace = (/** @type {any} */ x) => typeof x === "number" && x >= 0 && x <= SIZE;
  const isPoint = (/** @type {any} */ point) => Array.isArray(point) && point.length === 2 && point.every(isPlace);
  const isTime = (/** @type {any} */ x) => typeof x === "number";
  const isStroke = (/** @type {any} */ stroke) =>
    [stroke?.points, stroke?.times].every(Array.isArray) &&
    stroke.points.length > 0 &&
    stroke.points.length === stroke.times.length &&
    stroke.points.every(isPoint) &&
    stroke.times.every(isTime);
  return Array.isArray(value) && value.every(isStroke);
}
