// The reader: strokes or an image in, an answer out, with the words that Python's reader says.

/** @typedef {{temperature: number, least_confidence: number, least_readable: number, read_out: string | null}} Calibration */
/** @typedef {{shape: number[], data: string, scale?: number[]}} Packed numbers as base64; int8 if they have a scale */
/**
 * @typedef {object} Description what `describe` of the Python package writes
 * @property {Layer[]} layers
 * @property {Record<string, Packed>} tensors
 * @property {"probabilities" | "logits" | "sigmoids"} output_is what the last layer gives
 * @property {number} features the number of layers before the numbers that the read-out takes
 * @property {boolean} averaged whether the read-out takes the means of the maps
 * @property {Calibration} calibration
 * @property {Record<string, Packed>[]} history the tensors before training and after each epoch
 * @property {Record<string, string | number>} about
 * @property {Sayings} sayings
 */
/** @typedef {{sign: string, candidates: number, words: string, sureness: string}} Saying */
/** @typedef {{least_second: number, least_digit: number, is_digit: string, sayings: Record<string, Saying>}} Sayings */
/**
 * @typedef {object} Answer
 * @property {number | null} digit
 * @property {number} confidence
 * @property {"digit" | "unsure" | "no digit" | "blank"} verdict
 * @property {number | null} digitProbability
 * @property {number[]} candidates
 * @property {string} sign
 * @property {string} words
 * @property {string} sureness
 * @property {Float32Array} probabilities
 * @property {Float32Array} image
 * @property {Float32Array} logits
 * @property {Tensor[]} outputs of each layer, in order
 */

const LEAST = 1e-30; // of a probability, so that it has a logarithm
const LEAST_REST = 2 ** -25; // of 1 − p, as in outputs.py

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
    temperature: calibration.temperature,
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
  const hasInk = image.some((value) => value > 0);
  const found = hasInk ? readInk(description, tensors, calibration, image, outputs) : findBlank();
  return { ...found, ...say(description.sayings, found), image, outputs };
}

/**
 * @param {Description} description @param {Tensors} tensors @param {Calibration} calibration
 * @param {Float32Array} image @param {Tensor[]} outputs
 */
function readInk(description, tensors, calibration, image, outputs) {
  const logits = asLogits(outputs[outputs.length - 1].values, description.output_is);
  const probabilities = softmax(logits.map((logit) => logit / calibration.temperature));
  const digit = probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)));
  const confidence = probabilities[digit];
  const readOut = calibration.read_out && tensors[calibration.read_out];
  const before = description.features ? outputs[description.features - 1] : { shape: [784], values: image };
  const digitProbability = readOut ? isDigit(featuresOf(before, description.averaged), readOut.values) : null;
  const verdict = decide(calibration, digitProbability ?? 1, confidence);
  return { digit, confidence, verdict, digitProbability, probabilities, logits };
}

function findBlank() {
  const probabilities = new Float32Array(10).fill(0.1);
  /** @type {Found} */
  const found = { digit: null, confidence: 0, verdict: "blank", digitProbability: null, probabilities };
  return { ...found, logits: new Float32Array(10) };
}

/**
 * Ten numbers as logits, as `as_logits` of Python does.
 * @param {Float32Array} outputs @param {Description["output_is"]} outputIs
 */
function asLogits(outputs, outputIs) {
  if (outputIs === "logits") return outputs;
  const sum = outputIs === "probabilities" ? outputs.reduce((a, b) => a + b, 0) : 1;
  const logarithms = outputs.map((value) => Math.log(Math.max(value, LEAST) / sum));
  if (outputIs === "probabilities") return logarithms;
  return logarithms.map((value, i) => value - Math.log(Math.max(1 - outputs[i], LEAST_REST)));
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

/** @typedef {Pick<Answer, "digit" | "confidence" | "verdict" | "digitProbability" | "probabilities">} Found */

/** Sign, words and candidates of an answer, by the rules of `Prediction` in Python. @param {Sayings} sayings @param {Found} found */
function say(sayings, found) {
  const { digit, confidence, verdict, digitProbability, probabilities } = found;
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const [first, second] = order;
  const saying = sayings.sayings[findSaying(sayings, found, probabilities[second])];
  const doubted = digit !== null && digitProbability !== null && digitProbability < confidence;
  /** @type {Record<string, string | number>} */
  const values = {
    ...{ first, second, a_first: withArticle(first) },
    ...{ confidence: percent(confidence), is_digit: percent(digitProbability ?? 0) },
  };
  const fill = (/** @type {string} */ text) => text.replace(/{(\w+)}/g, (_, name) => String(values[name]));
  return {
    candidates: order.slice(0, saying.candidates),
    sign: fill(saying.sign),
    words: fill(saying.words),
    sureness: fill(doubted && verdict !== "digit" ? sayings.is_digit : saying.sureness),
  };
}

/** @param {Sayings} sayings @param {Found} found @param {number} second the second largest probability */
function findSaying(sayings, { verdict, digitProbability }, second) {
  if (verdict !== "unsure") return verdict;
  if (digitProbability !== null && digitProbability < sayings.least_digit) return "hardly a digit";
  return second >= sayings.least_second ? "one of two" : "unusual";
}

/** @param {number} digit */
function withArticle(digit) {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}
