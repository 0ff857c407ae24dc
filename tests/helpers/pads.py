"""A drawing pad without a browser, and what it shows."""

from mnist_helpers import Recognizer


class Clock:
    """A clock that moves on by a hundredth of a second at each call."""

    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


class Counting(Recognizer):
    """Counts its answers and its looks inside, and fails while it is told to."""

    answers = looks = 0
    fails = False

    def recognize_strokes(self, strokes):
        if self.fails:
            raise RuntimeError("no <weights>")
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


def send_strokes(pad, strokes) -> None:
    """Draw with the browser's events."""
    for (x, y), *others in strokes:
        send(pad, "mouse_down", x=2 * x, y=2 * y)
        for x, y in others:
            send(pad, "mouse_move", x=2 * x, y=2 * y)
        send(pad, "mouse_up", x=2 * x, y=2 * y)


def panel(pad) -> str:
    """The answers, as HTML."""
    return pad._controls.panel.value


def status(pad) -> str:
    """What a screen reader is told, as HTML."""
    return pad._controls.status.value


def inside(pad) -> str:
    """What is shown of the inside of the networks, as HTML."""
    return pad._controls.inside.value


def fault(pad) -> str:
    """What is shown of an exception, as HTML; empty where there was none."""
    return pad._controls.fault.value


def to_lists(strokes) -> list[list[list[float]]]:
    """Turn strokes of any kind into lists that can be compared."""
    return [[list(map(float, point)) for point in stroke] for stroke in strokes]
