"""The drawing pad: ink under the pointer, and beside it, live, what the network makes of it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps

import ipywidgets as widgets
import numpy as np
from ipycanvas import MultiCanvas, hold_canvas

from mnist_helpers import pad_view as view
from mnist_helpers.drawing import as_strokes
from mnist_helpers.recognizer import Prediction, Recognizer

SIZE = 280
PEN = 18
_SHARPNESS = 2  # pixels of the canvas for each pixel shown: the ink stays crisp on a HiDPI screen
_PAUSE = 0.06  # seconds between two answers while the pen moves
_INK, _HINT = "#1c1c1c", "#6b6b6b"


def _visibly(handler: Callable) -> Callable:
    """Show a handler's exception in the pad, since nobody sees what a callback raises."""

    @wraps(handler)
    def guarded(self: "DrawingPad", *args) -> None:
        try:
            handler(self, *args)
        except Exception as error:
            self._show_fault(error)

    return guarded


class DrawingPad(widgets.VBox):
    """A pad to draw on with mouse, finger or pen, which reads the drawing while it grows.

    The last line of a cell shows it. All handlers (`pen_down`, `pen_move`, `pen_up`, `undo`,
    `clear`) can be called from code as well; an exception in one of them is shown in the pad.
    """

    def __init__(self, recognizer: Recognizer, clock: Callable[[], float] = time.monotonic):
        """Take what reads the strokes, and a clock that gives seconds.

        Raises TypeError for anything that has no `recognize_strokes`.
        """
        if not hasattr(recognizer, "recognize_strokes"):
            raise TypeError(
                f"the pad wants a Recognizer, not {type(recognizer).__name__}; "
                "for a Keras model that is Recognizer.from_model(model)"
            )
        self._recognizer = recognizer
        self._clock = clock
        self._ink: list[list[tuple[float, float, float]]] = []  # strokes of (x, y, time)
        self._is_down = False
        self._prediction: Prediction | None = None  # none where the last answer failed
        self._answered_at = -np.inf
        self._is_answer_due = False
        self._canvas = _build_canvas()
        self._undo_button = widgets.Button(
            description="Undo", icon="undo", tooltip="Take back the last stroke (Ctrl+Z)"
        )
        self._clear_button = widgets.Button(
            description="Clear", icon="trash", tooltip="Clear the pad (Escape)"
        )
        self._panel, self._fault, self._status = (widgets.HTML() for _ in range(3))
        buttons = widgets.HBox([self._undo_button, self._clear_button])
        desk = widgets.HBox([widgets.VBox([self._canvas, buttons]), self._panel])
        style = widgets.HTML(f"<style>{view.CSS}</style>", layout={"display": "none"})
        super().__init__([style, desk, self._fault, self._status])
        for widget, name in [
            (self, "digit-pad"),
            (desk, "digit-pad-desk"),
            (self._canvas, "digit-pad-paper"),
            (buttons, "digit-pad-buttons"),
            (self._status, "digit-pad-status"),
        ]:
            widget.add_class(name)
        self._listen()
        self._redraw()
        self._answer()

    @property
    def strokes(self) -> list[np.ndarray]:
        """The strokes in the order drawn: float64 arrays (n, 2), in pixels, x right and y down.

        Set it to put a drawing on the pad; errors as `draw_strokes` raises them.
        """
        return [np.array(stroke)[:, :2] for stroke in self._ink]

    @strokes.setter
    def strokes(self, strokes: Sequence) -> None:
        now = self._clock()
        checked = as_strokes(strokes)
        self._is_down = False
        self._ink = [[(float(x), float(y), now) for x, y in stroke] for stroke in checked]
        self._refresh()

    @property
    def times(self) -> list[np.ndarray]:
        """When each point of `strokes` came in: float64 arrays (n,), seconds from the first."""
        return [np.array(stroke)[:, 2] - self._ink[0][0][2] for stroke in self._ink]

    @_visibly
    def pen_down(self, x: float, y: float) -> None:
        """Begin a stroke at a point of the pad, in pixels."""
        self._fault.value = ""
        point = self._timed(x, y)
        if not self._ink:
            self._canvas[0].clear()
        self._is_down = True
        self._ink.append([point])
        self._canvas[1].fill_circle(x * _SHARPNESS, y * _SHARPNESS, PEN / 2 * _SHARPNESS)
        self._answer_soon()

    @_visibly
    def pen_move(self, x: float, y: float) -> None:
        """Draw on to a point, where the pen is down; a point beyond the edge ends the stroke."""
        if not self._is_down:
            return
        if not (0 <= x <= SIZE and 0 <= y <= SIZE):
            self.pen_up()
            return
        point = self._timed(x, y)
        last_x, last_y, _ = self._ink[-1][-1]
        self._ink[-1].append(point)
        line = (value * _SHARPNESS for value in (last_x, last_y, x, y))
        self._canvas[1].stroke_line(*line)
        self._answer_soon()

    @_visibly
    def pen_up(self) -> None:
        """End the stroke, where there is one, and answer for all of the ink."""
        if self._is_down:
            self._is_down = False
            self._answer()
            self._announce()

    @_visibly
    def undo(self) -> None:
        """Take back the last stroke; on an empty pad do nothing."""
        self._is_down = False
        del self._ink[-1:]
        self._refresh()

    @_visibly
    def clear(self) -> None:
        """Take back all strokes."""
        self._is_down = False
        self._ink.clear()
        self._refresh()

    @_visibly
    def touch_start(self, *fingers: tuple[float, float]) -> None:
        """Begin a stroke with the first finger; a second one does not draw."""
        if len(fingers) == 1:
            self.pen_down(*fingers[0])

    @_visibly
    def key_down(self, key: str, ctrl: bool = False) -> None:
        """Undo with Ctrl+Z or Backspace, clear with Escape or Delete, leave with Tab."""
        if key == "Backspace" or (ctrl and key == "z"):
            self.undo()
        elif key in ("Escape", "Delete"):
            self.clear()
        elif key == "Tab":  # the canvas swallows it: without this the focus would be trapped there
            self._undo_button.focus()

    def __repr__(self) -> str:
        return f"<DrawingPad, strokes: {len(self._ink)}>"

    def _listen(self) -> None:
        canvas = self._canvas
        canvas.on_client_ready(self._redraw)
        canvas.on_mouse_down(lambda x, y: self.pen_down(*_to_pad(x, y)))
        canvas.on_mouse_move(lambda x, y: self.pen_move(*_to_pad(x, y)))
        canvas.on_mouse_up(lambda x, y: self.pen_up())
        canvas.on_mouse_out(lambda x, y: self.pen_up())
        canvas.on_touch_start(lambda touches: self.touch_start(*(_to_pad(*t) for t in touches)))
        canvas.on_touch_move(lambda touches: self.pen_move(*_to_pad(*touches[0])))
        canvas.on_touch_end(lambda touches: self.pen_up())
        canvas.on_touch_cancel(lambda touches: self.pen_up())
        canvas.on_key_down(lambda key, shift, ctrl, meta: self.key_down(key, ctrl or meta))
        self._undo_button.on_click(lambda button: self.undo())
        self._clear_button.on_click(lambda button: self.clear())

    def _timed(self, x: float, y: float) -> tuple[float, float, float]:
        return float(x), float(y), self._clock()

    @_visibly
    def _refresh(self) -> None:
        self._fault.value = ""
        self._redraw()
        self._answer()
        self._announce()

    @_visibly
    def _redraw(self) -> None:
        """Draw all ink anew, on both layers: only then does a reloaded page find its canvas.

        See https://github.com/jupyter-widgets-contrib/ipycanvas/issues/322.
        """
        paper, ink = self._canvas[0], self._canvas[1]
        lines = [stroke * _SHARPNESS for stroke in self.strokes]
        with hold_canvas():  # stays on hold for ever where something is raised in here
            paper.clear()
            if not lines:
                paper.fill_style = _HINT
                paper.font = f"{15 * _SHARPNESS}px sans-serif"
                paper.text_align = "center"
                paper.fill_text("Draw a digit here", SIZE, SIZE + 5 * _SHARPNESS)
            ink.clear()
            ink.fill_style = ink.stroke_style = _INK
            ink.line_cap = ink.line_join = "round"
            ink.line_width = PEN * _SHARPNESS
            for line in lines:
                ink.fill_circle(*line[0], PEN / 2 * _SHARPNESS)
                ink.stroke_lines(line)

    def _answer_soon(self) -> None:
        """Answer now or, where the last answer is too fresh, in a moment: the pen may come to rest.

        Outside of a kernel there is no event loop that could wait; the stroke's end answers then.
        """
        wait = self._answered_at + _PAUSE - self._clock()
        if wait <= 0:
            self._answer()
        elif not self._is_answer_due:
            with suppress(RuntimeError):
                asyncio.get_running_loop().call_later(wait, self._answer_late)
                self._is_answer_due = True

    @_visibly
    def _answer_late(self) -> None:
        self._is_answer_due = False
        if self._is_down:
            self._answer()

    def _answer(self) -> None:
        self._prediction = self._recognizer.recognize_strokes(self.strokes)
        self._panel.value = view.panel(self._prediction)
        self._answered_at = self._clock()

    def _announce(self) -> None:
        """Tell a screen reader the answer: once a stroke, not sixteen times a second."""
        self._status.value = view.status(self._prediction)

    def _show_fault(self, error: Exception) -> None:
        self._prediction = None
        self._panel.value = view.panel(None)
        self._fault.value = view.fault(error)


def _build_canvas() -> MultiCanvas:
    """Build two layers, the paper and the ink, with more pixels than are shown."""
    side, shown = SIZE * _SHARPNESS, f"{SIZE}px"
    canvas = MultiCanvas(2, width=side, height=side, layout={"width": shown, "height": shown})
    canvas.tabbable = False  # a mouse's or a finger's place; the keyboard has the buttons
    return canvas


def _to_pad(x: float, y: float) -> tuple[float, float]:
    return x / _SHARPNESS, y / _SHARPNESS
