"""What reads on a pad: asked at each change of the ink, as often as it can answer."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import numpy as np

from mnist_helpers.pad import view
from mnist_helpers.pad.controls import Controls
from mnist_helpers.pad.ink import Ink
from mnist_helpers.pad.inside import look_inside
from mnist_helpers.prediction import Prediction
from mnist_helpers.recognizer import as_recognizer

_LEAST_REST = 0.01  # seconds
_REST = 2  # times as long as the work took, so two thirds of the time are left for the ink


def paced(work: Callable[[], None]) -> Callable[[], None]:
    """Return a function that does some work while a pen moves, and rests: longer after slow work.

    It does the work now or, if it was done too recently, once in a moment. Outside of a kernel
    there is no event loop that could wait, and the later work is not done. The work must not raise
    an exception.
    """
    rested_at, is_due = float("-inf"), False

    def do() -> None:
        nonlocal rested_at, is_due
        is_due = False
        begun = time.monotonic()
        work()
        done = time.monotonic()
        rested_at = done + max(_LEAST_REST, _REST * (done - begun))

    def soon() -> None:
        nonlocal is_due
        wait = rested_at - time.monotonic()
        if wait <= 0:
            do()
        elif not is_due:
            with suppress(RuntimeError):
                asyncio.get_running_loop().call_later(wait, do)
                is_due = True

    return soon


class Readers:
    """Asks each reader about the ink, and shows the predictions.

    `named` has them by name. `predictions` has the latest one by each reader's name; None if that
    reader has failed. If a reader raises an exception, the pad shows it, and the others answer.
    `soon` asks while the ink grows.
    """

    def __init__(self, given, ink: Ink, controls: Controls):
        self.named = as_readers(given)
        self.predictions: dict[str, Prediction | None] = dict.fromkeys(self.named)
        self._ink, self._controls = ink, controls
        self.soon = paced(self._ask_and_look)  # slow readers are asked less often
        self._look_soon = paced(self.look_inside)

    def settle(self) -> None:
        """Ask about all of the ink, and tell a screen reader: once a stroke, not at each point."""
        self.ask_all()
        self.look_inside()
        self._controls.status.value = view.status(self.predictions)

    def ask_all(self) -> None:
        """Ask every reader now, and show the predictions."""
        strokes = self._ink.lines
        for name, reader in self.named.items():
            try:
                self.predictions[name] = ask(reader, strokes)
            except Exception as error:
                self.predictions[name] = None
                self._controls.show_fault(error)
        doubtful = [n for n, each in self.named.items() if not getattr(each, "is_calibrated", True)]
        self._controls.panel.value = view.panel(self.predictions, doubtful)

    def look_inside(self) -> None:
        """Show what happens inside the networks, if its button is pressed; it takes time."""
        shown = "", ""
        try:
            if self._controls.look_inside.value:
                shown = look_inside(self.named, self.predictions)
            self._controls.reasons.value, self._controls.inside.value = shown
        except Exception as error:
            self._controls.show_fault(error)

    def _ask_and_look(self) -> None:
        self.ask_all()
        self._look_soon()


def as_readers(given) -> dict[str, object]:
    """Return what `as_recognizer` takes as readers by name; a single one has an empty name.

    Raises ValueError for an empty mapping, or what `as_recognizer` raises.
    """
    named = given if isinstance(given, Mapping) else {"": given}
    if not named:
        raise ValueError(
            "the pad got an empty mapping; wanted at least one recognizer, such as "
            "DrawingPad(Recognizer.load())"
        )
    return {str(name): as_recognizer(reader) for name, reader in named.items()}


def ask(reader, strokes: Sequence) -> Prediction:
    """Return a reader's prediction for strokes. Raises an error if it is none, or malformed."""
    prediction = reader.recognize_strokes(strokes)
    call = f"{type(reader).__name__}.recognize_strokes"
    if not isinstance(prediction, Prediction):
        raise TypeError(
            f"{call} returned {type(prediction).__name__}; wanted a Prediction: "
            "Prediction(digit, confidence, probabilities, verdict, image)"
        )
    shapes = np.shape(prediction.probabilities), np.shape(prediction.image)
    if shapes != ((10,), (28, 28)):
        raise ValueError(
            f"{call} returned a Prediction with probabilities {shapes[0]} and an image "
            f"{shapes[1]}; wanted (10,) and (28, 28)"
        )
    return prediction
