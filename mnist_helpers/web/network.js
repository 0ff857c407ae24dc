// A network of a few kinds of layers: image in, the values of every layer out.

/** @typedef {{shape: number[], values: Float32Array}} Tensor values in the order of the shape */
/** @typedef {Record<string, any> & {name: string, type: string}} Layer as `describe` writes it */
/** @typedef {Record<string, Tensor>} Tensors */

/** @type {Record<string, (x: number, layer: Layer) => number>} */
const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x, { slope = 0, most = Infinity, threshold = 0 }) =>
    x >= threshold ? Math.min(x, most) : slope * (x - threshold),
  elu: (x, { alpha = 1 }) => (x > 0 ? x : alpha * Math.expm1(x)),
  selu: (x) => 1.05070098 * (x > 0 ? x : 1.67326324 * Math.expm1(x)),
  gelu: (x, { approximate = false }) => (approximate ? x * bell(x) : (x / 2) * (1 + erf(x / Math.SQRT2))),
  silu: (x) => x / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
};

/** @type {Record<string, (input: Tensor, layer: Layer, tensors: Tensors) => Tensor>} */
const LAYERS = {
  scale: scaleChannels,
  conv2d: convolve,
  max_pooling2d: (input, layer) => pool(input, layer, Math.max, -Infinity, false),
  average_pooling2d: (input, layer) => pool(input, layer, (a, b) => a + b, 0, true),
  global_max_pooling2d: (input) => poolAll(input, Math.max, -Infinity, false),
  global_average_pooling2d: (input) => poolAll(input, (a, b) => a + b, 0, true),
  flatten: ({ values }) => ({ shape: [values.length], values }),
  reshape: ({ values }, { shape }) => ({ shape, values }),
  dense: multiply,
  activation: (input) => ({ shape: input.shape, values: input.values.slice() }),
};

/**
 * Return what each layer answers to an image, in order.
 * @param {Layer[]} layers @param {Tensors} tensors @param {Float32Array} image 784 values, 0 to 1
 * @returns {Tensor[]}
 */
function runNetwork(layers, tensors, image) {
  /** @type {Tensor} */
  let output = { shape: [28, 28, 1], values: image };
  return layers.map((layer) => {
    output = LAYERS[layer.type](output, layer, tensors);
    activate(output, layer);
    return output;
  });
}

/** Bend the numbers in place, as the layer's activation does. @param {Tensor} output @param {Layer} layer */
function activate({ shape, values }, layer) {
  const { activation = "linear" } = layer;
  if (activation === "linear") return;
  if (activation === "softmax") {
    const size = shape[shape.length - 1];
    for (let i = 0; i < values.length; i += size) values.set(softmax(values.subarray(i, i + size)), i);
    return;
  }
  const bend = ACTIVATIONS[activation];
  for (let i = 0; i < values.length; i++) values[i] = bend(values[i], layer);
}

/** Turn scores into probabilities. @param {Float32Array} scores */
function softmax(scores) {
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Multiply each channel by a number and add one. @param {Tensor} input @param {Layer} layer @param {Tensors} tensors */
function scaleChannels({ shape, values }, layer, tensors) {
  const [scale, offset] = layer.weights.map((/** @type {string} */ name) => tensors[name].values);
  return { shape, values: values.map((x, i) => x * scale[i % scale.length] + offset[i % offset.length]) };
}

/** Slide the kernels over the maps. @param {Tensor} input @param {Layer} layer @param {Tensors} tensors */
function convolve({ shape: [height, width, channels], values }, layer, tensors) {
  const [kernel, bias] = layer.weights.map((/** @type {string} */ name) => tensors[name]);
  const [kernelHeight, kernelWidth, , filters] = kernel.shape;
  const [gap, side] = layer.dilation ?? [1, 1];
  const rows = slide(height, (kernelHeight - 1) * gap + 1, layer.strides[0], layer.padding);
  const columns = slide(width, (kernelWidth - 1) * side + 1, layer.strides[1], layer.padding);
  const output = new Float32Array(rows.count * columns.count * filters);
  for (let row = 0; row < rows.count; row++) {
    for (let column = 0; column < columns.count; column++) {
      const start = (row * columns.count + column) * filters;
      const sums = output.subarray(start, start + filters);
      if (bias) sums.set(bias.values);
      for (let i = 0; i < kernelHeight; i++) {
        const y = row * layer.strides[0] - rows.before + i * gap;
        if (y < 0 || y >= height) continue;
        for (let j = 0; j < kernelWidth; j++) {
          const x = column * layer.strides[1] - columns.before + j * side;
          if (x < 0 || x >= width) continue;
          const place = (y * width + x) * channels;
          addProducts(sums, values, place, channels, kernel.values, (i * kernelWidth + j) * channels * filters);
        }
      }
    }
  }
  return { shape: [rows.count, columns.count, filters], values: output };
}

/**
 * Add the products of `count` inputs with their rows of weights to `sums`.
 * @param {Float32Array} sums @param {Float32Array} inputs @param {number} first @param {number} count
 * @param {Float32Array} weights @param {number} start
 */
function addProducts(sums, inputs, first, count, weights, start) {
  const width = sums.length;
  for (let i = 0; i < count; i++) {
    const input = inputs[first + i];
    if (input === 0) continue; // much of a picture is paper
    const row = start + i * width;
    for (let k = 0; k < width; k++) sums[k] += input * weights[row + k];
  }
}

/**
 * Say how often a window fits into a line, and how many cells it begins before the line.
 * @param {number} length @param {number} size @param {number} stride @param {string} padding
 */
function slide(length, size, stride, padding) {
  if (padding === "valid") return { count: Math.floor((length - size) / stride) + 1, before: 0 };
  const count = Math.ceil(length / stride);
  return { count, before: Math.floor(Math.max((count - 1) * stride + size - length, 0) / 2) };
}

/**
 * Take the largest, or the mean, of each window of each map.
 * @param {Tensor} input @param {Layer} layer @param {(a: number, b: number) => number} join
 * @param {number} start @param {boolean} isMean
 */
function pool({ shape: [height, width, channels], values }, layer, join, start, isMean) {
  const rows = slide(height, layer.pool[0], layer.strides[0], layer.padding);
  const columns = slide(width, layer.pool[1], layer.strides[1], layer.padding);
  const output = new Float32Array(rows.count * columns.count * channels);
  for (let row = 0; row < rows.count; row++) {
    const [top, bottom] = clip(row * layer.strides[0] - rows.before, layer.pool[0], height);
    for (let column = 0; column < columns.count; column++) {
      const [left, right] = clip(column * layer.strides[1] - columns.before, layer.pool[1], width);
      const count = isMean ? (bottom - top) * (right - left) : 1;
      for (let channel = 0; channel < channels; channel++) {
        let joined = start;
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) joined = join(joined, values[(y * width + x) * channels + channel]);
        }
        output[(row * columns.count + column) * channels + channel] = joined / count;
      }
    }
  }
  return { shape: [rows.count, columns.count, channels], values: output };
}

/** The part of a window that lies inside. @param {number} first @param {number} size @param {number} length */
function clip(first, size, length) {
  return [Math.max(first, 0), Math.min(first + size, length)];
}

/** @param {Tensor} input @param {(a: number, b: number) => number} join @param {number} start @param {boolean} isMean */
function poolAll(input, join, start, isMean) {
  const [height, width, channels] = input.shape;
  const layer = { name: "", type: "", pool: [height, width], strides: [1, 1], padding: "valid" };
  return { shape: [channels], values: pool(input, layer, join, start, isMean).values };
}

/** One sum for each unit. @param {Tensor} input @param {Layer} layer @param {Tensors} tensors */
function multiply({ values }, layer, tensors) {
  const [kernel, bias] = layer.weights.map((/** @type {string} */ name) => tensors[name]);
  const sums = new Float32Array(kernel.shape[1]);
  if (bias) sums.set(bias.values);
  addProducts(sums, values, 0, values.length, kernel.values, 0);
  return { shape: [sums.length], values: sums };
}

/** The factor of the approximate GELU. @param {number} x */
function bell(x) {
  return 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** The error function, by its power series, which is exact enough up to 5. @param {number} x */
function erf(x) {
  const size = Math.abs(x);
  if (size > 5) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
