"""A drawing pad without a browser, and what it shows."""

from ipywidgets import ToggleButton

from mnist_helpers import Recognizer


class Clock:
    """A clock that moves on by a hundredth of a second at each call."""

    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


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


def act(pad, verb: str, *arguments) -> None:
    """Carry out a step of `helpers.grammar` with the browser's events."""
    hand, _, part = verb.partition(" ")
    if verb == "key":
        press_key(pad, *arguments)
    elif verb == "press":
        click(getattr(pad._controls, arguments[0].lower()))
    elif verb == "label":
        click(pad._controls.labels[arguments[0]])
    elif verb == "write":
        pad._controls.digit.value = arguments[0]
        click(pad._controls.write)
    elif hand == "second":
        use_finger(pad, arguments, "", [pad._pen.at])
    elif hand == "touch":
        use_finger(pad, arguments, part)
    else:  # in the browser, a pen comes as a mouse
        use_mouse(pad, arguments, part)


def press_key(pad, name: str, times: int = 1) -> None:
    """Press a key, by its name in Playwright."""
    *held, key = name.split("+")
    key = {"Space": " "}.get(key, key)
    for _ in range(times):
        shift, ctrl = "Shift" in held, "Control" in held
        send(pad, "key_down", key=key, shift_key=shift, ctrl_key=ctrl, meta_key=False)


def click(button) -> None:
    """Click on a button, if the browser allows it."""
    if isinstance(button, ToggleButton):
        button.value = not button.value
    elif not button.disabled:
        button.click()


def use_mouse(pad, places, part: str = "") -> None:
    """Draw with the mouse: 'down', 'move' and 'up' are parts of it."""
    for number, (x, y) in enumerate(places):
        name = "mouse_move" if number or part == "move" else "mouse_down"
        send(pad, name, x=2 * x, y=2 * y)
    if part in ("", "up"):
        send(pad, "mouse_up", x=0, y=0)


def use_finger(pad, places, part: str, others=()) -> None:
    """Touch the paper: 'cancel' takes the touch away; `others` were there before."""
    before = [{"x": 2 * x, "y": 2 * y} for x, y in others]
    for number, (x, y) in enumerate(places):
        name = "touch_move" if number or part == "move" else "touch_start"
        send(pad, name, touches=[*before, {"x": 2 * x, "y": 2 * y}])
    if part in ("", "up"):
        send(pad, "touch_end", touches=before)
    elif part == "cancel":
        send(pad, "touch_cancel", touches=before)


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
