"""The buttons and texts of the drawing pad, and their places. `DrawingPad` gives them work."""

import traceback
from collections import deque
from collections.abc import Iterable, Sequence
from html import escape

import ipywidgets as widgets

from mnist_helpers.drawing import PEN
from mnist_helpers.pad.ink import Ink
from mnist_helpers.pad.view import draw_thumbnail, fill, read, tell
from mnist_helpers.prediction import Prediction, percent, with_article

_REMEMBERED = 8  # drawings that were cleared away


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
        self.strip = widgets.HTML().add_class("digit-pad-strip")
        self._cleared: deque[str] = deque(maxlen=_REMEMBERED)
        self.reasons, self.inside, self.fault = (widgets.HTML() for _ in range(3))
        self.panel = widgets.HTML().add_class("digit-pad-answers")
        self.note = widgets.HTML().add_class("digit-pad-note")
        self.status = widgets.HTML().add_class("digit-pad-status")

    def change_tool(self) -> None:
        self.erase.value = not self.erase.value

    def show_steps(self, ink: Ink) -> None:
        """Let the buttons be pressed if there is something to undo or to do again."""
        self.undo.disabled, self.redo.disabled = ink.at == 0, ink.now is ink.states[-1]

    def remember(self, strokes: Sequence, prediction: Prediction | None) -> None:
        """Show a drawing that was cleared away, in front of the others. They are not saved."""
        said = "not read"
        if prediction is not None:
            said = " or ".join(map(str, prediction.candidates)) or "no digit"
        if prediction is not None and prediction.candidates:
            said += f" <small>{percent(prediction.confidence)}</small>"
        self._cleared.appendleft(f"<li>{draw_thumbnail(strokes, 'A drawing')} {said}</li>")
        self.strip.value = f"<p>Your last drawings:</p><ul>{''.join(self._cleared)}</ul>"

    def tell(self, html: str) -> None:
        """Say something to a screen reader alone."""
        self.status.value = tell(html)

    def show_fault(self, error: Exception) -> None:
        """Show an exception, and how to continue."""
        message = escape(f"{type(error).__name__}: {error}")
        trace = escape("".join(traceback.format_exception(error)))
        self.fault.value = fill("fault", message=message, trace=trace)

    def take_note(self, text: str) -> None:
        """Show a note about the kept drawings; a screen reader reads it out."""
        self.note.value = escape(text)
        if text:
            self.tell(escape(text))

    def arrange(self, paper, change, drawings: widgets.Widget | None) -> list[widgets.Widget]:
        """Return the parts from top to bottom; without `drawings`, there is nothing to label."""
        views, labels, below, label_keys = [self.look_inside], [], [self.inside], ""
        if drawings is not None:
            views.append(self.show_kept_drawings)
            numbers = [widgets.HTML("That was a"), *self.labels, self.no_digit]
            labels = [row(numbers, "digit-pad-labels"), self.note]
            below.append(drawings)
            label_keys = fill("label keys")
        changes = [self.undo, self.redo, self.erase, self.clear, self.replay]
        tools = [changes, [self.write, self.digit, self.pen], views]
        # Only the browser knows when to show which of the two signs; the style sheet chooses.
        sheet = widgets.Box([paper, widgets.HTML(fill("signs"))]).add_class("digit-pad-sheet")
        why = row([self.reasons, change], "digit-pad-why")
        sides = [widgets.VBox([sheet, self.strip]), widgets.VBox([self.panel, *labels, why])]
        rows = [row(map(row, tools), "digit-pad-tools"), row(sides, "digit-pad-sides")]
        desk = widgets.VBox(rows).add_class("digit-pad-desk")
        keys = widgets.HTML(fill("keys", labels=label_keys))
        return [style_sheet(), desk, *below, keys, self.fault, self.status]


def style_sheet() -> widgets.HTML:
    """Return the style sheet of the pad and of its parts, and the rules for the mouse."""
    tag = f'<style onload="{escape(read("pad.js"))}">.digit-pad {{--pen: {PEN}}}\n'
    return widgets.HTML(f"{tag}{read('pad.css')}</style>", layout={"display": "none"})


def button(description: str, tooltip: str = "") -> widgets.Button:
    return widgets.Button(description=description, tooltip=tooltip)


def toggle(description: str, tooltip: str) -> widgets.ToggleButton:
    return widgets.ToggleButton(description=description, tooltip=tooltip)


def row(children: Iterable[widgets.Widget], name: str = "digit-pad-row") -> widgets.HBox:
    """Put widgets side by side; `name` is the class in the style sheet."""
    return widgets.HBox(list(children)).add_class(name)
