// Ink that is written by itself: the first digit on an empty page, and a drawing that is played again.

const LONGEST_PLAY = 3; // seconds
const LONGEST_PAUSE = 0.3; // seconds between two strokes
const TICK = 50; // milliseconds between two questions

/**
 * @param {HTMLElement} paper @param {() => void} changed is called when more is written, or when it ends
 */
function playerOn(paper, changed) {
  const place = /** @type {Element} */ (paper.querySelector(".played"));
  /** @type {number[][][]} */
  let written = [];
  let timer = 0;

  /** @param {string | null} how */
  function mark(how) {
    if (how === null) paper.removeAttribute("data-plays");
    else paper.setAttribute("data-plays", how);
  }

  /** @param {number[][][]} strokes */
  function show(strokes) {
    written = strokes;
    const lines = strokes.map((points) => {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
      line.setAttribute("points", points.length > 1 ? points.join(" ") : `${points} ${points}`);
      return line;
    });
    place.replaceChildren(...lines);
    changed();
  }

  function stop() {
    clearInterval(timer);
    mark(null);
    if (written.length) show([]);
  }

  return {
    /** What is written so far; null if nothing is played. */
    strokes: () => (written.length ? written : null),
    stop,
    /**
     * Write strokes at their pace. `how` is a mark for the paper's style.
     * @param {number[][][]} strokes @param {number[][]} times @param {string} how @param {boolean} stays
     */
    play(strokes, times, how, stays) {
      stop();
      const clock = shortened(times);
      const start = performance.now();
      mark(how);
      timer = window.setInterval(() => {
        const now = (performance.now() - start) / 1000;
        show(strokes.map((points, i) => points.filter((_, j) => clock[i][j] <= now)).filter(({ length }) => length));
        if (now < clock[clock.length - 1][clock[clock.length - 1].length - 1]) return;
        clearInterval(timer);
        if (!stays) stop();
      }, TICK);
    },
  };
}

/** Times from 0 on, with short pauses, and not too long. @param {number[][]} times seconds */
function shortened(times) {
  let [before, now] = [times[0][0], 0];
  const clock = times.map((stroke) =>
    stroke.map((time) => {
      now += Math.min(Math.max(time - before, 0), LONGEST_PAUSE);
      before = time;
      return now;
    }),
  );
  const speed = Math.max(1, now / LONGEST_PLAY);
  return clock.map((stroke) => stroke.map((time) => time / speed));
}
