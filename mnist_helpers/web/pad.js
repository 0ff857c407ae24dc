// Gradio runs this once the pad is on the page. `element` is the pad; `server` calls Python.
const find = (selector) => element.querySelector(selector);
const pad = find(".pad");
const paper = find(".paper");
const photo = find(".photo");
const seen = find(".seen").getContext("2d");
const SIDE = paper.viewBox.baseVal.width; // strokes are in units of the paper, however large it is shown
const PATIENCE = 10_000; // milliseconds to wait for an answer
const LONGEST_REST = 1_000; // milliseconds between an answer and the next question
const BLANK = { digit: null, confidence: 0, verdict: "blank", pixels: btoa("\0".repeat(784)) };
const LONGEST = 1600; // pixels; a photo is made this small before it is sent

let strokes = [];
let times = []; // of each point, in seconds
let pointer = null; // the one that draws; a second finger is ignored
let edition = 0; // grows when ink is taken away: answers to earlier ink are not shown
let waiting = false; // one request at a time,
let changed = false; // and then the latest ink, not all that lay between
let complaint = ""; // about a photo; it stands until there is ink or another photo

paper.addEventListener("pointerdown", (event) => {
  if (pointer !== null || event.button !== 0) return;
  if (photo.hasAttribute("href")) keepStrokes(0);
  complaint = "";
  pointer = event.pointerId;
  paper.setPointerCapture(pointer);
  strokes.push([]);
  times.push([]);
  paper.append(document.createElementNS(paper.namespaceURI, "path"));
  extendStroke(event);
});
paper.addEventListener("pointermove", extendStroke);
paper.addEventListener("lostpointercapture", (event) => {
  if (event.pointerId === pointer) pointer = null;
});
find(".undo").addEventListener("click", () => keepStrokes(strokes.length - 1));
find(".clear").addEventListener("click", () => keepStrokes(0));
find(".choose").addEventListener("click", () => find(".file").click());
find(".file").addEventListener("change", ({ target }) => {
  sendPhoto([...target.files]);
  target.value = ""; // so that the same file can be chosen again
});
document.addEventListener("paste", (event) => sendPhoto(event.clipboardData.files));
pad.addEventListener("dragover", (event) => event.preventDefault());
pad.addEventListener("drop", (event) => {
  event.preventDefault();
  sendPhoto(event.dataTransfer.files);
});
element.querySelectorAll(".label").forEach((button, label) => {
  button.addEventListener("click", () => keep(label));
});
ask();

function extendStroke(event) {
  if (event.pointerId !== pointer) return;
  const between = event.getCoalescedEvents?.() ?? []; // a fast hand moves several times a frame
  const stroke = strokes.at(-1);
  for (const moved of between.length ? between : [event]) {
    const point = toPaper(moved);
    const last = stroke.at(-1);
    if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= 1) {
      stroke.push(point);
      times.at(-1).push(Math.round(moved.timeStamp) / 1000);
    }
  }
  paper.lastElementChild.setAttribute("d", toPath(stroke));
  ask();
}

function toPaper({ clientX, clientY }) {
  const box = paper.getBoundingClientRect();
  const place = (fraction) => Math.round(10 * SIDE * Math.min(Math.max(fraction, 0), 1)) / 10;
  return [place((clientX - box.left) / box.width), place((clientY - box.top) / box.height)];
}

// A smooth line: curves that pass midway between the points. One point alone becomes a dot.
function toPath(points) {
  let path = `M ${points[0]}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [[x, y], [nextX, nextY]] = [points[i], points[i + 1]];
    path += ` Q ${x} ${y} ${(x + nextX) / 2} ${(y + nextY) / 2}`;
  }
  return `${path} L ${points.at(-1)}`;
}

function keepStrokes(count) {
  dropInk(count);
  ask();
}

function dropInk(count) {
  strokes = strokes.slice(0, Math.max(count, 0));
  times = times.slice(0, strokes.length);
  pointer = null;
  complaint = "";
  edition += 1;
  photo.removeAttribute("href");
  paper.querySelectorAll("path").forEach((path, i) => i >= strokes.length && path.remove());
}

async function ask() {
  changed = true;
  if (waiting) return;
  waiting = true;
  try {
    while (changed) {
      changed = false;
      const asked = edition;
      const start = performance.now();
      const answer = await call("recognize", strokes);
      if (asked === edition && !photo.hasAttribute("href")) show(answer);
      // Rest for twice as long as that took: a busy server is asked less.
      const rest = Math.min(2 * (performance.now() - start), LONGEST_REST);
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
  } finally {
    waiting = false;
  }
}

// What Python answers; an error, where it does not.
async function call(name, data) {
  const tooLate = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([server[name](data), tooLate]).catch(() => null);
  return answer ?? { error: "No answer from the server. Try again." };
}

async function sendPhoto([file]) {
  if (!file) return;
  dropInk(0);
  const asked = edition;
  const picture = await shrink(file).catch(() => null);
  if (picture === null) return refusePhoto(`${file.name} is no picture that this browser can read.`);
  photo.setAttribute("href", picture);
  show({ ...BLANK, words: "Reading the photo …" });
  const answer = await call("read_photo", picture.split(",")[1]);
  if (asked !== edition) return;
  if (answer.error) refusePhoto(answer.error);
  else show(answer);
}

function refusePhoto(reason) {
  photo.removeAttribute("href"); // but ink that was drawn meanwhile stays
  complaint = reason;
  show({ ...BLANK, words: "" });
  ask();
}

// The picture as a data: URL, upright, on white, and without the place where it was taken.
async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.max(1, Math.round(scale * bitmap.width));
  canvas.height = Math.max(1, Math.round(scale * bitmap.height));
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.9);
}

async function keep(label) {
  const asked = edition;
  enableLabels(false); // once is enough
  const { error } = await call("keep", { strokes, times, label });
  if (asked === edition) setText(find(".kept"), error ?? `Kept as ${label === 8 ? "an" : "a"} ${label}. Thank you.`);
}

function enableLabels(enabled) {
  element.querySelectorAll(".label").forEach((button) => (button.disabled = !enabled));
}

function show({ error, steps = [], ...answer }) {
  setText(find(".error"), error ?? complaint);
  if (error) return;
  const { digit, known, confidence, probabilities, verdict, words, pixels } = answer;
  showSteps(steps);
  enableLabels(strokes.length > 0);
  if (find(".kept")) setText(find(".kept"), "");
  pad.dataset.verdict = verdict;
  setText(find(".digit"), known ? digit : digit === null ? "–" : "?");
  setText(find(".words"), words);
  const sure = confidence > 0.995 ? "over 99\u00a0%" : percent(confidence);
  const what = known ? "Confidence" : `Most like ${digit}:`;
  setText(find(".confidence"), digit === null ? "" : `${what} ${sure}`);
  element.querySelectorAll(".bars li").forEach((bar, i) => {
    bar.classList.toggle("top", i === digit);
    bar.querySelector(".fill").style.transform = `scaleX(${digit === null ? 0 : probabilities[i]})`;
    setText(bar.querySelector(".percent"), digit === null ? "–" : percent(probabilities[i]));
  });
  const greys = [...atob(pixels)].map((letter) => letter.charCodeAt());
  const rgba = greys.flatMap((grey) => [grey, grey, grey, 255]);
  seen.putImageData(new ImageData(Uint8ClampedArray.from(rgba), 28), 0, 0);
}

function showSteps(steps) {
  const items = steps.map(({ name, picture }) => {
    const item = document.createElement("li");
    const image = Object.assign(document.createElement("img"), { src: picture, alt: "" });
    const caption = Object.assign(document.createElement("span"), { textContent: name });
    item.append(image, caption);
    return item;
  });
  find(".steps").replaceChildren(...items);
}

const percent = (probability) => `${Math.round(100 * probability)}\u00a0%`;

// A screen reader reads a text again whenever it is set, so set it only where it differs.
function setText(place, text) {
  if (place.textContent !== String(text)) place.textContent = text;
}
