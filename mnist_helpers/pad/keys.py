"""What the keys do while the paper has the focus, and the pen that they move."""

from collections.abc import Callable
from functools import partial

import numpy as np
from ipywidgets import Widget

from mnist_helpers.drawing import PAD_SIZE
from mnist_helpers.pad.controls import Controls
from mnist_helpers.pad.paper import Paper
from mnist_helpers.pad.pen import Pen

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

    def leave(self, next_widget: Widget) -> None:
        """Move the focus to the next widget: the browser's Tab does not work on the paper."""
        if self.is_down:
            self._interrupt()
        if hasattr(next_widget, "focus"):  # ipywidgets 7 (on Colab) cannot move the focus
            next_widget.focus()


def bind_keys(
    key_pen: KeyPen,
    controls: Controls,
    undo: Callable[[], None],
    redo: Callable[[], None],
    clear: Callable[[], None],
    replay: Callable[[], None],
    label: Callable[[int | None], None] | None,
) -> Bindings:
    """Return what each key does, by its name, such as 'e', 'Ctrl+z' or 'Ctrl+Shift+z'.

    Without `label`, the digits and 'n' do nothing.
    """
    bindings: Bindings = {
        "Ctrl+z": undo,
        "Ctrl+y": redo,
        "Ctrl+Shift+z": redo,
        "Backspace": undo,
        "Escape": clear,
        "Delete": clear,
        "e": controls.change_tool,
        "r": replay,
        " ": key_pen.press,
        "Tab": partial(key_pen.leave, controls.write),
        "Shift+Tab": partial(key_pen.leave, controls.clear),
    }
    for arrow, steps in _ARROWS.items():
        bindings[arrow] = partial(key_pen.move, *steps)
        bindings[f"Ctrl+{arrow}"] = bindings[arrow]  # Notebook 7 takes the arrows without Ctrl
    if label is not None:
        bindings |= {str(digit): partial(label, digit) for digit in range(10)}
        bindings["n"] = partial(label, None)
    return bindings


def find_action(bindings: Bindings, key: str, ctrl: bool, shift: bool) -> Callable[[], None] | None:
    """Return what a key does, by the name that the browser gives it; None if it does nothing.

    If nothing is bound to the key with Shift, Shift makes no difference. Raises TypeError if `key`
    is not a str.
    """
    if not isinstance(key, str):
        raise TypeError(f"wanted the name of a key, such as 'e' or 'Escape'; got {key!r:.60}")
    held = "Ctrl+" if ctrl else ""
    name = key.lower() if len(key) == 1 else key
    plain = bindings.get(held + name)
    return bindings.get(f"{held}Shift+{name}", plain) if shift else plain
