// Probabilities in words.

const LEAST_SHOWN = 0.005; // from here on it rounds to 1 %; smaller shares are bars without a number

/** Write a probability for people, as `percent` of prediction.py does. @param {number} probability */
function percent(probability) {
  if (probability > 1 - LEAST_SHOWN) return "over 99\u00a0%";
  if (0 < probability && probability < LEAST_SHOWN) return "under 1\u00a0%";
  return `${roundHalfToEven(100 * probability)}\u00a0%`;
}

/** @param {number} value */
function roundHalfToEven(value) {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 ? below + 1 : below;
}
