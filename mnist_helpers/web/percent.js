// Probabilities in words.

const LEAST_SHOWN = 0.005; // from here on it rounds to 1 %; smaller shares are bars without a number
// Python rounds halves to the even number. A browser of before 2023 rounds them up.
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0, roundingMode: "halfEven" });

/** Write a probability for people, as `percent` of prediction.py does. @param {number} probability */
function percent(probability) {
  if (probability > 1 - LEAST_SHOWN) return "over 99\u00a0%";
  if (0 < probability && probability < LEAST_SHOWN) return "under 1\u00a0%";
  return `${WHOLE.format(100 * probability)}\u00a0%`;
}
