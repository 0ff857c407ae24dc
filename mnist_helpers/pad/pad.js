// What ipycanvas does not do. It does not tell which mouse button is pressed, so all but the first
// one are stopped. It loses a mouse that leaves the paper, unless the paper captures it until the
// button is up. It knows no pen: the pen of a tablet comes as a mouse, and from then on a touch is
// the palm of the hand that writes, and is stopped. It keeps the browser from moving the focus away
// by Tab. A key that is held comes again and again, and only moves and undo should do so. The
// notebook's shortcuts come before it, and Notebook 7 has one for R, unless the paper suppresses
// them.
if (!window.digitPad) {
  window.digitPad = {penWasSeen: false};
  const listen = (names, handle) => names.split(' ').forEach((name) => document.addEventListener(
    name,
    (event) => { if (event.target.closest?.('.digit-pad-paper')) handle(event); },
    {capture: true, passive: false}
  ));
  listen('mousedown', (event) => { if (event.button) event.stopPropagation(); });
  listen('pointerdown', (event) => event.target.setPointerCapture(event.pointerId));
  listen('pointerdown pointermove pointerup pointercancel', (event) => {
    if (event.pointerType !== 'pen') return;
    digitPad.penWasSeen = true;
    event.preventDefault(); // the browser sends no mouse event of its own
    const name = event.type.replace('pointer', 'mouse').replace('cancel', 'up');
    if (name === 'mousemove' && !event.buttons) return;
    event.target.dispatchEvent(new MouseEvent(name, event));
  });
  listen('focusin', (event) => event.target.setAttribute('data-lm-suppress-shortcuts', ''));
  listen('keydown', (event) => {
    if (event.key === 'Tab') event.preventDefault = () => {};
    else if (event.repeat && !/^(Arrow.*|Page.*|Home|End|Backspace|[zy])$/i.test(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  listen('touchstart touchmove touchend touchcancel', (event) => {
    if (!digitPad.penWasSeen) return;
    event.preventDefault();
    event.stopPropagation();
  });
}
