// What the pad shows of an answer: the digit, the words, the bars, and what the network sees.

/** @param {(selector: string) => HTMLElement} find */
function answerView(find) {
  const seen = /** @type {HTMLCanvasElement} */ (find(".seen"));
  const bars = makeBars(find(".bars"));
  return {
    /** @param {Shown} answer */
    show(answer) {
      const { digit, probabilities, verdict, sign, words, pixels } = answer;
      find(".pad").dataset.verdict = verdict;
      setText(find(".digit"), sign);
      find(".digit").classList.toggle("long", sign.length > 1);
      setText(find(".words"), words);
      setText(find(".confidence"), answer.note ?? (verdict === "digit" ? answer.sureness : ""));
      bars.forEach((bar, i) => {
        bar.line.classList.toggle("top", i === digit);
        bar.show(digit === null ? 0 : probabilities[i]);
      });
      showAtAll(find(".at-all"), answer.digitProbability ?? null);
      paintGreys(seen, pixels);
    },
  };
}

/** @param {HTMLCanvasElement} canvas of 28 × 28 @param {ArrayLike<number>} pixels greys from 0 to 255 */
function paintGreys(canvas, pixels) {
  const rgba = Array.from(pixels).flatMap((grey) => [grey, grey, grey, 255]);
  canvas.getContext("2d")?.putImageData(new ImageData(Uint8ClampedArray.from(rgba), 28), 0, 0);
}

/** How probable it is that this is a digit: hidden if nobody knows. @param {HTMLElement} bar @param {number | null} share */
function showAtAll(bar, share) {
  bar.classList.toggle("unknown", share === null);
  const [fill, words] = [bar.querySelector(".fill"), bar.querySelector(".percent")];
  /** @type {HTMLElement} */ (fill).style.transform = `scaleX(${share ?? 0})`;
  setText(/** @type {HTMLElement} */ (words), share === null ? "" : percent(share));
}

/** @param {HTMLElement} list */
function makeBars(list) {
  return [...Array(10).keys()].map((digit) => {
    const line = list.appendChild(document.createElement("li"));
    const name = line.appendChild(document.createElement("b"));
    const track = line.appendChild(document.createElement("span"));
    const fill = track.appendChild(document.createElement("span"));
    const share = line.appendChild(document.createElement("span"));
    name.textContent = String(digit);
    [track.className, fill.className, share.className] = ["track", "fill", "percent"];
    return {
      line,
      /** @param {number} probability */
      show(probability) {
        fill.style.transform = `scaleX(${probability})`;
        setText(share, probability < LEAST_SHOWN ? "" : percent(probability));
      },
    };
  });
}
