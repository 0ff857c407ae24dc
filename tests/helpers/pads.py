"""A drawing pad without a browser, and what it shows."""

from ipywidgets import ToggleButton

from helpers.hands import Hands
from mnist_helpers import Collection, DrawingPad, Recognizer


def new_pad(reads: Recognizer | None = None, collection: Collection | None = None) -> DrawingPad:
    return DrawingPad(reads or Recognizer.load(), collection)


class Counting(Recognizer):
    """Counts its answers and its looks inside."""

    answers = looks = 0

    def recognize_strokes(self, strokes):
        self.answers += 1
        return super().recognize_strokes(strokes)

    def logits(self, images):
        self.looks += 1
        return super().logits(images)


def draw(pad, strokes) -> None:
    """Draw as a pointer does, but call the handlers from code."""
    for (x, y), *others in strokes:
        pad.pen_down(x, y)
        for other in others:
            pad.pen_move(*other)
        pad.pen_up()


def send(pad, event, **content) -> None:
    """Send the pad an event as the browser does, in pixels of the canvas: two for each shown."""
    pad._paper._handle_custom_msg({"event": event, **content}, [])


class Handlers(Hands):
    """Carries out the steps without a browser, with the events that it would send."""

    def __init__(self, pad):
        self._pad, self._fingers = pad, []

    def key(self, name: str, times: int = 1) -> None:
        *held, key = name.split("+")
        key = {"Space": " "}.get(key, key)
        keys = {"shift_key": "Shift" in held, "ctrl_key": "Control" in held, "meta_key": False}
        for _ in range(times):
            send(self._pad, "key_down", key=key, **keys)

    def press(self, name: str) -> None:
        _click(getattr(self._pad._controls, name.lower()))

    def label(self, digit: int) -> None:
        _click(self._pad._controls.labels[digit])

    def write(self, digit: int) -> None:
        self._pad._controls.digit.value = digit
        self.press("write")

    def _places(self, points) -> list:
        return [(2 * x, 2 * y) for x, y in points]

    def _mouse(self, kind: str, x: float = 0, y: float = 0) -> None:
        send(self._pad, f"mouse_{kind}", x=x, y=y)

    _pen = _mouse  # in the browser, a pen comes as a mouse

    def _send_touch(self, name: str, places: list[dict]) -> None:
        send(self._pad, f"touch_{name}", touches=places)


def _click(button) -> None:
    """Click on a button, if the browser allows it."""
    if isinstance(button, ToggleButton):
        button.value = not button.value
    elif not button.disabled:
        button.click()


def panel(pad) -> str:
    """The answers, as HTML."""
    return pad._controls.panel.value


def status(pad) -> str:
    """What a screen reader is told, as HTML."""
    return pad._controls.status.value


def inside(pad) -> str:
    """What is shown of the inside of the networks, as HTML."""
    return pad._controls.reasons.value + pad._controls.inside.value


def fault(pad) -> str:
    """What is shown of an exception, as HTML; empty where there was none."""
    return pad._controls.fault.value
