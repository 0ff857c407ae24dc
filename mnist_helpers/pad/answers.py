"""What the readers of a pad say about its strokes: asked at each change, and shown."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from mnist_helpers.pad import view
from mnist_helpers.pad.controls import Controls
from mnist_helpers.pad.inside_view import look_inside
from mnist_helpers.pad.pace import Pace
from mnist_helpers.prediction import Prediction
from mnist_helpers.recognizer import as_recognizer


class Answers:
    """Asks each reader about the strokes, and shows the predictions.

    `predictions` has the latest one by each reader's name; None if that reader has failed. If a
    reader raises an exception, the pad shows it, and the others still answer.
    """

    def __init__(
        self,
        readers: Mapping[str, object],
        strokes: Callable[[], list[np.ndarray]],
        controls: Controls,
        clock: Callable[[], float],
    ):
        """Take readers, a function that returns strokes, the controls, and a clock in seconds."""
        self._readers = readers
        self.predictions: dict[str, Prediction | None] = dict.fromkeys(readers)
        self._strokes, self._controls = strokes, controls
        self._asking = Pace(self._ask_and_look, clock)
        self._looking = Pace(self.look_inside, clock)

    def soon(self) -> None:
        """Ask while the ink grows, perhaps not at once: slow readers are asked less often."""
        self._asking.soon()

    def settle(self) -> None:
        """Ask about all of the ink, and tell a screen reader: once a stroke, not at each point."""
        self.ask_all()
        self.look_inside()
        self._controls.status.value = view.status(self.predictions)

    def ask_all(self) -> None:
        """Ask every reader now, and show the predictions."""
        strokes = self._strokes()
        for name, reader in self._readers.items():
            try:
                self.predictions[name] = ask(reader, strokes)
            except Exception as error:
                self.predictions[name] = None
                self._controls.show_fault(error)
        uncalibrated = [
            name
            for name, reader in self._readers.items()
            if not getattr(reader, "is_calibrated", True)
        ]
        self._controls.panel.value = view.panel(self.predictions, uncalibrated)

    def look_inside(self) -> None:
        """Show what happens inside the networks, if its button is pressed; it takes time."""
        if not self._controls.look_inside.value:
            self._controls.inside.value = ""
            return
        try:
            self._controls.inside.value = look_inside(self._readers, self.predictions)
        except Exception as error:
            self._controls.show_fault(error)

    def _ask_and_look(self) -> None:
        self.ask_all()
        self._looking.soon()


def as_readers(given) -> dict[str, object]:
    """Return the readers by name; a single reader has an empty name.

    Takes anything that `as_recognizer` takes, or a mapping of names to such objects. Raises
    ValueError for an empty mapping, TypeError for a class, and the errors of `as_recognizer`.
    """
    if isinstance(given, Mapping) and not given:
        raise ValueError(
            "the pad got an empty mapping; wanted at least one recognizer, such as "
            "DrawingPad(Recognizer.load())"
        )
    named = given if isinstance(given, Mapping) else {"": given}
    for reader in named.values():
        if isinstance(reader, type):
            raise TypeError(
                f"{reader.__name__} is a class; wanted an object of it, such as Recognizer.load()"
            )
    return {str(name): as_recognizer(reader) for name, reader in named.items()}


def ask(reader, strokes: Sequence) -> Prediction:
    """Return a reader's prediction for strokes.

    Raises TypeError if it is not a Prediction, and ValueError if its arrays have a wrong shape.
    """
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
