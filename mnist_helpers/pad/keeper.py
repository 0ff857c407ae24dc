"""The labelled drawings of a pad: kept, taken back, and looked through."""

from collections.abc import Callable

import ipywidgets as widgets

from mnist_helpers.collection import Collection, KeptDrawing
from mnist_helpers.pad.collection_view import CollectionView, count
from mnist_helpers.pad.controls import Controls
from mnist_helpers.shown import name_label


class Keeper:
    """Keeps drawings in a collection, and says so in the pad's note."""

    def __init__(
        self,
        collection: Collection | None,
        controls: Controls,
        replay: Callable[[KeptDrawing], None],
    ):
        """Take the collection (None to keep nothing), the controls, and a function that replays.

        Raises TypeError if the collection is neither a Collection nor None.
        """
        if not isinstance(collection, Collection | None):
            raise TypeError(
                f"{type(collection).__name__} came in; wanted a Collection to keep drawings "
                'in, such as Collection("my_work/drawings.jsonl")'
            )
        self._collection, self._controls, self._replay = collection, controls, replay
        self.box = None if collection is None else widgets.VBox()
        self.latest: KeptDrawing | None = None

    @property
    def collection(self) -> Collection:
        """Where drawings are kept. Raises ValueError for a pad that keeps nothing."""
        if self._collection is None:
            raise ValueError(
                "this pad keeps no drawings; wanted one with a collection: "
                'DrawingPad(recognizer, Collection("my_work/drawings.jsonl"))'
            )
        return self._collection

    def tell(self, kept: KeptDrawing) -> None:
        """Say what was kept last; until the next change it can be taken back."""
        self.latest = kept
        many = count(len(self._collection))
        self._controls.take_note(f"Kept as {name_label(kept.label)} ({many})")
        self.show()

    def take_back(self, kept: KeptDrawing) -> None:
        """Take a drawing out again, if it is still there, and say so."""
        if self._collection.take_back(kept.fingerprint):
            self._controls.take_note(f"No longer kept as {name_label(kept.label)}")
            self.show()

    def show(self) -> None:
        """Show the collection as it is now, if it is wanted."""
        is_wanted = self._controls.show_kept_drawings.value
        self.box.layout.display = None if is_wanted else "none"
        if not is_wanted:
            return
        if self.box.children:
            self.box.children[0].refresh()
        else:
            self.box.children = [CollectionView(self._collection, self._replay)]
