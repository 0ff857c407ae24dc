// A photo on its way to the app: dropped anywhere in the window, and made small before it is sent.

const LONGEST = 1600; // pixels; a larger picture is shrunk to this
const SENT_AS_IT_IS = ["image/png", "image/jpeg", "image/webp"];

/**
 * Take a file that is dropped anywhere in the window; a browser would open it instead of the app.
 * @param {HTMLElement} sign that gets `data-drop` while a file is over the window
 * @param {(file: File | undefined) => void} take
 */
function dropAnywhere(sign, take) {
  const isFile = (/** @type {DragEvent} */ { dataTransfer }) => dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    sign.toggleAttribute("data-drop", !isElsewhere(event));
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) sign.removeAttribute("data-drop"); // it left the window
  });
  document.addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    sign.removeAttribute("data-drop");
    if (!isElsewhere(event)) take(event.dataTransfer?.files[0]);
  });
}

/**
 * The picture as a data: URL: the file itself if it is small and not turned, otherwise a small copy.
 * Throws an Error with words for people.
 * @param {File} file @param {number} turns @param {number} most bytes
 */
async function prepare(file, turns, most) {
  const whole = await createImageBitmap(file).catch(() => {
    throw new Error(whyNot(file));
  });
  const { width, height } = whole;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  if (turns === 0 && scale === 1 && file.size <= most && SENT_AS_IT_IS.includes(file.type)) return asUrl(file);
  const small = await shrink(whole, scale);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = turns % 2 ? [small.height, small.width] : [small.width, small.height];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((turns * Math.PI) / 2);
  context.drawImage(small, -small.width / 2, -small.height / 2);
  // JPEG has no transparency, and its noise would harm a small drawing.
  const type = file.type === "image/jpeg" ? "image/jpeg" : "image/png";
  /** @type {Blob} */
  const copy = await new Promise((done) => canvas.toBlob((blob) => done(/** @type {Blob} */ (blob)), type, 0.9));
  return asUrl(copy);
}

/** Halve a picture until it is small; the browser does each step beside the page. @param {ImageBitmap} picture @param {number} scale */
async function shrink(picture, scale) {
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(scale * side)));
  let small = picture;
  while (small.width > width || small.height > height) {
    const resizeWidth = Math.max(width, small.width >> 1);
    const resizeHeight = Math.max(height, small.height >> 1);
    small = await createImageBitmap(small, { resizeWidth, resizeHeight, resizeQuality: "high" });
  }
  return small;
}

/** Why the browser cannot read a file, and what to do. @param {File} file */
function whyNot({ name, type }) {
  if (/hei[cf]/i.test(`${type} ${name}`)) {
    return `${name} has the format of iPhones, which this browser cannot read. Save it as JPEG, or take a screenshot of it.`;
  }
  if (/svg/i.test(`${type} ${name}`)) return `${name} holds lines, not pixels. Save it as PNG, or take a screenshot of it.`;
  return `${name} is not a picture that this browser can read.`;
}

/** @param {Blob} blob @returns {Promise<string>} */
function asUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(/** @type {string} */ (reader.result));
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}
