"""The buttons and texts of the drawing pad, and their places. `DrawingPad` gives them work."""

from collections import deque
from collections.abc import Iterable, Sequence
from html import escape

import ipywidgets as widgets

from mnist_helpers.drawing import PEN
from mnist_helpers.pad import view
from mnist_helpers.pad.figures import draw_thumbnail
from mnist_helpers.prediction import Prediction, percent, with_article

_REMEMBERED = 8  # drawings that were cleared away


class Strip(widgets.HTML):
    """Shows the drawings that were cleared away last, the newest first. They are not saved."""

    def __init__(self):
        super().__init__()
        self.add_class("digit-pad-strip")
        self._items: deque[str] = deque(maxlen=_REMEMBERED)

    def add(self, strokes: Sequence, prediction: Prediction | None) -> None:
        """Put a drawing in front."""
        read = "not read"
        if prediction is not None:
            read = " or ".join(map(str, prediction.candidates)) or "no digit"
        if prediction is not None and prediction.candidates:
            read += f" <small>{percent(prediction.confidence)}</small>"
        self._items.appendleft(f"<li>{draw_thumbnail(strokes, 'A drawing')} {read}</li>")
        self.value = f"<p>Your last drawings:</p><ul>{''.join(self._items)}</ul>"


class Controls:
    """Everything around the paper, as widgets."""

    def __init__(self):
        self.undo = button("Undo", "Take back the last change (Ctrl+Z)")
        self.redo = button("Redo", "Do it again (Ctrl+Y)")
        self.erase = toggle("Erase", "A tap or drag takes a whole stroke away (E)")
        self.clear = button("Clear", "Clear the pad (Escape)")
        self.replay = button("Replay", "Draw it once more, as fast as you drew (R)")
        self.write = button("Write a", "Watch a sample being written")
        # No Dropdown: JupyterLab takes the arrow keys if a widget has no place to type.
        self.digit = widgets.BoundedIntText(2, 0, 9, description="Digit to write")
        self.digit.add_class("digit-pad-sample")
        # No IntSlider: its handle cannot get a name for a screen reader.
        width = "The width of the shown ink. The network always gets it as wide as MNIST's."
        self.pen = widgets.BoundedIntText(PEN, 6, 40, description="Pen", tooltip=width)
        self.look_inside = toggle("Inside the network", "Why this answer?")
        self.show_kept_drawings = toggle("Your drawings", "Look through what you have kept")
        self.labels = [
            button(f"That was {with_article(digit)}", f"Keep it (key {digit})")
            for digit in range(10)
        ]
        self.no_digit = button("Not a digit", "Keep it as no digit (key N)")
        self.no_digit.add_class("digit-pad-no-digit")
        self.strip = Strip()
        self.reasons, self.inside, self.fault = (widgets.HTML() for _ in range(3))
        self.panel = widgets.HTML().add_class("digit-pad-answers")
        self.note = widgets.HTML().add_class("digit-pad-note")
        self.status = widgets.HTML().add_class("digit-pad-status")
        self.noted = ""

    def change_tool(self) -> None:
        """Take the eraser instead of the pen, or the pen instead of the eraser."""
        self.erase.value = not self.erase.value

    def show_steps(self, past: Sequence, future: Sequence) -> None:
        """Let the buttons be pressed if there is something to undo or to do again."""
        self.undo.disabled, self.redo.disabled = not past, not future

    def tell(self, html: str) -> None:
        """Say something to a screen reader alone."""
        self.status.value = view.tell(html)

    def show_fault(self, error: Exception) -> None:
        """Show an exception, and how to continue."""
        self.fault.value = view.fault(error)

    def take_note(self, text: str) -> None:
        """Show a note about the kept drawings; a screen reader reads it out."""
        self.noted = text
        self.note.value = escape(text)
        if text:
            self.tell(escape(text))

    def arrange(
        self, paper: widgets.Widget, change: widgets.Widget, drawings: widgets.Widget | None
    ) -> list:
        """Return the parts from top to bottom; without `drawings`, there is nothing to label."""
        views, labels = [self.look_inside], []
        if drawings is not None:
            views.append(self.show_kept_drawings)
            numbers = [widgets.HTML("That was a"), *self.labels, self.no_digit]
            labels = [row(numbers, "digit-pad-labels"), self.note]
        tools = [
            [self.undo, self.redo, self.erase, self.clear, self.replay],
            [self.write, self.digit, self.pen],
            views,
        ]
        sheet = widgets.Box([paper, widgets.HTML(view.signs())]).add_class("digit-pad-sheet")
        why = row([self.reasons, change], "digit-pad-why")
        sides = [widgets.VBox([sheet, self.strip]), widgets.VBox([self.panel, *labels, why])]
        rows = [row(map(row, tools), "digit-pad-tools"), row(sides, "digit-pad-sides")]
        desk = widgets.VBox(rows).add_class("digit-pad-desk")
        below = [self.inside] if drawings is None else [self.inside, drawings]
        keys = widgets.HTML(view.keys(has_labels=drawings is not None))
        return [style_sheet(), desk, *below, keys, self.fault, self.status]


def style_sheet() -> widgets.HTML:
    """Return the style sheet of the pad and of its parts, and the rules for the mouse."""
    return widgets.HTML(view.style(), layout={"display": "none"})


def button(description: str, tooltip: str = "") -> widgets.Button:
    return widgets.Button(description=description, tooltip=tooltip)


def toggle(description: str, tooltip: str) -> widgets.ToggleButton:
    return widgets.ToggleButton(description=description, tooltip=tooltip)


def row(children: Iterable[widgets.Widget], name: str = "digit-pad-row") -> widgets.HBox:
    """Put widgets side by side; `name` is the class in the style sheet."""
    return widgets.HBox(list(children)).add_class(name)
