"""The drawing pad: ink under the pointer, and beside it the network's answer, live."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from html import unescape

import ipywidgets as widgets
import numpy as np

from mnist_helpers.drawing import PAD_SIZE, as_strokes, check_point
from mnist_helpers.handwriting import write_digit
from mnist_helpers.learning.collection import Collection
from mnist_helpers.pad.collection_view import CollectionView
from mnist_helpers.pad.controls import Controls
from mnist_helpers.pad.ink import Ink
from mnist_helpers.pad.inside import ChangeView
from mnist_helpers.pad.paper import Paper
from mnist_helpers.pad.pen import MIDDLE, Pen
from mnist_helpers.pad.readers import Readers
from mnist_helpers.prediction import Prediction


class DrawingPad(widgets.VBox):
    """A pad to draw on with mouse, finger, pen or keys; it reads the drawing while it grows.

    The last line of a cell shows it. You can also call the handlers from code: `pen_down`,
    `pen_move`, `pen_up`, `key_down`, `undo`, `redo`, `clear`, `write`, `replay` and `label`. The
    pad shows each exception that a reader raises. It shows those of a handler after a press or a
    move; after a call from code, they are raised as usual.
    """

    def __init__(self, recognizer, collection: Collection | None = None):
        """Take one or several readers, and a collection.

        A reader is a `Recognizer`, any model that `Recognizer.from_model` takes, or an object whose
        `recognize_strokes` returns a `Prediction`. Several readers answer side by side; give them
        as `{"the course's": one, "yours": another}`. With a collection, a drawing can be labelled
        and kept, with the first reader's answer.

        Raises TypeError or ValueError for anything else, and says what was wanted.
        """
        self._rng = np.random.default_rng(0)
        self._ink, self._paper, self._controls = Ink(), Paper(), Controls()
        self._drawings: CollectionView | None = None
        if collection is not None:
            self._drawings = CollectionView(collection, self._controls, self._write)
        self._readers = Readers(recognizer, self._ink, self._controls)
        self._pen = Pen(self._ink, self._paper, self._controls, self._readers)
        # By Tab, the focus leaves the paper.
        others = {"e": self._controls.change_tool, "Tab": partial(self.pen_up, "keys")}
        self._bindings = self._pen.bindings() | others
        self._change = ChangeView(self._readers.named, self._readers.predictions)
        super().__init__(self._controls.arrange(self._paper, self._change, self._drawings))
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
        checked, now = as_strokes(strokes), time.monotonic()
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
        return unescape(self._controls.note.value)

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
            self._pen.lift()

    def touch_cancel(self) -> None:
        """Remove the stroke that a touch draws: the system has found that it is a palm."""
        if self._pen.holder == "touch":
            self._pen.cancel()
            self._refresh()

    def undo(self) -> None:
        """Take back the last stroke, erasure, clearing or sample; if there is none, do nothing.

        If that was a label, the drawing is no longer kept.
        """
        self._step(-1)

    def redo(self) -> None:
        """Do again what was undone last, unless something was drawn since.

        If that was a label, the drawing is kept again.
        """
        self._step(1)

    def clear(self) -> None:
        """Take away all strokes, and change from the eraser to the pen."""
        self._begin()
        self._controls.erase.value = False
        if self._ink.now.strokes:
            self._controls.remember(self.strokes, self.prediction)
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
        now, whole = self._ink.now, self._ink.now.strokes
        lines, times = self.strokes, self.times

        def put_back() -> None:  # a replay is no change
            now.strokes = whole
            self._refresh()

        if whole:
            now.strokes = []
            self._redraw()
            self._pen.write(lines, times, at_end=put_back)

    def label(self, digit: int | None) -> None:
        """Keep the drawing in the collection as a `digit`, None for no digit, and clear the pad.

        If there is no drawing, `note` asks for one. Raises ValueError for a pad without a
        collection, and the errors of `Collection.add`.
        """
        if self._drawings is None:
            raise ValueError(
                "this pad keeps no drawings; wanted one with a collection: "
                'DrawingPad(recognizer, Collection("my_work/drawings.jsonl"))'
            )
        self._begin()
        if not self._ink.now.strokes:
            self._controls.take_note("Draw a digit first, then say what it was")
            return
        kept = self._drawings.collection.add(self.strokes, self.times, digit, self.prediction)
        self.clear()
        self._ink.now.kept = kept
        self._controls.take_note(self._drawings.tell(kept))

    def key_down(self, key: str, ctrl: bool = False, shift: bool = False) -> None:
        """Do what a key does while the paper has the focus; the pad shows a list of the keys.

        `key` is the browser's name of it, such as 'Escape'. Raises TypeError if it is not a str.
        """
        if not isinstance(key, str):
            raise TypeError(f"wanted the name of a key, such as 'e' or 'Escape'; got {key!r:.60}")
        held, name = "Ctrl+" if ctrl else "", key.lower() if len(key) == 1 else key
        action = self._bindings.get(held + name)
        if shift:  # makes no difference, unless something is bound to it
            action = self._bindings.get(f"{held}Shift+{name}", action)
        if action:
            action()

    def __repr__(self) -> str:
        return f"<DrawingPad, strokes: {len(self._ink.now.strokes)}>"

    def _listen(self) -> None:
        controls, guard = self._controls, self._guard
        pen = self.pen_down, self.pen_move, self.pen_up, self.touch_cancel
        self._paper.listen(*map(guard, (self._redraw, *pen, self.key_down)))
        actions = [
            (self.undo, controls.undo, "Ctrl+z", "Backspace"),
            (self.redo, controls.redo, "Ctrl+y", "Ctrl+Shift+z"),
            (self.clear, controls.clear, "Escape", "Delete"),
            (self.replay, controls.replay, "r"),
            (lambda: self.write(controls.digit.value), controls.write),
            (self._change.show, self._change.find),
        ]
        changes = [
            (controls.erase, self._change_tool),
            (controls.pen, self._redraw),
            (controls.look_inside, self._look_inside),
        ]
        if self._drawings is not None:
            changes.append((controls.show_kept_drawings, self._drawings.show))
            actions.append((partial(self.label, None), controls.no_digit, "n"))
            for digit, button in enumerate(controls.labels):
                actions.append((partial(self.label, digit), button, str(digit)))
        for action, button, *keys in actions:
            button.on_click(guard(lambda _, action=action: action()))
            self._bindings |= dict.fromkeys(keys, action)
        for control, handler in changes:
            control.observe(guard(lambda _, handler=handler: handler()), "value")

    def _guard(self, handler: Callable) -> Callable:
        """Show a handler's exception in the pad: nobody sees an exception in a callback."""

        def guarded(*args) -> None:
            try:
                handler(*args)
            except Exception as error:
                self._readers.ask_all()  # the handler may have failed before this
                self._controls.show_fault(error)

        return guarded

    def _begin(self) -> None:
        """Prepare for something new: stop drawing, and remove the messages of the last change."""
        self._change.answer.value = ""
        self._pen.interrupt()
        self._controls.fault.value = ""
        self._controls.take_note("")

    def _change_tool(self) -> None:
        self._pen.interrupt()
        is_eraser = self._controls.erase.value
        self._paper.turn_to(is_eraser)
        if not self._ink.now.strokes:
            self._redraw()  # the hint
        self._controls.tell(f"You hold the {'eraser' if is_eraser else 'pen'}")

    def _step(self, by: int) -> None:
        """Go to the state before or after; the label between the two goes, or comes again."""
        self._begin()
        ink, to, words = self._ink, self._ink.at + by, ""
        if 0 <= to < len(ink.states):
            change = ink.states[max(ink.at, to)]  # the later state holds what was kept
            if change.kept is not None:
                words = self._drawings.relabel(change, by > 0, self.prediction)
            ink.at = to
        self._refresh()
        self._controls.take_note(words)

    def _write(self, strokes: Sequence, times: Sequence | None = None) -> None:
        was_empty = not self._ink.now.strokes
        self.clear()
        if was_empty:
            self._ink.replace([])  # so that one undo takes the whole sample back
        self._pen.write(strokes, times)

    def _look_inside(self) -> None:
        self._change.layout.display = None if self._controls.look_inside.value else "none"
        self._readers.look_inside()

    def _refresh(self) -> None:
        """Show ink that has changed in another way than by drawing, and answer."""
        self._redraw()
        self._controls.show_steps(self._ink)
        self._readers.settle()

    def _redraw(self) -> None:
        self._paper.show(self.strokes, self._controls.pen.value)
