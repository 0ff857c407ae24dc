"""Kept drawings as thumbnails: the label, what the network said, and a button to delete."""

import warnings
from collections.abc import Callable, Sequence
from html import escape

import ipywidgets as widgets
import numpy as np

from mnist_helpers.learning.collection import Collection, KeptDrawing
from mnist_helpers.pad.controls import Controls, button, row
from mnist_helpers.pad.ink import State
from mnist_helpers.pad.view import draw_thumbnail, fill, tell
from mnist_helpers.prediction import Prediction, name_label, with_article

PAGE = 12  # kept drawings shown at once


class CollectionView(widgets.VBox):
    """Keeps a pad's drawings in a collection. If wanted, it shows them, the newest first.

    There they can be replayed, deleted and exported. A table compares what was meant with what was
    read. Other programs can change the collection: `refresh` shows what it holds now.
    """

    def __init__(self, collection: Collection, controls: Controls, replay: Callable):
        """Take the collection, the pad's controls, and what replays strokes with their times."""
        if not isinstance(collection, Collection):
            raise TypeError(
                f"{type(collection).__name__} came in; wanted a Collection to keep drawings "
                'in, such as Collection("my_work/drawings.jsonl")'
            )
        self.collection, self._controls, self._replay = collection, controls, replay
        self._target = collection.path.with_suffix(".npz")
        self._page = 0
        self._title, self._note = widgets.HTML(), widgets.HTML()
        self._newer, self._older = button("Newer"), button("Older")
        export = button("Export", f"Write all drawings to {self._target}")
        self._newer.on_click(lambda _: self._turn(-1))
        self._older.on_click(lambda _: self._turn(1))
        export.on_click(lambda _: self.export())
        self._cards = row([], "digit-pad-cards")
        self._confusion = widgets.HTML().add_class("digit-pad-confusion")
        self._built: dict[tuple, widgets.VBox] = {}
        bar = row([self._title, self._newer, self._older, export])
        super().__init__([bar, self._note, self._cards, self._confusion])
        self.show()

    def show(self) -> None:
        """Show the collection as it is now, if it is wanted."""
        is_wanted = self._controls.show_kept_drawings.value
        self.layout.display = None if is_wanted else "none"
        if is_wanted:
            self.refresh()

    def refresh(self) -> None:
        """Show what the collection holds now, and say which lines of its file are damaged."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            drawings = list(enumerate(self.collection))[::-1]
        pages = -(-len(drawings) // PAGE)
        self._page = max(0, min(self._page, pages - 1))
        self._newer.layout.display = self._older.layout.display = None if pages > 1 else "none"
        self._title.value = f"{count(len(drawings))} in {escape(str(self.collection.path))}"
        self._say(*(str(warning.message) for warning in caught))
        self._confusion.value = _confusion_table([drawing for _, drawing in drawings])
        shown = {
            (index, drawing.when, drawing.label): drawing
            for index, drawing in drawings[self._page * PAGE :][:PAGE]
        }
        for key in shown.keys() - self._built.keys():
            self._built[key] = self._card(key[0], shown[key])
        self._cards.children = [self._built[key] for key in shown]
        for key in self._built.keys() - shown.keys():
            close_all(self._built.pop(key))

    def tell(self, kept: KeptDrawing) -> str:
        """Show a drawing that was kept a moment ago; return words about it."""
        self.show()
        return f"Kept as {name_label(kept.label)} ({count(len(self.collection))})"

    def relabel(self, state: State, again: bool, prediction: Prediction | None) -> str:
        """Undo the label of a state, or give it again (`again`); return what to say."""
        kept = state.kept
        if again:
            state.kept = self.collection.add(kept.strokes, kept.times, kept.label, prediction)
            return self.tell(state.kept)
        if not self.collection.take_back(kept.fingerprint):
            state.kept = None  # somebody has deleted it, so redo does not keep it again
            return ""
        self.show()
        return f"No longer kept as {name_label(kept.label)}"

    def delete(self, index: int, drawing: KeptDrawing) -> None:
        """Take a drawing out of the collection, unless it is no longer at that index."""
        said = "The collection has changed elsewhere. This is what it holds now: choose again"
        found = self.collection[index : index + 1]
        if [(each.when, each.label) for each in found] == [(drawing.when, drawing.label)]:
            self.collection.delete(index)
            said = f"Deleted: {name_label(drawing.label)}"
        self.refresh()
        self._say(said)

    def export(self) -> None:
        """Write the drawings as .npz beside the collection's file, and say where."""
        said = f"Written to {self._target}"
        try:
            self.collection.export(self._target)
        except (OSError, ValueError) as error:
            said = str(error)
        self._say(said)

    def _turn(self, pages: int) -> None:
        self._page += pages
        self.refresh()

    def _say(self, *lines: str) -> None:
        self._note.value = tell("<br>".join(map(escape, lines)))

    def _card(self, index: int, drawing: KeptDrawing) -> widgets.VBox:
        picture = draw_thumbnail(drawing.strokes, f"A drawing of {_label(drawing)}")
        name = f"drawing {index + 1}, {_label(drawing)}"
        replay = button(f"Replay {name}").add_class("digit-pad-replay")
        replay.on_click(lambda _: self._replay(drawing.strokes, drawing.times))
        delete = button(f"Delete {name}").add_class("digit-pad-delete")
        delete.on_click(lambda _: self.delete(index, drawing))
        return widgets.VBox([widgets.HTML(picture + _caption(drawing)), replay, delete])


def close_all(widget: widgets.Widget) -> None:
    """Close a widget and all its parts, because its own `close` leaves the parts alive."""
    for name in widget.keys:
        value = getattr(widget, name)
        for part in value if isinstance(value, list | tuple) else [value]:
            if isinstance(part, widgets.Widget):
                close_all(part)
    widget.close()


def count(number: int) -> str:
    return f"{number} drawing{'' if number == 1 else 's'}"


def _caption(drawing: KeptDrawing) -> str:
    if drawing.said is None:
        said = "not read"
    elif drawing.label is None:
        said = f"most like {with_article(drawing.said)}"
    else:
        said = "read right" if drawing.said == drawing.label else f"read as {drawing.said}"
    return f"<b>{_label(drawing)}</b> {said}"


def _label(drawing: KeptDrawing) -> str:
    return "no digit" if drawing.label is None else str(drawing.label)


def _confusion_table(drawings: Sequence[KeptDrawing]) -> str:
    """Return a table (10, 10) as HTML, true digit by row and answer by column, with a caption.

    Drawings that were kept as no digit, or that were not read, are left out.
    """
    pairs = [(each.label, each.said) for each in drawings if None not in (each.label, each.said)]
    if not pairs:
        return "<p>Keep some digits first: then you see here which of them are confused.</p>"
    counts = np.zeros((10, 10), int)
    np.add.at(counts, tuple(np.transpose(pairs)), 1)
    rows = ""
    for meant, answers in enumerate(counts):
        rows += f'<tr><th scope="row">{meant}</th>'
        for said, often in enumerate(answers):  # empty for zero, with a frame if it is wrong
            part = "read right" if said == meant else "read wrong"
            rows += fill(part, count=often) if often else "<td></td>"
        rows += "</tr>"
    return fill("confusion", caption=_confused(counts), rows=rows)


def _confused(counts: np.ndarray) -> str:
    words = f"{counts.trace()} of {counts.sum()} drawings are read right."
    wrong = counts - np.diag(counts.diagonal())
    if wrong.any():
        meant, said = np.unravel_index(wrong.argmax(), wrong.shape)
        often = "once" if wrong.max() == 1 else f"{wrong.max()} times"
        words += f" Most often confused: {with_article(meant)} read as {said}, {often}."
    return words
