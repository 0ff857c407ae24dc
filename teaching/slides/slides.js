"use strict";
const slides = [...document.querySelectorAll("section")];
const step = {ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1};

function current() {
  const middle = window.innerHeight / 2;
  return slides.findIndex(slide => slide.getBoundingClientRect().bottom > middle);
}

function show(number) {
  const slide = slides[Math.max(0, Math.min(slides.length - 1, number))];
  slide.scrollIntoView();
  slide.focus({preventScroll: true});
}

// A full slide gets smaller type, so that nothing is cut.
function fit(slide) {
  for (let size = 1; size > 0.5; size -= 0.04) {
    slide.style.fontSize = `${size}em`;
    if (slide.scrollHeight <= slide.clientHeight) return;
  }
}

document.addEventListener("keydown", event => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === " " && event.target.tagName === "SUMMARY") return;
  const at = current();
  const closed = slides[at].querySelector("details:not([open])");
  if (event.key === "Home") show(0);
  else if (event.key === "End") show(slides.length - 1);
  else if (step[event.key] === 1 && closed) {
    closed.open = true;
  } else if (event.key in step) show(at + step[event.key]);
  else return;
  event.preventDefault();
});

for (const answer of document.querySelectorAll("details")) {
  answer.addEventListener("toggle", () => fit(answer.closest("section")));
}
window.addEventListener("resize", () => slides.forEach(fit));
window.addEventListener("load", () => slides.forEach(fit));

// On paper every answer stands.
window.addEventListener("beforeprint", () => {
  for (const answer of document.querySelectorAll("details")) answer.open = true;
  slides.forEach(fit);
});
