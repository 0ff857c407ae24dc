"""The paper of the drawing pad: a canvas that shows ink, and the browser's events on it."""

from collections.abc import Callable, Sequence

import numpy as np
from ipycanvas import MultiCanvas, hold_canvas
from traitlets import Unicode

from mnist_helpers.drawing import PAD_SIZE

_SHARPNESS = 2  # pixels of the canvas for each of the pad: ink stays sharp on a HiDPI screen
_INK, _HINT, _PAPER = "#1c1c1c", "#6b6b6b", "#ffffff"
_ERASING = "digit-pad-erasing"


class Paper(MultiCanvas):
    """Two layers: the ink, and above it a hint on blank paper, or the pen that the keys move.

    Coordinates are x right and y down, from 0 to `PAD_SIZE`, at any size on the screen. What to
    draw is computed before `hold_canvas`: after an exception inside it, it sends nothing more.
    """

    # The tooltip is the canvas's name. ipywidgets shows it only beside an empty description.
    description = Unicode("").tag(sync=True)
    tooltip = Unicode("Paper for one digit").tag(sync=True)

    def __init__(self):
        side = PAD_SIZE * _SHARPNESS
        super().__init__(2, width=side, height=side)
        self.add_class("digit-pad-paper")

    def turn_to(self, is_eraser: bool) -> None:
        """Change the look for the eraser or for the pen; `show` then shows the hint."""
        change = self.add_class if is_eraser else self.remove_class
        change(_ERASING)

    def show(self, strokes: Sequence[np.ndarray], pen: int) -> None:
        """Draw strokes, (n, 2) each, `pen` pixels wide, and remove everything else."""
        ink, top = self._canvases
        lines = [through_midpoints(stroke * _SHARPNESS) for stroke in strokes]
        # A reloaded page does not know which canvas the last command was for. If it is not told,
        # it fails for good: https://github.com/jupyter-widgets-contrib/ipycanvas/issues/322
        self._canvas_manager._current_canvas = None
        with hold_canvas():
            self.clear()
            if not lines:
                top.fill_style = _HINT
                top.font = f"{15 * _SHARPNESS}px sans-serif"
                top.text_align = "center"
                is_erasing = _ERASING in self._dom_classes
                hint = "Nothing to erase" if is_erasing else "Draw here"
                top.fill_text(hint, PAD_SIZE, PAD_SIZE + 5 * _SHARPNESS)
            ink.fill_style = ink.stroke_style = _INK
            ink.line_cap = ink.line_join = "round"
            ink.line_width = pen * _SHARPNESS
            for line in lines:
                ink.fill_circle(*line[0], pen / 2 * _SHARPNESS)
                ink.stroke_lines(line)

    def grow(self, stroke: Sequence[Sequence[float]], pen: int, is_last: bool = False) -> None:
        """Draw the newest piece of a stroke of points (x, y, …): up to midway to its last point.

        The rest depends on the next point, which is not known yet. With `is_last`, none follows.
        """
        ink, top = self._canvases
        path = through_midpoints(np.array(stroke[-3:])[:, :2] * _SHARPNESS)
        with hold_canvas():
            if is_last:
                ink.stroke_lines(path[-2:])
            elif len(stroke) == 1:
                top.clear()
                ink.fill_circle(*path[0], pen / 2 * _SHARPNESS)
            elif len(stroke) > 2:
                ink.stroke_lines(path[len(stroke) > 3 : -1])

    def show_pen(self, x: float, y: float, is_down: bool) -> None:
        """Show where the pen of the keys is: a ring while it is up, a disc while it is down."""
        top = self._canvases[1]
        with hold_canvas():
            top.clear()
            # The white rim keeps it visible on ink.
            for radius, color in [(13, _PAPER), (11, _INK), (8, _INK if is_down else _PAPER)]:
                top.fill_style = color
                top.fill_circle(x * _SHARPNESS, y * _SHARPNESS, radius * _SHARPNESS)

    def listen(self, ready, down, move, up, cancel, key) -> None:
        """Set the pad's handlers; `ready` is for a new page.

        `down` and `move` get x, y and the hand, 'pen' or 'touch', and `up` gets the hand. `cancel`
        is for a touch that the system takes away. `key` gets the key's name, whether Ctrl or Cmd is
        held, and whether Shift is.
        """
        first: tuple[float, float] | None = None  # where the first finger is

        def on_pad(draw: Callable, hand: str) -> Callable:
            return lambda x, y: draw(x / _SHARPNESS, y / _SHARPNESS, hand)

        def drag(touches: list[tuple[float, float]], draw: Callable = move) -> None:
            nonlocal first
            first = touches[0]
            on_pad(draw, "touch")(*first)

        def touch(touches: list[tuple[float, float]]) -> None:
            if len(touches) == 1:  # a second finger does not draw
                drag(touches, down)

        def lift(touches: list[tuple[float, float]]) -> None:
            if first not in touches:  # if it is, a second finger was lifted
                up("touch")

        self.on_client_ready(ready)
        self.on_mouse_down(on_pad(down, "pen"))
        self.on_mouse_move(on_pad(move, "pen"))
        self.on_mouse_up(lambda x, y: up("pen"))
        self.on_mouse_out(lambda x, y: up("pen"))
        self.on_touch_start(touch)
        self.on_touch_move(drag)
        self.on_touch_end(lift)
        self.on_touch_cancel(lambda touches: cancel())
        self.on_key_down(lambda name, shift, ctrl, meta: key(name, ctrl or meta, shift))


def through_midpoints(points: np.ndarray) -> np.ndarray:
    """Round the corners of a line (n, 2): it passes midway between its points, in curves.

    Returns (m, 2): the first point, eight points for each inner point, and the last point. The
    eight lie on a quadratic Bézier curve, from the middle before the inner point to the one after.
    """
    middles = (points[1:] + points[:-1]) / 2
    t = np.linspace(0, 1, 8)[:, np.newaxis]
    inner = points[1:-1, np.newaxis]
    curves = (1 - t) ** 2 * middles[:-1, np.newaxis] + 2 * t * (1 - t) * inner
    curves += t**2 * middles[1:, np.newaxis]
    return np.concatenate([points[:1], curves.reshape(-1, 2), points[-1:]])
