"""What the readers of a pad say about its strokes: asked anew as they change, and shown."""

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

    `predictions` are the latest by the readers' names; None where one has failed. What a reader
    raises is shown in the pad: the others still answer.
    """

    def __init__(
        self,
        readers: Mapping[str, object],
        strokes: Callable[[], list[np.ndarray]],
        controls: Controls,
        clock: Callable[[], float],
    ):
        """Take the readers, what gives the strokes, and a clock that gives seconds."""
        self._readers = readers
        self.predictions: dict[str, Prediction | None] = dict.fromkeys(readers)
        self._strokes, self._controls = strokes, controls
        self._asking = Pace(self._ask_and_look, clock)
        self._looking = Pace(self.look_inside, clock)

    def soon(self) -> None:
        """Ask while the ink grows: as often as the readers allow, perhaps not at once."""
        self._asking.soon()

    def settle(self) -> None:
        """Ask about all of the ink, and tell a screen reader: once a stroke, not all the time."""
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
        """Show what happens inside the networks, if it is wanted; it takes time."""
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
    """Return by name whoever can `recognize_strokes`; a single one has an empty name.

    Takes what `as_recognizer` takes, or a mapping of names to such; errors as it raises them.
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
    """Return what a reader says about strokes.

    Raises TypeError or ValueError where that is no Prediction which a pad can show.
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
