// Gradio runs this once the pad is on the page. `element` is the pad; `server` calls Python.
const find = (selector) => element.querySelector(selector);
const pad = find(".pad");
const paper = find(".paper");
const photo = find(".photo");
const seen = find(".seen").getContext("2d");
const SIDE = paper.viewBox.baseVal.width; // strokes are in units of the paper, however large it is shown
const PATIENCE = 10_000; // milliseconds to wait for an answer
const LONGEST_REST = 1_000; // milliseconds between an answer and the next question
const PIXELS = seen.canvas.width * seen.canvas.height;
const BLANK = {
  digit: null,
  verdict: "blank",
  sign: "–",
  words: "",
  sureness: "",
  probabilities: Array(10).fill(0),
  percents: Array(10).fill("–"),
  pixels: btoa("\0".repeat(PIXELS)),
};
const LONGEST = 1600; // pixels; a larger picture is made this small before it is sent
const SENT_AS_IT_IS = ["image/png", "image/jpeg", "image/webp"];

let strokes = [];
let times = []; // of each point, in seconds
let pointer = null; // the one that draws; a second finger is ignored
let edition = 0; // grows when ink is taken away: answers to earlier ink are not shown
let waiting = false; // one request at a time,
let changed = false; // and then the latest ink, not all that lay between
let file = null; // of the photo on the paper,
let turns = 0; // and how often it was turned by 90°
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
find(".turn").addEventListener("click", turnPhoto);
document.addEventListener("keydown", ({ key, target }) => {
  if (key === "r" && !target.closest("input, textarea")) turnPhoto();
});
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

function sendPhoto([chosen]) {
  if (!chosen) return;
  dropInk(0);
  file = chosen;
  turns = 0;
  readPhoto();
}

function turnPhoto() {
  if (!photo.hasAttribute("href")) return;
  edition += 1; // the answer to the picture as it was comes too late
  turns = (turns + 1) % 4;
  readPhoto();
}

async function readPhoto() {
  const asked = edition;
  const { name } = file;
  const picture = await prepare(file, turns).catch(() => null);
  if (asked !== edition || strokes.length) return; // the paper has something else to show by now
  if (picture === null) return refusePhoto(`${name} is no picture that this browser can read.`);
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
  show(BLANK);
  ask();
}

// The picture as a data: URL: the file itself where it is small and upright, else drawn anew.
async function prepare(file, turns) {
  const bitmap = await createImageBitmap(file);
  const longest = Math.max(bitmap.width, bitmap.height);
  const fits = longest <= LONGEST && file.size <= Number(pad.dataset.most);
  if (turns === 0 && fits && SENT_AS_IT_IS.includes(file.type)) return readAsUrl(file);
  const scale = Math.min(1, LONGEST / longest);
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(scale * side)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = turns % 2 ? [height, width] : [width, height];
  const context = canvas.getContext("2d");
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((turns * Math.PI) / 2);
  context.drawImage(bitmap, -width / 2, -height / 2, width, height);
  // JPEG knows no transparency, and its noise would harm a small drawing.
  return file.type === "image/jpeg" ? canvas.toDataURL("image/jpeg", 0.9) : canvas.toDataURL("image/png");
}

function readAsUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
}

async function keep(label) {
  const asked = edition;
  enableLabels(false); // once is enough
  const { error, words } = await call("keep", { strokes, times, label });
  if (asked === edition) setText(find(".kept"), error ?? words);
}

function enableLabels(enabled) {
  element.querySelectorAll(".label").forEach((button) => (button.disabled = !enabled));
}

function show({ error, steps = [], ...answer }) {
  setText(find(".error"), error ?? complaint);
  if (error) return;
  const { digit, probabilities, percents, verdict, sign, words, sureness, pixels } = answer;
  showSteps(steps);
  enableLabels(strokes.length > 0);
  if (find(".kept")) setText(find(".kept"), "");
  find(".turn").hidden = !photo.hasAttribute("href");
  pad.dataset.verdict = verdict;
  setText(find(".digit"), sign);
  find(".digit").classList.toggle("long", sign.length > 1);
  setText(find(".words"), words);
  setText(find(".confidence"), sureness);
  element.querySelectorAll(".bars li").forEach((bar, i) => {
    bar.classList.toggle("top", i === digit);
    bar.querySelector(".fill").style.transform = `scaleX(${digit === null ? 0 : probabilities[i]})`;
    setText(bar.querySelector(".percent"), percents[i]);
  });
  const greys = [...atob(pixels)].map((letter) => letter.charCodeAt());
  const rgba = greys.flatMap((grey) => [grey, grey, grey, 255]);
  seen.putImageData(new ImageData(Uint8ClampedArray.from(rgba), seen.canvas.width), 0, 0);
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

// A screen reader reads a text again whenever it is set, so set it only where it differs.
function setText(place, text) {
  if (place.textContent !== String(text)) place.textContent = text;
}
