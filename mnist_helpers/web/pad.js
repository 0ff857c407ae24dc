// Gradio runs this once the pad is on the page. `element` is the pad; `server.recognize` calls Python.
const find = (selector) => element.querySelector(selector);
const pad = find(".pad");
const paper = find(".paper");
const seen = find(".seen").getContext("2d");
const SIDE = paper.viewBox.baseVal.width; // strokes are in units of the paper, however large it is shown
const PATIENCE = 10_000; // milliseconds

let strokes = [];
let pointer = null; // the one that draws; a second finger is ignored
let edition = 0; // grows when ink is taken away: answers to earlier ink are not shown
let waiting = false; // one request at a time,
let changed = false; // and then the latest ink, not all that lay between

paper.addEventListener("pointerdown", (event) => {
  if (pointer !== null || event.button !== 0) return;
  pointer = event.pointerId;
  paper.setPointerCapture(pointer);
  strokes.push([]);
  paper.append(document.createElementNS(paper.namespaceURI, "path"));
  extendStroke(event);
});
paper.addEventListener("pointermove", extendStroke);
paper.addEventListener("lostpointercapture", (event) => {
  if (event.pointerId === pointer) pointer = null;
});
find(".undo").addEventListener("click", () => keepStrokes(strokes.slice(0, -1)));
find(".clear").addEventListener("click", () => keepStrokes([]));
ask();

function extendStroke(event) {
  if (event.pointerId !== pointer) return;
  const between = event.getCoalescedEvents?.() ?? []; // a fast hand moves several times a frame
  const stroke = strokes.at(-1);
  for (const moved of between.length ? between : [event]) {
    const point = toPaper(moved);
    const last = stroke.at(-1);
    if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= 1) stroke.push(point);
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

function keepStrokes(kept) {
  strokes = kept;
  pointer = null;
  edition += 1;
  paper.querySelectorAll("path").forEach((path, i) => i >= kept.length && path.remove());
  ask();
}

async function ask() {
  changed = true;
  if (waiting) return;
  waiting = true;
  try {
    while (changed) {
      changed = false;
      const asked = edition;
      const tooLate = new Promise((resolve) => setTimeout(resolve, PATIENCE));
      const answer = await Promise.race([server.recognize(strokes), tooLate]);
      if (asked === edition) show(answer ?? { error: "No answer from the server. Draw on to try again." });
    }
  } finally {
    waiting = false;
  }
}

function show({ error, digit, confidence, probabilities, verdict, words, pixels }) {
  setText(find(".error"), error ?? "");
  if (error) return;
  pad.dataset.verdict = verdict;
  setText(find(".digit"), digit ?? "–");
  setText(find(".words"), words);
  const sure = confidence > 0.995 ? "over 99\u00a0%" : percent(confidence);
  setText(find(".confidence"), digit === null ? "" : `Confidence ${sure}`);
  element.querySelectorAll(".bars li").forEach((bar, i) => {
    bar.classList.toggle("top", i === digit);
    bar.querySelector(".fill").style.transform = `scaleX(${digit === null ? 0 : probabilities[i]})`;
    setText(bar.querySelector(".percent"), digit === null ? "–" : percent(probabilities[i]));
  });
  const rgba = pixels.flatMap((grey) => [grey, grey, grey, 255]);
  seen.putImageData(new ImageData(Uint8ClampedArray.from(rgba), 28), 0, 0);
}

const percent = (probability) => `${Math.round(100 * probability)}\u00a0%`;

// A screen reader reads a text again whenever it is set, so set it only where it differs.
function setText(place, text) {
  if (place.textContent !== String(text)) place.textContent = text;
}
