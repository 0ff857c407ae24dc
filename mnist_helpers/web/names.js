// What people call the layers of a network; convolutions as `name_convolutions` of network.py does.

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

/** @type {Record<string, (layer: Layer) => string>} */
const KINDS = {
  conv2d: () => "convolution",
  dense: () => "dense layer",
  max_pooling2d: ({ pool: [height, width] }) => `largest of ${height} × ${width}`,
  average_pooling2d: ({ pool: [height, width] }) => `mean of ${height} × ${width}`,
  global_max_pooling2d: () => "largest of each map",
  global_average_pooling2d: () => "mean of each map",
  scale: () => "scaled",
  activation: ({ activation }) => activation,
};

/** Name each layer that is shown; the others have no name. @param {Layer[]} layers */
function nameLayers(layers) {
  const ofKind = (/** @type {string} */ kind) => layers.filter(({ type }) => type === kind);
  return layers.map((layer) => {
    if (!(layer.type in KINDS)) return null;
    const name = KINDS[layer.type](layer);
    const alike = ofKind(layer.type);
    const place = alike.indexOf(layer);
    const counts = layer.type === "conv2d" || layer.type === "dense";
    if (!counts || alike.length === 1) return name;
    return place < ORDINALS.length ? `${ORDINALS[place]} ${name}` : `${name} ${place + 1}`;
  });
}

/** Say what a layer gives: '32 maps of 26 × 26', '64 numbers'. @param {number[]} shape */
function nameShape(shape) {
  if (shape.length === 1) return `${shape[0]} numbers`;
  const [height, width, count] = shape;
  return `${count === 1 ? "one map" : `${count} maps`} of ${height} × ${width}`;
}

/** Say where a map is bright, in words. @param {number} row @param {number} column @param {number[]} shape */
function namePlace(row, column, [height, width]) {
  const third = (/** @type {number} */ at, /** @type {number} */ size) => Math.min(Math.floor((3 * at) / size), 2);
  const [down, right] = [["top", "", "bottom"][third(row, height)], ["left", "", "right"][third(column, width)]];
  return down || right ? `at the ${[down, right].filter(Boolean).join(" ")}` : "in the middle";
}
