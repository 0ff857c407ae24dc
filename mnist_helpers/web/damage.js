// Other weights: those of an earlier epoch, or damaged ones.

/**
 * @param {(selector: string) => HTMLElement} find @param {Reader} whole
 * @param {(reader: Reader) => void} use
 */
function damage(find, whole, use) {
  const input = (/** @type {string} */ selector) => /** @type {HTMLInputElement} */ (find(selector));
  const off = /** @type {HTMLSelectElement} */ (find(".off"));
  const first = whole.layers.find(({ type }) => type === "conv2d");
  const kernels = first ? whole.tensor(first.weights[0]).shape[3] : 0;
  for (let i = 0; i < kernels; i++) off.add(new Option(String(i + 1), String(i)));
  off.parentElement?.toggleAttribute("hidden", !first);
  find(".off-name").textContent = `Kernel of the ${nameLayers(whole.layers).find((name) => name?.endsWith("convolution"))} off`;
  find(".training").hidden = whole.epochs === 0;
  input(".epoch").max = input(".epoch").value = String(whole.epochs - 1);

  function change() {
    const epoch = Number(input(".epoch").value);
    const isLast = whole.epochs === 0 || epoch === whole.epochs - 1;
    const strength = Number(input(".noise").value) / 100;
    find(".epoch-said").textContent = epoch === 0 ? "before the first epoch" : `after epoch ${epoch}`;
    find(".noise-said").textContent = strength ? `${Math.round(100 * strength)}\u00a0%` : "none";
    const biases = !input(".no-biases").checked;
    if (isLast && !strength && biases && off.value === "") return use(whole);
    const base = isLast ? whole : whole.at(epoch);
    const silent = { weights: first?.weights ?? [], kernel: off.value, kernels };
    use(base.withWeights((name, values) => damageOne(name, values, strength, biases, silent)));
  }

  for (const selector of [".epoch", ".noise", ".no-biases", ".off"]) find(selector).addEventListener("input", change);
  find(".repair").addEventListener("click", () => {
    input(".noise").value = "0";
    input(".no-biases").checked = false;
    off.value = "";
    input(".epoch").value = input(".epoch").max;
    change();
  });
  addEventListener("pageshow", change); // then the browser has put back what was set before 'Back'
}

/**
 * @param {string} name @param {Float32Array} values @param {number} strength @param {boolean} biases
 * @param {{weights: string[], kernel: string, kernels: number}} silent the kernel that gives nothing
 */
function damageOne(name, values, strength, biases, silent) {
  if (!biases && name.endsWith("/bias")) values.fill(0);
  const spread = Math.sqrt(values.reduce((a, x) => a + x * x, 0) / values.length);
  const random = seeded(values.length);
  if (strength) values.forEach((x, i) => (values[i] = x + strength * spread * bellShaped(random)));
  if (silent.kernel !== "" && silent.weights.includes(name)) {
    for (let i = Number(silent.kernel); i < values.length; i += silent.kernels) values[i] = 0;
  }
  return values;
}

/** The same numbers each time, so that a slider moved back gives the same answer. @param {number} seed */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
}

/** @param {() => number} random */
function bellShaped(random) {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}
