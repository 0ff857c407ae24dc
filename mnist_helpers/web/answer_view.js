// What the pad shows of an answer: the digit, the words, ten bars, and what the network sees.

/** @param {(selector: string) => HTMLElement} find */
function answerView(find) {
  const seen = /** @type {HTMLCanvasElement} */ (find(".seen"));
  const context = /** @type {CanvasRenderingContext2D} */ (seen.getContext("2d"));
  const bars = makeBars(find(".bars"));
  return {
    /** @param {Shown} answer */
    show({ digit, probabilities, percents, verdict, sign, words, sureness, pixels }) {
      find(".pad").dataset.verdict = verdict;
      setText(find(".digit"), sign);
      find(".digit").classList.toggle("long", sign.length > 1);
      setText(find(".words"), words);
      setText(find(".confidence"), sureness);
      bars.forEach(({ bar, fill, share }, i) => {
        bar.classList.toggle("top", i === digit);
        fill.style.transform = `scaleX(${digit === null ? 0 : probabilities[i]})`;
        setText(share, percents[i]);
      });
      const rgba = Array.from(pixels).flatMap((grey) => [grey, grey, grey, 255]);
      context.putImageData(new ImageData(Uint8ClampedArray.from(rgba), seen.width), 0, 0);
    },
  };
}

/** @param {HTMLElement} list */
function makeBars(list) {
  return [...Array(10).keys()].map((digit) => {
    const bar = list.appendChild(document.createElement("li"));
    const name = bar.appendChild(document.createElement("b"));
    const track = bar.appendChild(document.createElement("span"));
    const fill = track.appendChild(document.createElement("span"));
    const share = bar.appendChild(document.createElement("span"));
    [name.textContent, share.textContent] = [String(digit), "–"];
    [track.className, fill.className, share.className] = ["track", "fill", "percent"];
    return { bar, fill, share };
  });
}
