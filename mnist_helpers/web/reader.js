// The reader: strokes or an image in, an answer out, with the words that Python's reader says.

/** @typedef {{temperature: number, least_confidence: number, least_readable: number, read_out: string | null}} Calibration */
/** @typedef {{shape: number[], data: string, scale?: number[]}} Packed numbers as base64; int8 if they have a scale */
/**
 * @typedef {object} Description what `describe` of the Python package writes
 * @property {Layer[]} layers
 * @property {Record<string, Packed>} tensors
 * @property {number} features the number of layers before the one that gives the ten scores
 * @property {boolean} averaged whether the read-out takes the means of the maps
 * @property {Calibration} calibration
 * @property {Record<string, Packed>[]} history the tensors before training and after each epoch
 * @property {Record<string, string | number>} about
 */
/**
 * @typedef {object} Answer
 * @property {number | null} digit
 * @property {number} confidence
 * @property {"digit" | "unsure" | "no digit" | "blank"} verdict
 * @property {number | null} digitProbability
 * @property {number[]} candidates
 * @property {string} words
 * @property {string} sureness
 * @property {Float32Array} probabilities
 * @property {string[]} percents
 * @property {Float32Array} image
 * @property {Float32Array} logits
 * @property {Tensor[]} outputs of each layer, in order
 */

const LEAST = 1e-30; // of a probability, so that it has a logarithm

/**
 * Make a reader of a description.
 * @param {Description} description
 */
function makeReader(description) {
  const tensors = unpackAll(description.tensors);
  return readerWith(description, tensors, description.calibration);
}

/** @param {Description} description @param {Tensors} tensors @param {Calibration} calibration */
function readerWith(description, tensors, calibration) {
  const { layers, history } = description;
  const readImage = (/** @type {Float32Array} */ image) => answer(description, tensors, calibration, image);
  return {
    layers,
    readImage,
    read: (/** @type {Strokes} */ strokes) => readImage(fromStrokes(strokes)),
    tensor: (/** @type {string} */ name) => tensors[name],
    epochs: history.length,
    /** The network as it was after some epochs: its doubt was not fitted yet. @param {number} epoch */
    at: (epoch) =>
      readerWith(description, { ...tensors, ...unpackAll(history[epoch]) }, {
        ...calibration,
        temperature: 1,
        read_out: null,
      }),
    /** The network with other weights. @param {(name: string, values: Float32Array) => Float32Array} change */
    withWeights: (change) => {
      const changed = Object.entries(tensors).map(([name, { shape, values }]) => {
        const isReadOut = name === calibration.read_out;
        return [name, { shape, values: isReadOut ? values : change(name, values.slice()) }];
      });
      return readerWith(description, Object.fromEntries(changed), calibration);
    },
  };
}

/** @param {Record<string, Packed>} packed @returns {Tensors} */
function unpackAll(packed) {
  return Object.fromEntries(Object.entries(packed).map(([name, each]) => [name, unpack(each)]));
}

/** @param {Packed} packed @returns {Tensor} */
function unpack({ shape, data, scale }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  if (!scale) return { shape, values: new Float32Array(bytes.buffer) };
  const small = new Int8Array(bytes.buffer);
  return { shape, values: Float32Array.from(small, (value, i) => value * scale[i % scale.length]) };
}

/**
 * @param {Description} description @param {Tensors} tensors @param {Calibration} calibration
 * @param {Float32Array} image @returns {Answer}
 */
function answer(description, tensors, calibration, image) {
  const outputs = runNetwork(description.layers, tensors, image);
  if (!image.some((value) => value > 0)) return blankAnswer(image, outputs);
  const logits = asLogits(outputs[outputs.length - 1].values);
  const probabilities = softmax(logits.map((logit) => logit / calibration.temperature));
  const digit = probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)));
  const confidence = probabilities[digit];
  const readOut = calibration.read_out && tensors[calibration.read_out];
  const before = outputs[description.features - 1];
  const digitProbability = readOut ? isDigit(featuresOf(before, description.averaged), readOut.values) : null;
  const verdict = decide(calibration, digitProbability ?? 1, confidence);
  const found = { digit, confidence, verdict, digitProbability, probabilities };
  const candidates = findCandidates(probabilities, verdict);
  return {
    ...found,
    candidates,
    words: inWords(candidates),
    sureness: howSure(digit, confidence, verdict, digitProbability),
    percents: [...probabilities].map(percent),
    image,
    logits,
    outputs,
  };
}

/** @param {Float32Array} image @param {Tensor[]} outputs @returns {Answer} */
function blankAnswer(image, outputs) {
  return {
    digit: null,
    confidence: 0,
    verdict: "blank",
    digitProbability: null,
    candidates: [],
    words: "Draw a digit",
    sureness: "",
    probabilities: new Float32Array(10).fill(0.1),
    percents: Array(10).fill("–"),
    image,
    logits: new Float32Array(10),
    outputs,
  };
}

/** Ten numbers as logits, whatever they are: probabilities, sigmoids or logits. @param {Float32Array} outputs */
function asLogits(outputs) {
  if (outputs.some((value) => value < 0 || value > 1 + 1e-5)) return outputs;
  const logarithms = outputs.map((value) => Math.log(Math.max(value, LEAST)));
  const sum = outputs.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) <= 1e-3) return logarithms;
  return logarithms.map((value, i) => value - Math.log(Math.max(1 - outputs[i], 1e-7)));
}

/** The numbers that the read-out takes. @param {Tensor} output @param {boolean} averaged */
function featuresOf({ shape, values }, averaged) {
  if (!averaged) return values;
  const [height, width, channels] = shape;
  const means = new Float32Array(channels);
  values.forEach((value, i) => (means[i % channels] += value / (height * width)));
  return means;
}

/** How probable it is that this is a digit at all. @param {Float32Array} features @param {Float32Array} readOut */
function isDigit(features, readOut) {
  const sum = features.reduce((a, feature, i) => a + feature * readOut[i], readOut[features.length]);
  return 1 / (1 + Math.exp(-sum));
}

/**
 * @param {Calibration} calibration @param {number} digitProbability @param {number} confidence
 * @returns {Answer["verdict"]}
 */
function decide(calibration, digitProbability, confidence) {
  if (digitProbability * confidence >= calibration.least_confidence) return "digit";
  return digitProbability >= calibration.least_readable ? "unsure" : "no digit";
}

/** @param {Float32Array} probabilities @param {string} verdict */
function findCandidates(probabilities, verdict) {
  const count = verdict === "digit" ? 1 : verdict === "unsure" ? 2 : 0;
  const digits = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  return digits.slice(0, count);
}

/** @param {number[]} candidates */
function inWords([first, second]) {
  if (second !== undefined) return `Not sure: ${first} or ${second}?`;
  return first === undefined ? "Not a digit that I know" : `This looks like ${withArticle(first)}`;
}

/** @param {number} digit @param {number} confidence @param {string} verdict @param {number | null} digitProbability */
function howSure(digit, confidence, verdict, digitProbability) {
  if (verdict !== "digit" && digitProbability !== null && digitProbability < confidence) {
    return `A digit at all: ${percent(digitProbability)}`;
  }
  if (verdict === "no digit") return `Most like ${withArticle(digit)}: ${percent(confidence)}`;
  return `Confidence ${percent(confidence)}`;
}

/** @param {number} digit */
function withArticle(digit) {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}

/** Write a probability for people, as `percent` of shown.py does. @param {number} probability */
function percent(probability) {
  if (probability > 0.995) return "over 99\u00a0%";
  if (0 < probability && probability < 0.005) return "under 1\u00a0%";
  return `${roundHalfToEven(100 * probability)}\u00a0%`;
}

/** @param {number} value */
function roundHalfToEven(value) {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 ? below + 1 : below;
}
