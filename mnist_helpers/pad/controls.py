"""The buttons and texts of the drawing pad, and their places. `DrawingPad` gives them work."""

from collections.abc import Sequence
from html import escape

import ipywidgets as widgets

from mnist_helpers.drawing import PEN
from mnist_helpers.pad import view
from mnist_helpers.pad.strip import Strip
from mnist_helpers.shown import with_article


class Controls:
    """Everything around the paper, as widgets."""

    def __init__(self):
        self.undo = button("Undo", "undo", "Take back the last change (Ctrl+Z)")
        self.redo = button("Redo", "repeat", "Do it again (Ctrl+Y)")
        self.erase = toggle("Erase", "eraser", "A tap or drag takes a whole stroke away (E)")
        self.clear = button("Clear", "trash", "Clear the pad (Escape)")
        self.write = button("Write a", "pencil", "Watch a sample being written")
        # No Dropdown: JupyterLab takes the arrow keys if a widget has no place to type.
        self.digit = widgets.BoundedIntText(2, 0, 9, description="Digit to write")
        self.digit.add_class("digit-pad-sample")
        # No IntSlider: its handle cannot get a name for a screen reader.
        self.pen = widgets.BoundedIntText(
            PEN,
            6,
            40,
            description="Pen",
            tooltip="The width of the shown ink. The network always gets it as wide as MNIST's.",
        )
        self.pen.add_class("digit-pad-pen")
        self.labels = [
            button(f"That was {with_article(digit)}", "", f"Keep it (key {digit})")
            for digit in range(10)
        ]
        self.no_digit = button("Not a digit", "", "Keep it as no digit (key N)")
        self.no_digit.add_class("digit-pad-no-digit")
        self.replay = button("Replay", "play", "Draw it once more, as fast as you drew (R)")
        self.strip = Strip()
        self.look_inside = toggle("Inside the network", "eye", "Why this answer?")
        self.show_kept_drawings = toggle("Your drawings", "th", "Look through what you have kept")
        self.panel, self.note, self.inside, self.fault, self.status = (
            widgets.HTML() for _ in range(5)
        )
        self.panel.add_class("digit-pad-answers")
        self.note.add_class("digit-pad-note")
        self.status.add_class("digit-pad-status")
        self.noted = ""

    def change_tool(self) -> None:
        """Take the eraser instead of the pen, or the pen instead of the eraser."""
        self.erase.value = not self.erase.value

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
        toggles = [self.replay, self.look_inside]
        answer = [self.panel]
        if drawings is not None:
            toggles.append(self.show_kept_drawings)
            answer.append(
                row([widgets.HTML("That was a"), *self.labels, self.no_digit], "digit-pad-labels")
            )
            answer.append(self.note)
        sheet = widgets.Box([paper, widgets.HTML(view.signs())])
        sheet.add_class("digit-pad-sheet")
        desk = row(
            [
                widgets.VBox(
                    [
                        row([self.undo, self.redo, self.erase, self.clear], "digit-pad-tools"),
                        sheet,
                        row([self.write, self.digit, self.pen], "digit-pad-tools"),
                    ]
                ),
                widgets.VBox([*answer, row(toggles)]),
            ],
            "digit-pad-desk",
        )
        below = [change, self.inside, self.strip]
        below += [] if drawings is None else [drawings]
        keys = widgets.HTML(view.keys(has_labels=drawings is not None))
        style = widgets.HTML(view.style(), layout={"display": "none"})
        return [style, desk, *below, keys, self.fault, self.status]


def button(description: str, icon: str = "", tooltip: str = "") -> widgets.Button:
    """Build a button."""
    return widgets.Button(description=description, icon=icon, tooltip=tooltip)


def toggle(description: str, icon: str, tooltip: str) -> widgets.ToggleButton:
    """Build a button that stays pressed until it is pressed again."""
    return widgets.ToggleButton(description=description, icon=icon, tooltip=tooltip)


def row(children: Sequence[widgets.Widget], name: str = "digit-pad-row") -> widgets.HBox:
    """Put widgets side by side; `name` is the class in the style sheet."""
    box = widgets.HBox(children)
    box.add_class(name)
    return box
