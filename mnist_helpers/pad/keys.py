"""What the keys do while the paper has the focus, and the pen that they move."""

from collections.abc import Callable
from functools import partial

import numpy as np

from mnist_helpers.drawing import PAD_SIZE
from mnist_helpers.pad.ink import Pen
from mnist_helpers.pad.paper import Paper

_STEP = 10  # pixels that an arrow key moves the pen
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

Bindings = dict[str, Callable[[], None]]


class KeyPen:
    """The pen, moved by the keys."""

    def __init__(
        self, pen: Pen, paper: Paper, interrupt: Callable[[], None], tell: Callable[[str], None]
    ):
        """Take the pen, the paper that shows it, and two functions.

        `interrupt` ends what another holder of the pen draws; `tell` speaks to a screen reader.
        """
        self._pen, self._paper, self._interrupt, self._tell = pen, paper, interrupt, tell

    @property
    def is_down(self) -> bool:
        """Whether the keys draw."""
        return self._pen.holder == "keys"

    def bindings(self) -> Bindings:
        """Return what the keys that move the pen do, by name."""
        bindings: Bindings = {" ": self.press, "Tab": self.leave}
        for arrow, steps in _ARROWS.items():
            bindings[arrow] = partial(self.move, *steps)
            bindings[f"Ctrl+{arrow}"] = bindings[arrow]  # Notebook 7 takes the arrows without Ctrl
        return bindings

    def press(self) -> None:
        """Put the pen down, or lift it if it is down."""
        was_down = self.is_down
        self._interrupt()
        if not was_down:
            self._pen.put_down("keys", *self._pen.at)
            self._tell("The pen is down")
        self._paper.show_pen(*self._pen.at, self.is_down)

    def move(self, right: int, down: int) -> None:
        """Move the pen by steps, not beyond the edge; if it is down, it draws."""
        if not self.is_down:
            self._interrupt()
        at = np.clip(self._pen.at + np.array([right, down]) * _STEP, 0, PAD_SIZE).tolist()
        if self.is_down:
            self._pen.go_on(*at)
        else:
            self._pen.at = at
        self._paper.show_pen(*at, self.is_down)

    def leave(self) -> None:
        """Lift the pen, because the focus leaves the paper."""
        if self.is_down:
            self._interrupt()


def find_action(bindings: Bindings, key: str, ctrl: bool, shift: bool) -> Callable[[], None] | None:
    """Return what a key does, by the name that the browser gives it; None if it does nothing.

    A binding has a name such as 'e', 'Ctrl+z' or 'Ctrl+Shift+z'. If nothing is bound to the key
    with Shift, Shift makes no difference. Raises TypeError if `key` is not a str.
    """
    if not isinstance(key, str):
        raise TypeError(f"wanted the name of a key, such as 'e' or 'Escape'; got {key!r:.60}")
    held = "Ctrl+" if ctrl else ""
    name = key.lower() if len(key) == 1 else key
    plain = bindings.get(held + name)
    return bindings.get(f"{held}Shift+{name}", plain) if shift else plain
