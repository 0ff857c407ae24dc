"""Mouse, fingers, pen and keys on the paper of any pad in a browser."""

import numpy as np
from playwright.sync_api import Locator, Page

from mnist_helpers.drawing import PAD_SIZE
from mnist_helpers.handwriting import Strokes


def on_screen(paper: Locator, strokes: Strokes) -> list[list[list[float]]]:
    """Turn points of a pad into points of the page, where its paper lies."""
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    scale, corner = box["width"] / PAD_SIZE, (box["x"], box["y"])
    return [(np.asarray(stroke) * scale + corner).tolist() for stroke in strokes]


def press_and_draw(page: Page, stroke: list) -> None:
    """Draw a stroke, given in points of the page, and keep the mouse's button down."""
    page.mouse.move(*stroke[0])
    page.mouse.down()
    for point in stroke[1:]:
        page.mouse.move(*point)


def draw_on(page: Page, paper: Locator, strokes: Strokes, lift: bool = True) -> None:
    """Draw with the mouse; without `lift` the button of the last stroke stays down."""
    for number, stroke in enumerate(on_screen(paper, strokes), 1):
        press_and_draw(page, stroke)
        if lift or number < len(strokes):
            page.mouse.up()


class Hands:
    """Carries out the steps of `helpers.grammar` with real events."""

    def __init__(self, page: Page, paper: Locator):
        self._page, self._paper = page, paper
        self._send = page.context.new_cdp_session(page).send
        self._fingers = []  # where they are
        self._at = (0.0, 0.0)  # where the pen is

    def draw(self, hand: str, strokes: Strokes) -> None:
        """Draw strokes with 'mouse', 'touch' or 'pen'."""
        for stroke in strokes:
            self.act(hand, *stroke)

    def act(self, verb: str, *arguments) -> None:
        """Carry out one step."""
        hand, _, part = verb.partition(" ")
        if hand not in ("mouse", "touch", "pen", "second"):
            getattr(self, verb)(*arguments)
            return
        send = getattr(self, f"_{hand}")
        for number, place in enumerate(self._places(arguments)):
            send("move" if number or part == "move" else "down", *place)
        if part not in ("down", "move"):
            send("cancel" if part == "cancel" else "up")

    def key(self, name: str, times: int = 1) -> None:
        self._paper.focus()
        for _ in range(times):
            self._page.keyboard.press(name)

    def hold(self, name: str) -> None:
        self._paper.focus()
        for act in (*[self._page.keyboard.down] * 4, self._page.keyboard.up):
            act(name)

    def _places(self, points) -> list:
        return on_screen(self._paper, [points])[0] if points else []

    def _mouse(self, kind: str, *place: float) -> None:
        if place:
            self._page.mouse.move(*place)
        if kind != "move":
            getattr(self._page.mouse, kind)()

    def _touch(self, kind: str, *place: float) -> None:
        self._put_fingers(kind, [place] if place else [])

    def _second(self, kind: str, *place: float) -> None:
        self._put_fingers(kind, [*self._fingers[:1], *([place] if place else [])])

    def _put_fingers(self, kind: str, places: list) -> None:
        self._fingers = places
        name = {"down": "start", "up": "end"}.get(kind, kind)
        self._send_touch(name, [{"x": x, "y": y} for x, y in places])

    def _send_touch(self, name: str, places: list[dict]) -> None:
        name = "Move" if places and name == "end" else name.title()  # one finger stays
        points = [place | {"id": number} for number, place in enumerate(places)]
        self._send("Input.dispatchTouchEvent", {"type": f"touch{name}", "touchPoints": points})

    def _pen(self, kind: str, *place: float) -> None:
        self._at = x, y = place or self._at
        name = {"down": "mousePressed", "move": "mouseMoved", "up": "mouseReleased"}[kind]
        event = {"type": name, "x": x, "y": y, "pointerType": "pen", "clickCount": 1}
        pressed = {"button": "left", "buttons": 0 if kind == "up" else 1}
        self._send("Input.dispatchMouseEvent", event | pressed)
