"""The drawing pad: ink under the pointer, and beside it, live, what the network makes of it."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps

import ipywidgets as widgets
import numpy as np

from mnist_helpers.collection import Collection
from mnist_helpers.drawing import PAD_SIZE, as_strokes
from mnist_helpers.handwriting import Strokes, write_digit
from mnist_helpers.pad import view
from mnist_helpers.pad.collection_view import CollectionView, count
from mnist_helpers.pad.controls import Controls
from mnist_helpers.pad.ink import Ink
from mnist_helpers.pad.inside_view import inside
from mnist_helpers.pad.pace import Pace
from mnist_helpers.pad.paper import Paper
from mnist_helpers.prediction import Prediction
from mnist_helpers.recognizer import Recognizer
from mnist_helpers.shown import with_article

_MIDDLE = (PAD_SIZE / 2, PAD_SIZE / 2)
_KEY_STEP = 10  # pixels that an arrow key moves the pen
_BEAT, _LIFT = 0.02, 0.25  # seconds between two points, and between two strokes, of a sample
_ARROWS = {  # the keys of a number pad, which has diagonals too
    "Home": (-1, -1),
    "ArrowUp": (0, -1),
    "PageUp": (1, -1),
    "ArrowLeft": (-1, 0),
    "ArrowRight": (1, 0),
    "End": (-1, 1),
    "ArrowDown": (0, 1),
    "PageDown": (1, 1),
}


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
    """A pad to draw on with mouse, finger, pen or keys, which reads the drawing while it grows.

    The last line of a cell shows it. The handlers (`pen_down`, `pen_move`, `pen_up`, `key_down`,
    `undo`, `redo`, `clear`, `write`, `label`) can be called from code as well; an exception in one
    of them is shown in the pad.
    """

    def __init__(
        self,
        recognizer: Recognizer | Mapping[str, Recognizer],
        collection: Collection | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Take what reads the strokes, and a clock that gives seconds.

        Several recognizers, as `{"the course's": one, "yours": another}`, answer side by side.
        With a collection, a drawing can be labelled and kept, with the first recognizer's answer.

        Raises TypeError for anything that has no `recognize_strokes`.
        """
        named = dict(recognizer) if isinstance(recognizer, Mapping) else {"": recognizer}
        for each in named.values():
            if not hasattr(each, "recognize_strokes"):
                raise TypeError(
                    f"the pad wants a Recognizer, not {type(each).__name__}; "
                    "for a Keras model that is Recognizer.from_model(model)"
                )
        self._recognizers = named
        self._predictions: dict[str, Prediction | None] = {}  # None where the last answer failed
        self._collection = collection
        self._clock = clock
        self._ink = Ink()
        self._holder: str | None = None  # of the pen, while it is down: pointer, keys or sample
        self._at = _MIDDLE  # where the holder's pen, or the eraser, is
        self._sample: asyncio.Task | None = None
        self._rng = np.random.default_rng(0)
        self._answering = Pace(self._answer_live, clock)
        self._looking = Pace(self._look_inside, clock)
        self._paper = Paper()
        self._controls = Controls()
        self._drawings = None if collection is None else widgets.VBox()
        super().__init__(self._controls.arrange(self._paper, self._drawings))
        self.add_class("digit-pad")
        self._listen()
        self._redraw()
        self._settle()

    @property
    def strokes(self) -> list[np.ndarray]:
        """The strokes in the order drawn: float64 arrays (n, 2), in pixels, x right and y down.

        Set it to put a drawing on the pad; errors as `draw_strokes` raises them.
        """
        return [np.array(stroke)[:, :2] for stroke in self._ink.strokes]

    @strokes.setter
    def strokes(self, strokes: Sequence) -> None:
        checked, now = as_strokes(strokes), self._clock()
        self._interrupt()
        self._ink.replace([[(float(x), float(y), now) for x, y in stroke] for stroke in checked])
        self._refresh()

    @property
    def times(self) -> list[np.ndarray]:
        """When each point of `strokes` came in: float64 arrays (n,), seconds from the first."""
        return [np.array(stroke)[:, 2] - self._ink.strokes[0][0][2] for stroke in self._ink.strokes]

    @_visibly
    def pen_down(self, x: float, y: float) -> None:
        """Begin a stroke, or to erase, at a point of the pad, in pixels."""
        self._interrupt()
        self._put_down("pointer", x, y)

    @_visibly
    def pen_move(self, x: float, y: float) -> None:
        """Draw on to a point, where the pen is down; a point beyond the edge ends the stroke."""
        if self._holder != "pointer":
            return
        if 0 <= x <= PAD_SIZE and 0 <= y <= PAD_SIZE:
            self._go_on(x, y)
        else:
            self._lift()

    @_visibly
    def pen_up(self) -> None:
        """End the stroke, where there is one, and answer for all of the ink."""
        if self._holder == "pointer":
            self._lift()

    @_visibly
    def undo(self) -> None:
        """Take back the last stroke, erasure or clearing; where there is none, do nothing."""
        self._interrupt()
        self._ink.undo()
        self._refresh()

    @_visibly
    def redo(self) -> None:
        """Do again what was undone last, unless something was drawn since."""
        self._interrupt()
        self._ink.redo()
        self._refresh()

    @_visibly
    def clear(self) -> None:
        """Take away all strokes."""
        self._interrupt()
        if self._ink.strokes:
            self._ink.replace([])
        self._at = _MIDDLE
        self._refresh()

    @_visibly
    def write(self, digit: int) -> None:
        """Write a sample of a digit on a cleared pad, as fast as a hand does.

        Outside of a kernel there is no event loop that could wait: it is there at once.
        """
        self.clear()
        self._controls.erase.value = False
        steps = self._write_step_by_step(write_digit(digit, self._rng))
        try:
            self._sample = asyncio.get_running_loop().create_task(self._wait_between(steps))
        except RuntimeError:
            for _ in steps:
                pass

    @_visibly
    def label(self, digit: int) -> None:
        """Keep the drawing in the collection, where there is one, as a `digit`; clear the pad."""
        if self._collection is None:
            return
        self._interrupt()
        if not self._ink.strokes:
            self._controls.note.value = view.tell("Draw a digit first, then say what it was")
            return
        prediction = next(iter(self._predictions.values()))
        self._collection.add(self.strokes, self.times, digit, prediction)
        self.clear()
        kept = f"Kept as {with_article(digit)} ({count(len(self._collection))})"
        self._controls.note.value = view.tell(kept)
        self._show_drawings()

    @_visibly
    def key_down(self, key: str, ctrl: bool = False, shift: bool = False) -> None:
        """Do what a key stands for while the paper has the focus: `view.keys` lists them.

        The paper swallows every key, so Tab has to be helped to the next button or the one before.
        """
        key = key.lower() if len(key) == 1 else key
        if key in _ARROWS:  # with Ctrl as well, since Notebook 7 keeps the bare arrows for itself
            self._move_key_pen(*_ARROWS[key])
        elif ctrl:
            if key in "yz":
                self.redo() if shift or key == "y" else self.undo()
        elif key == "Tab":
            self._lift()
            (self._controls.clear if shift else self._controls.write).focus()
        elif key == "Backspace":
            self.undo()
        elif key in ("Escape", "Delete"):
            self.clear()
        elif key == "e":
            self._controls.erase.value = not self._controls.erase.value
        elif key == " ":
            self._put_key_pen_down_or_up()
        elif key.isdecimal():
            self.label(int(key))

    def __repr__(self) -> str:
        return f"<DrawingPad, strokes: {len(self._ink.strokes)}>"

    def _listen(self) -> None:
        controls = self._controls
        self._paper.listen(self._redraw, self.pen_down, self.pen_move, self.pen_up, self.key_down)
        controls.undo.on_click(lambda _: self.undo())
        controls.redo.on_click(lambda _: self.redo())
        controls.clear.on_click(lambda _: self.clear())
        controls.write.on_click(lambda _: self.write(controls.digit.value))
        for digit, button in enumerate(controls.labels):
            button.on_click(lambda _, digit=digit: self.label(digit))
        for toggle, handler in [
            (controls.erase, self._change_tool),
            (controls.pen, self._redraw),
            (controls.look_inside, self._look_inside),
            (controls.show_collection, self._show_drawings),
        ]:
            toggle.observe(lambda _, handler=handler: handler(), "value")

    def _put_down(self, holder: str, x: float, y: float) -> None:
        self._controls.fault.value = ""
        self._holder, self._at = holder, (x, y)
        if self._controls.erase.value:
            self._erase(x, y)
        else:
            self._ink.begin((float(x), float(y), self._clock()))
            self._paper.grow(self._ink.strokes[-1], self._controls.pen.value)
        self._answering.soon()

    def _go_on(self, x: float, y: float) -> None:
        if self._controls.erase.value:
            self._erase(x, y)
        else:
            self._ink.extend((float(x), float(y), self._clock()))
            self._paper.grow(self._ink.strokes[-1], self._controls.pen.value)
        self._at = x, y
        self._answering.soon()

    def _erase(self, x: float, y: float) -> None:
        if self._ink.erase([self._at, (x, y)], self._controls.pen.value):
            self._redraw()

    def _lift(self) -> None:
        """Lift the pen, whoever holds it, and answer for all of the ink."""
        if self._holder is not None:
            self._holder = None
            if self._ink.strokes:
                self._paper.finish(self._ink.strokes[-1])
            self._settle()

    @_visibly
    def _interrupt(self) -> None:
        """Stop a sample that is being written, and lift the pen."""
        if self._sample is not None:
            self._sample.cancel()
            self._sample = None
        self._lift()

    @_visibly
    def _change_tool(self) -> None:
        self._interrupt()
        tool = "eraser" if self._controls.erase.value else "pen"
        self._controls.status.value = view.tell(f"You hold the {tool}")

    def _write_step_by_step(self, strokes: Strokes) -> Iterator[float]:
        """Draw on at each step, and say how many seconds a hand takes until the next."""
        for stroke in strokes:
            self._put_down("sample", *stroke[0])
            for point in stroke[1:]:
                yield _BEAT
                self._go_on(*point)
            self._lift()
            yield _LIFT

    async def _wait_between(self, steps: Iterator[float]) -> None:
        try:
            for wait in steps:
                await asyncio.sleep(wait)
        except Exception as error:
            self._show_fault(error)

    def _put_key_pen_down_or_up(self) -> None:
        was_down = self._holder == "keys"
        self._interrupt()
        if not was_down:
            self._put_down("keys", *self._at)
            self._controls.status.value = view.tell("The pen is down")
        self._paper.show_pen(*self._at, is_down=not was_down)

    def _move_key_pen(self, right: int, down: int) -> None:
        is_down = self._holder == "keys"
        step = np.array([right, down]) * _KEY_STEP
        at = np.clip(self._at + step, 0, PAD_SIZE).tolist()
        if is_down:
            self._go_on(*at)
        else:
            self._interrupt()
            self._at = at
        self._paper.show_pen(*at, is_down)

    @_visibly
    def _refresh(self) -> None:
        """Show ink that has changed otherwise than by drawing, and answer."""
        self._controls.fault.value = ""
        self._redraw()
        self._settle()

    @_visibly
    def _redraw(self) -> None:
        self._paper.show(self.strokes, self._controls.pen.value)

    def _answer_live(self) -> None:
        self._answer()
        self._looking.soon()

    def _settle(self) -> None:
        """Answer for all of the ink, and tell a screen reader: once a stroke, not all the time."""
        self._answer()
        self._look_inside()
        self._controls.status.value = view.status(self._predictions)

    @_visibly
    def _answer(self) -> None:
        strokes = self.strokes
        self._predictions = {
            name: recognizer.recognize_strokes(strokes)
            for name, recognizer in self._recognizers.items()
        }
        self._controls.panel.value = view.panel(self._predictions)

    @_visibly
    def _look_inside(self) -> None:
        """Show what happens inside the networks, if it is wanted; it takes time."""
        is_open = self._controls.look_inside.value
        self._controls.inside.value = "".join(
            inside(name, recognizer, self._predictions[name])
            for name, recognizer in self._recognizers.items()
            if is_open
        )

    @_visibly
    def _show_drawings(self) -> None:
        """Show the collection as it is now, if it is wanted."""
        if not self._controls.show_collection.value:
            self._drawings.children = []
        elif self._drawings.children:
            self._drawings.children[0].refresh()
        else:
            self._drawings.children = [CollectionView(self._collection)]

    def _show_fault(self, error: Exception) -> None:
        self._predictions = dict.fromkeys(self._recognizers)
        self._controls.panel.value = view.panel(self._predictions)
        self._controls.fault.value = view.fault(error)
