"""The drawing pad: ink under the pointer, and beside it the network's answer, live."""

import time
from collections.abc import Callable, Sequence
from functools import partial, wraps

import ipywidgets as widgets
import numpy as np

from mnist_helpers.drawing import PAD_SIZE, as_strokes, check_point
from mnist_helpers.handwriting import write_digit
from mnist_helpers.learning.collection import Collection
from mnist_helpers.pad.collection_view import Keeper
from mnist_helpers.pad.controls import Controls
from mnist_helpers.pad.ink import MIDDLE, Change, Ink, Pen, SampleWriter
from mnist_helpers.pad.inside import ChangeView
from mnist_helpers.pad.keys import Bindings, KeyPen, find_action
from mnist_helpers.pad.paper import Paper
from mnist_helpers.pad.readers import Readers
from mnist_helpers.prediction import Prediction


class DrawingPad(widgets.VBox):
    """A pad to draw on with mouse, finger, pen or keys; it reads the drawing while it grows.

    The last line of a cell shows it. You can also call the handlers from code: `pen_down`,
    `pen_move`, `pen_up`, `key_down`, `undo`, `redo`, `clear`, `write`, `replay` and `label`. The
    pad shows each exception that a reader raises. It shows those of a handler after a press or a
    move; after a call from code, they are raised as usual.
    """

    def __init__(
        self,
        recognizer,
        collection: Collection | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Take one or several readers, a collection, and a clock that gives seconds.

        A reader is a `Recognizer`, any model that `Recognizer.from_model` takes, or an object whose
        `recognize_strokes` returns a `Prediction`. Several readers answer side by side; give them
        as `{"the course's": one, "yours": another}`. With a collection, a drawing can be labelled
        and kept, with the first reader's answer.

        Raises TypeError or ValueError for anything else, and says what was wanted.
        """
        self._clock = clock
        self._rng = np.random.default_rng(0)
        self._ink, self._paper, self._controls = Ink(), Paper(), Controls()
        self._keeper = Keeper(collection, self._controls, self._write)
        self._readers = Readers(recognizer, lambda: self.strokes, self._controls, clock)
        self._pen = Pen(self._ink, self._paper, self._controls, clock, self._changed)
        self._sample = SampleWriter(self._pen, self._lift, self._controls.show_fault)
        self._bindings = self._bind_keys(can_label=collection is not None)
        self._change = ChangeView(self._readers.named, lambda: self._readers.predictions)
        self._change.layout.display = "none"
        super().__init__(self._controls.arrange(self._paper, self._change, self._keeper.box))
        self.add_class("digit-pad")
        self._listen()
        self._refresh()

    @property
    def strokes(self) -> list[np.ndarray]:
        """The strokes in the order drawn: float64 arrays (n, 2), in pixels, x right and y down.

        Set it to put a drawing on the pad. This raises the same errors as `draw_strokes`.
        """
        return self._ink.lines

    @strokes.setter
    def strokes(self, strokes: Sequence) -> None:
        checked, now = as_strokes(strokes), self._clock()
        self._begin()
        self._ink.replace([[(float(x), float(y), now) for x, y in stroke] for stroke in checked])
        self._refresh()

    @property
    def times(self) -> list[np.ndarray]:
        """When each point of `strokes` came in: float64 arrays (n,), seconds from the first."""
        return self._ink.times

    @property
    def prediction(self) -> Prediction | None:
        """What the first reader says about the drawing; None if it failed."""
        return next(iter(self._readers.predictions.values()))

    @property
    def predictions(self) -> dict[str, Prediction | None]:
        """What each reader says about the drawing, by its name; None if it failed."""
        return dict(self._readers.predictions)

    @property
    def note(self) -> str:
        """What the pad says about the last drawing that was kept; empty after the next change."""
        return self._controls.noted

    def pen_down(self, x: float, y: float, hand: str = "pen") -> None:
        """Begin to draw or to erase at a point of the pad, in pixels.

        `hand` is 'pen' (a mouse, too) or 'touch'. A touch beside the pen is the palm, so it does
        not draw. If it came first, the pen takes over from it and removes its stroke.
        """
        x, y = check_point(x, y)
        if self._pen.holder == "touch" and hand == "pen":
            self.touch_cancel()
        elif self._pen.holder == "pen" and hand == "touch":
            return
        self._begin()
        self._pen.put_down(hand, x, y)

    def pen_move(self, x: float, y: float, hand: str = "pen") -> None:
        """Draw up to a point, if this hand draws; beyond the edge, the pen follows the edge."""
        x, y = check_point(x, y)
        if self._pen.holder == hand:
            self._pen.go_on(min(max(x, 0), PAD_SIZE), min(max(y, 0), PAD_SIZE))

    def pen_up(self, hand: str = "pen") -> None:
        """End the stroke, if this hand draws one, and answer for all of the ink."""
        if self._pen.holder == hand:
            self._lift()

    def touch_cancel(self) -> None:
        """Remove the stroke that a touch draws: the system has found that it is a palm."""
        if self._pen.holder == "touch":
            self._pen.cancel()
            self._refresh()

    def undo(self) -> None:
        """Take back the last stroke, erasure, clearing or sample; if there is none, do nothing.

        If that was a label, the drawing is no longer kept.
        """
        self._begin()
        words = self._keeper.take_back(self._ink.past[-1]) if self._ink.past else ""
        self._ink.undo()
        self._refresh()
        self._controls.take_note(words)

    def redo(self) -> None:
        """Do again what was undone last, unless something was drawn since.

        If that was a label, the drawing is kept again.
        """
        self._begin()
        words = self._keep_again(self._ink.future[-1]) if self._ink.future else ""
        self._ink.redo()
        self._refresh()
        self._controls.take_note(words)

    def clear(self) -> None:
        """Take away all strokes, and change from the eraser to the pen."""
        self._begin()
        self._controls.erase.value = False
        if self._ink.strokes:
            self._controls.strip.add(self.strokes, self.prediction)
            self._ink.replace([])
        self._pen.at = MIDDLE
        self._refresh()

    def write(self, digit: int) -> None:
        """Clear the pad and write a sample of a digit on it, as fast as a person does.

        Outside of a kernel there is no event loop that could wait: the sample is there at once.
        Raises ValueError for anything that is not 0 to 9.
        """
        self._write(write_digit(digit, self._rng))

    def replay(self) -> None:
        """Draw the drawing again, as fast as it was drawn, so that the bars move again.

        If the pad is empty, do nothing. Outside of a kernel the drawing is there at once.
        """
        self._begin()
        self._controls.erase.value = False
        whole, lines, times = self._ink.strokes, self.strokes, self.times

        def put_back() -> None:  # a replay is no change
            self._ink.strokes = whole
            self._refresh()

        if whole:
            self._ink.strokes = []
            self._redraw()
            self._sample.write(lines, times, at_end=put_back)

    def label(self, digit: int | None) -> None:
        """Keep the drawing in the collection as a `digit`, None for no digit, and clear the pad.

        If there is no drawing, `note` asks for one. Raises ValueError for a pad without a
        collection, and the errors of `Collection.add`.
        """
        collection = self._keeper.collection
        self._begin()
        if not self._ink.strokes:
            self._controls.take_note("Draw a digit first, then say what it was")
            return
        kept = collection.add(self.strokes, self.times, digit, self.prediction)
        self.clear()
        self._ink.past[-1].kept = kept
        self._controls.take_note(self._keeper.tell(kept))

    def key_down(self, key: str, ctrl: bool = False, shift: bool = False) -> None:
        """Do what a key does while the paper has the focus; the pad shows a list of the keys."""
        if action := find_action(self._bindings, key, ctrl, shift):
            action()

    def __repr__(self) -> str:
        return f"<DrawingPad, strokes: {len(self._ink.strokes)}>"

    def _bind_keys(self, can_label: bool) -> Bindings:
        controls = self._controls
        pen = KeyPen(self._pen, self._paper, self._interrupt, controls.tell)
        bindings = pen.bindings() | {
            "Ctrl+z": self.undo,
            "Backspace": self.undo,
            "Ctrl+y": self.redo,
            "Ctrl+Shift+z": self.redo,
            "Escape": self.clear,
            "Delete": self.clear,
            "e": controls.change_tool,
            "r": self.replay,
        }
        if can_label:
            bindings |= {str(digit): partial(self.label, digit) for digit in range(10)}
            bindings["n"] = partial(self.label, None)
        return bindings

    def _listen(self) -> None:
        controls, guard = self._controls, self._guard
        pen = self.pen_down, self.pen_move, self.pen_up, self.touch_cancel
        self._paper.listen(*map(guard, (self._redraw, *pen, self.key_down)))
        for button, handler in [
            (controls.undo, self.undo),
            (controls.redo, self.redo),
            (controls.clear, self.clear),
            (controls.write, lambda: self.write(controls.digit.value)),
            (controls.replay, self.replay),
            (controls.no_digit, partial(self.label, None)),
            (self._change.find, self._change.show),
            *((each, partial(self.label, digit)) for digit, each in enumerate(controls.labels)),
        ]:
            button.on_click(guard(lambda _, handler=handler: handler()))
        for control, handler in [
            (controls.erase, self._change_tool),
            (controls.pen, self._redraw),
            (controls.look_inside, self._look_inside),
            (controls.show_kept_drawings, self._keeper.show),
        ]:
            control.observe(guard(lambda _, handler=handler: handler()), "value")

    def _guard(self, handler: Callable) -> Callable:
        """Show a handler's exception in the pad: nobody sees an exception in a callback."""

        @wraps(handler)
        def guarded(*args) -> None:
            try:
                handler(*args)
            except Exception as error:
                self._readers.ask_all()  # the handler may have failed before this
                self._controls.show_fault(error)

        return guarded

    def _lift(self) -> None:
        """Lift the pen, whatever holds it, and answer for all of the ink."""
        if self._pen.lift():
            self._readers.settle()

    def _interrupt(self) -> None:
        """Stop a sample that is being written, and lift the pen."""
        self._sample.stop()
        self._lift()

    def _begin(self) -> None:
        """Prepare for something new: stop drawing, and remove the messages of the last change."""
        self._change.forget()
        self._interrupt()
        self._controls.fault.value = ""
        self._controls.take_note("")

    def _change_tool(self) -> None:
        self._interrupt()
        is_eraser = self._controls.erase.value
        self._paper.turn_to(is_eraser)
        if not self._ink.strokes:
            self._redraw()  # the hint
        self._controls.tell(f"You hold the {'eraser' if is_eraser else 'pen'}")

    def _keep_again(self, change: Change) -> str:
        """Keep the drawing under the label that was taken back; return what to say."""
        if change.kept is None:
            return ""
        change.kept = self._keeper.collection.add(
            self.strokes, self.times, change.kept.label, self.prediction
        )
        return self._keeper.tell(change.kept)

    def _write(self, strokes: Sequence, times: Sequence | None = None) -> None:
        was_empty = not self._ink.strokes
        self.clear()
        if was_empty:
            self._ink.note()  # so that one undo takes the whole sample back
        self._sample.write(strokes, times)

    def _look_inside(self) -> None:
        self._change.layout.display = None if self._controls.look_inside.value else "none"
        self._readers.look_inside()

    def _changed(self) -> None:
        """Show what can be undone now, and answer soon."""
        self._controls.show_steps(self._ink.past, self._ink.future)
        self._readers.soon()

    def _refresh(self) -> None:
        """Show ink that has changed in another way than by drawing, and answer."""
        self._redraw()
        self._controls.show_steps(self._ink.past, self._ink.future)
        self._readers.settle()

    def _redraw(self) -> None:
        self._paper.show(self.strokes, self._controls.pen.value)
