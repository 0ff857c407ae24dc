// What lies on the paper: ink of mouse, finger, pen or keys, or a photo; undone, redone, erased.

/** @typedef {{picture?: string, answer?: Shown}} Cover what lies on the paper instead of ink; `picture` is a URL, once it is known */
/** @typedef {{strokes: Stroke[], cover: Cover | null, before?: {history: Edits, erasing: boolean}}} Sheet `before` it was put there */
/** @typedef {{past: Sheet[], now: Sheet, future: Sheet[]}} Edits it is replaced, never changed, so that an older one can be put back */
/** @typedef {number | "keys" | null} Hand what draws: a pointer's number, or the keys */

const LONGEST_WAIT = 600; // seconds between two strokes; a longer pause, such as a night, counts as this

/**
 * @param {HTMLElement} paper an SVG of 280 × 280 units
 * @param {string | undefined} memory the name under which the ink is stored for a reload
 * @param {(isNew: boolean) => void} changed is called after every change, and gets whether a new sheet lies there
 * @param {() => void} lifted is called when the pen is lifted
 */
function inkOn(paper, memory, changed, lifted) {
  /** @type {Edits} */
  let history = { past: [], now: { strokes: recall(memory, isStrokes) ?? [], cover: null }, future: [] };
  let start = history; // what a stroke that is taken away again goes back to
  /** @type {Hand} */
  let hand = null; // a second finger is ignored
  let isTouch = false; // the hand is a finger, or a palm
  let penSeen = false; // from then on, a touch is a palm
  /** @type {{point: number[], time: number} | null} */
  let pressed = null; // a press on what covers the paper; it becomes a stroke once the pen has moved
  let erasing = false;
  /** @type {number[] | null} */
  let rubbed = null; // where the eraser was
  let keyPen = [SIZE / 2, SIZE / 2];
  let ahead = 0; // seconds by which the drawing's clock is ahead of the browser's, which a reload sets back

  /** @param {Edits} next */
  function become(next, isNew = false) {
    history = next;
    redraw(paper, history.now);
    remember(memory, history.now.strokes);
    changed(isNew);
  }

  /** Make a change that can be undone. @param {Sheet} now */
  function step(now, isNew = false) {
    become({ past: [...history.past, history.now], now, future: [] }, isNew);
  }

  /** @param {Hand} by */
  function take(by, touches = false) {
    if (hand === "keys") showKeyPen(paper, keyPen, false);
    [hand, isTouch, start, pressed, rubbed] = [by, touches, history, null, null];
  }

  function lift() {
    take(null);
    remember(memory, history.now.strokes); // not at each point, because there are many
    lifted();
  }

  /** What draws has drawn nothing: so it is with a palm. */
  function forget() {
    const before = start;
    take(null);
    if (before !== history) become(before);
  }

  /** @param {number[]} point @param {number} time */
  function press(point, time) {
    if (erasing) return rubOut(point);
    if (history.now.cover) pressed = { point, time };
    else begin(point, time);
  }

  /** The time of a stroke goes on from that of the last one. @param {number[]} point @param {number} time */
  function begin(point, time) {
    const end = history.now.strokes.at(-1)?.times.at(-1) ?? time + ahead;
    ahead = end + Math.min(Math.max(time + ahead - end, 0), LONGEST_WAIT) - time;
    const strokes = [...history.now.strokes, { points: [point], times: [time + ahead] }];
    step({ strokes, cover: null });
  }

  /** @param {number[]} point @param {number} time */
  function extend(point, time) {
    const { points, times } = history.now.strokes[history.now.strokes.length - 1];
    const last = points[points.length - 1];
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < 1) return false;
    points.push(point);
    times.push(time + ahead);
    return true;
  }

  function grow() {
    const path = /** @type {Element} */ (paper.lastElementChild);
    path.setAttribute("d", toPath(history.now.strokes[history.now.strokes.length - 1].points));
    changed(false);
  }

  /** All that one pull of the eraser meets is one step. @param {number[]} point */
  function rubOut(point) {
    const { strokes, cover } = history.now;
    const way = placesBetween(rubbed ?? point, point);
    rubbed = point;
    const kept = strokes.filter(({ points }) => !way.some((place) => passes(points, place)));
    if (kept.length === strokes.length) return;
    if (history === start) step({ strokes: kept, cover });
    else become({ ...history, now: { strokes: kept, cover } });
  }

  paper.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" && penSeen) return;
    if (event.pointerType === "pen" && isTouch) forget();
    if (hand === "keys") lift();
    if (hand !== null || event.button !== 0) return;
    take(event.pointerId, event.pointerType === "touch");
    paper.setPointerCapture(event.pointerId);
    press(toPaper(paper, event), inSeconds(event));
  });
  paper.addEventListener("pointermove", (event) => {
    showEraser(paper, erasing ? toPaper(paper, event) : null);
    if (event.pointerId !== hand) return;
    if (pressed) {
      const [x, y] = toPaper(paper, event);
      if (Math.hypot(x - pressed.point[0], y - pressed.point[1]) < TAP) return;
      begin(pressed.point, pressed.time);
      pressed = null;
    }
    const between = event.getCoalescedEvents?.() ?? []; // a fast pen moves several times in a frame
    const moves = between.length ? between : [event];
    if (erasing) return moves.forEach((move) => rubOut(toPaper(paper, move)));
    const grew = moves.filter((move) => extend(toPaper(paper, move), inSeconds(move)));
    if (grew.length) grow();
  });
  for (const kind of ["pointerover", "pointerdown"]) {
    paper.addEventListener(kind, (event) => {
      penSeen ||= /** @type {PointerEvent} */ (event).pointerType === "pen";
    });
  }
  paper.addEventListener("pointercancel", ({ pointerId }) => {
    if (pointerId === hand && isTouch) forget();
  });
  paper.addEventListener("lostpointercapture", ({ pointerId }) => {
    if (pointerId === hand) lift();
  });
  paper.addEventListener("blur", () => hand === "keys" && lift());

  function erase(wanted = !erasing) {
    if (hand !== null) lift();
    erasing = wanted;
    showEraser(paper, null);
    paper.classList.toggle("erasing", erasing);
  }

  /** Put a whole drawing on the paper, or what covers it; then the pen is in hand. @param {Sheet} sheet */
  function put(sheet) {
    const before = { history, erasing };
    take(null);
    erase(false);
    step({ ...sheet, before }, true);
  }

  redraw(paper, history.now);
  return {
    sheet: () => history.now,
    /** Whether all that an earlier sheet holds is on the paper still. @param {Sheet} sheet */
    holds: ({ strokes, cover }) => cover === history.now.cover && strokes.every((stroke, i) => stroke === history.now.strokes[i]),
    strokes: () => history.now.strokes.map(({ points }) => points),
    times: () => history.now.strokes.map(({ times }) => times),
    cover: () => history.now.cover,
    isBeingDrawn: () => hand !== null,
    isErasing: () => erasing,
    canUndo: () => history.past.length > 0,
    canRedo: () => history.future.length > 0,
    undo() {
      const { past, now, future } = history;
      take(null);
      if (past.length) become({ past: past.slice(0, -1), now: past[past.length - 1], future: [now, ...future] });
    },
    redo() {
      const { past, now, future } = history;
      take(null);
      if (future.length) become({ past: [...past, now], now: future[0], future: future.slice(1) });
    },
    erase,
    put,
    /** Put a drawing on the paper. @param {{strokes: number[][][], times: number[][]}} drawing */
    write: ({ strokes, times }) => put({ strokes: strokes.map((points, i) => ({ points, times: times[i] })), cover: null }),
    /** Take away all; on an empty paper there is nothing to undo. */
    clear() {
      const { strokes, cover } = history.now;
      if (strokes.length || cover) return put({ strokes: [], cover: null });
      erase(false);
      become({ ...history, now: { strokes, cover } });
    },
    /** Make all as it was before the photo was put on the paper. */
    refuse() {
      const { before } = history.now;
      if (!before) return;
      erase(before.erasing);
      become(before.history);
    },
    /** Show again what covers the paper. */
    renew: () => redraw(paper, history.now),
    pressKeyPen() {
      if (hand === "keys") return lift();
      if (hand !== null) lift();
      take("keys");
      showKeyPen(paper, keyPen, true);
      press(keyPen, performance.now() / 1000);
    },
    /** @param {number} right @param {number} down */
    moveKeyPen(right, down) {
      keyPen = [keyPen[0] + right, keyPen[1] + down].map((at) => Math.min(Math.max(at, 0), SIZE));
      showKeyPen(paper, keyPen, hand === "keys");
      if (hand !== "keys") return;
      if (erasing) return rubOut(keyPen);
      if (pressed) begin(pressed.point, pressed.time);
      pressed = null;
      if (extend(keyPen, performance.now() / 1000)) grow();
    },
  };
}

/** Places on the way of a fast eraser, so close that no stroke is left out. @param {number[]} from @param {number[]} to */
function placesBetween([x, y], [toX, toY]) {
  const count = Math.ceil(Math.hypot(toX - x, toY - y) / ERASER) || 1;
  return [...Array(count).keys()].map((i) => {
    const share = (i + 1) / count;
    return [x + share * (toX - x), y + share * (toY - y)];
  });
}

/** Whether a stroke passes under the eraser. @param {number[][]} points @param {number[]} place */
function passes(points, [x, y]) {
  return points.some(([x1, y1], i) => {
    const [x0, y0] = points[Math.max(i - 1, 0)];
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
    const nearest = Math.min(Math.max(along, 0), 1);
    return Math.hypot(x - x0 - nearest * dx, y - y0 - nearest * dy) < ERASER;
  });
}

/** @param {Element} paper @param {{clientX: number, clientY: number}} event */
function toPaper(paper, { clientX, clientY }) {
  const box = paper.getBoundingClientRect();
  const place = (/** @type {number} */ share) => Math.round(10 * SIZE * Math.min(Math.max(share, 0), 1)) / 10;
  return [place((clientX - box.left) / box.width), place((clientY - box.top) / box.height)];
}

/** @param {Event} event */
function inSeconds({ timeStamp }) {
  return Math.round(timeStamp) / 1000;
}

/** @param {Element} paper @param {Sheet} sheet */
function redraw(paper, { strokes, cover }) {
  const photo = /** @type {Element} */ (paper.querySelector(".photo"));
  if (cover?.picture) photo.setAttribute("href", cover.picture);
  else photo.removeAttribute("href");
  paper.classList.toggle("covered", cover !== null);
  const paths = [...paper.querySelectorAll("path")];
  paths.slice(strokes.length).forEach((path) => path.remove());
  strokes.forEach(({ points }, i) => {
    const path = paths[i] ?? paper.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    const line = toPath(points);
    if (path.getAttribute("d") !== line) path.setAttribute("d", line);
  });
}

/** A smooth line: curves that pass midway between the points. @param {number[][]} points */
function toPath(points) {
  let path = `M ${points[0]}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [[x, y], [nextX, nextY]] = [points[i], points[i + 1]];
    path += ` Q ${x} ${y} ${(x + nextX) / 2} ${(y + nextY) / 2}`;
  }
  return `${path} L ${points[points.length - 1]}`; // one point alone becomes a dot
}

/** @param {Element} paper @param {number[]} at @param {boolean} isDown */
function showKeyPen(paper, [x, y], isDown) {
  const pen = /** @type {Element} */ (paper.querySelector(".key-pen"));
  pen.setAttribute("cx", String(x));
  pen.setAttribute("cy", String(y));
  pen.classList.add("moved");
  pen.classList.toggle("down", isDown);
}

/** @param {Element} paper @param {number[] | null} at */
function showEraser(paper, at) {
  const ring = /** @type {SVGElement} */ (paper.querySelector(".eraser"));
  ring.classList.toggle("shown", at !== null);
  if (at === null) return;
  ring.setAttribute("cx", String(at[0]));
  ring.setAttribute("cy", String(at[1]));
}
