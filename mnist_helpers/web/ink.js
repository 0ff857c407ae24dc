// The ink on the paper: drawn by mouse, finger, pen or keys; undone, redone, erased.

/**
 * @param {HTMLElement} paper an SVG of 280 × 280 units
 * @param {string | undefined} memory the name under which the ink is stored for a reload
 * @param {(isLess: boolean) => void} changed is called after every change, and gets whether ink went away
 * @param {() => void} lifted is called when the pen is lifted
 * @param {() => boolean} isCovered whether something lies on the paper that a tap must not wipe away
 */
function inkOn(paper, memory, changed, lifted, isCovered) {
  /** @type {Stroke[]} */
  let strokes = recall(memory) ?? [];
  /** @type {Stroke[][]} */
  let past = [];
  /** @type {Stroke[][]} */
  let future = [];
  /** @type {number | "keys" | null} */
  let hand = null; // what draws; a second finger is ignored
  /** @type {{point: number[], time: number} | null} */
  let pressed = null; // a press on what covers the paper; it becomes a stroke once the pen has moved
  let erasing = false;
  let keyPen = [SIZE / 2, SIZE / 2];

  /** @param {Stroke[]} next */
  function take(next) {
    strokes = next;
    redraw(paper, strokes);
    remember(memory, strokes);
  }

  /** @param {Stroke[]} next @param {boolean} isLess */
  function become(next, isLess) {
    take(next);
    changed(isLess);
  }

  function lift() {
    hand = null;
    remember(memory, strokes); // not at each point, because there are many
    lifted();
  }

  function note() {
    past.push(strokes);
    future = [];
  }

  /** @param {number[]} point @param {number} time */
  function begin(point, time) {
    note();
    become([...strokes, { points: [point], times: [time] }], false);
  }

  /** @param {number[]} point @param {number} time */
  function extend(point, time) {
    const stroke = strokes[strokes.length - 1];
    const last = stroke.points[stroke.points.length - 1];
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < 1) return false;
    stroke.points.push(point);
    stroke.times.push(time);
    return true;
  }

  function grow() {
    const path = /** @type {Element} */ (paper.lastElementChild);
    path.setAttribute("d", toPath(strokes[strokes.length - 1].points));
    changed(false);
  }

  /** @param {number[]} point */
  function rubOut(point) {
    const kept = strokes.filter(({ points }) => !passes(points, point));
    if (kept.length < strokes.length) become(kept, true);
  }

  paper.addEventListener("pointerdown", (event) => {
    if (hand !== null || event.button !== 0) return;
    hand = event.pointerId;
    paper.setPointerCapture(event.pointerId);
    const point = toPaper(paper, event);
    if (!erasing && isCovered()) return void (pressed = { point, time: inSeconds(event) });
    if (!erasing) return begin(point, inSeconds(event));
    note();
    rubOut(point);
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
  paper.addEventListener("lostpointercapture", (event) => {
    pressed = null;
    if (event.pointerId === hand) lift();
  });

  /** @param {Stroke[][]} from @param {Stroke[][]} to */
  function step(from, to) {
    hand = null;
    const next = from.pop();
    if (next === undefined) return changed(true);
    to.push(strokes);
    become(next, true);
  }

  /** Take all ink away without a call of `changed`. */
  function empty() {
    hand = null;
    if (strokes.length) note();
    take([]);
  }

  redraw(paper, strokes);
  return {
    strokes: () => strokes.map(({ points }) => points),
    times: () => strokes.map(({ times }) => times),
    isBeingDrawn: () => hand !== null,
    isErasing: () => erasing,
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    undo: () => step(past, future),
    redo: () => step(future, past),
    changeTool() {
      erasing = !erasing;
      showEraser(paper, null);
      paper.classList.toggle("erasing", erasing);
    },
    clear() {
      empty();
      changed(true);
    },
    empty,
    /** Put a whole drawing on the paper. @param {number[][][]} lines @param {number[][]} times */
    put(lines, times) {
      hand = null;
      note();
      become(lines.map((points, i) => ({ points, times: times[i] })), true);
    },
    pressKeyPen() {
      const isDown = hand !== "keys";
      showKeyPen(paper, keyPen, isDown);
      if (!isDown) return lift();
      hand = "keys";
      begin(keyPen, performance.now() / 1000);
    },
    /** @param {number} right @param {number} down */
    moveKeyPen(right, down) {
      keyPen = [keyPen[0] + right, keyPen[1] + down].map((at) => Math.min(Math.max(at, 0), SIZE));
      showKeyPen(paper, keyPen, hand === "keys");
      if (hand === "keys" && extend(keyPen, performance.now() / 1000)) grow();
    },
  };
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

/** @param {Element} paper @param {Stroke[]} strokes */
function redraw(paper, strokes) {
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

/** @param {string | undefined} memory @param {unknown} value */
function remember(memory, value) {
  try {
    if (memory) sessionStorage.setItem(memory, JSON.stringify(value));
  } catch {
    // A frame without storage of its own only loses the drawing at a reload.
  }
}

/** What was remembered; null if there is nothing. @param {string | undefined} memory */
function recall(memory) {
  try {
    return memory ? JSON.parse(sessionStorage.getItem(memory) ?? "null") : null;
  } catch {
    return null;
  }
}
