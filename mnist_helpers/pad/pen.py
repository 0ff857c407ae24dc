"""The pen, or the eraser: what it does to the ink and on the paper, whatever moves it."""

from collections.abc import Callable

from mnist_helpers.drawing import PAD_SIZE
from mnist_helpers.pad.controls import Controls
from mnist_helpers.pad.ink import Ink
from mnist_helpers.pad.paper import Paper

MIDDLE = (PAD_SIZE / 2, PAD_SIZE / 2)


class Pen:
    """One pen for mouse, finger, keys and samples: only one of them draws at a time.

    `holder` says what holds it down: 'pointer', 'keys' or 'sample'; None while it is up. `at` is
    its last place: (x, y) in pixels.
    """

    def __init__(
        self,
        ink: Ink,
        paper: Paper,
        controls: Controls,
        clock: Callable[[], float],
        changed: Callable[[], None],
    ):
        """Take ink, paper, controls, a clock in seconds, and a function to call after a change.

        The controls say how wide the pen is, and whether it erases.
        """
        self.holder: str | None = None
        self.at: tuple[float, float] = MIDDLE
        self._ink, self._paper, self._controls = ink, paper, controls
        self._clock, self._changed = clock, changed

    def put_down(self, holder: str, x: float, y: float) -> None:
        """Begin to draw or to erase."""
        self.holder, self.at = holder, (x, y)
        if self._controls.erase.value:
            self._erase(x, y)
        else:
            self._ink.begin((float(x), float(y), self._clock()))
            self._paper.grow(self._ink.strokes[-1], self._controls.pen.value)
        self._changed()

    def go_on(self, x: float, y: float) -> None:
        """Draw, or erase, up to a point."""
        if self._controls.erase.value:
            self._erase(x, y)
        else:
            self._ink.extend((float(x), float(y), self._clock()))
            self._paper.grow(self._ink.strokes[-1], self._controls.pen.value)
        self.at = x, y
        self._changed()

    def lift(self) -> bool:
        """End the stroke, and say whether there was one."""
        was_down = self.holder is not None
        self.holder = None
        if was_down and self._ink.strokes:
            self._paper.finish(self._ink.strokes[-1])
        return was_down

    def _erase(self, x: float, y: float) -> None:
        if self._ink.erase([self.at, (x, y)], self._controls.pen.value):
            self._paper.show(self._ink.lines, self._controls.pen.value)
