"""The take-home page: one HTML file with a network in it; it reads digits and shows how."""

import html
import json
import re
from pathlib import Path

import numpy as np

from mnist_helpers.drawing import PEN
from mnist_helpers.export.describe import History, describe
from mnist_helpers.handwriting import pace, write_digit
from mnist_helpers.recognizer import as_recognizer
from mnist_helpers.system.files import write_whole
from mnist_helpers.web import PAD_SCRIPTS, read_pad, read_web

SCRIPTS = (
    *("preprocessing.js", "network.js", "reader.js"),
    *PAD_SCRIPTS,
    *("names.js", "maps.js", "layers.js", "closer.js", "inside.js"),
    *("damage.js", "game.js", "player.js", "page.js"),
)
_TYPES = re.compile(r"^ */\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)  # for editors
_SEED = 4  # of the digits that the page writes
_MARGIN = 40  # pixels below the page in a notebook


def export_html(recognizer, path: str | Path, history: History | None = None) -> Path:
    """Write one HTML page with the recogniser's network inside; open it from disk, or send it.

    It loads nothing and needs no server: pad, preprocessing, network and doubt are in the file.
    `recognizer` is a Recognizer or a Keras model. `history` holds the `get_weights()` of the model
    before training and after each epoch, and adds a slider over the training. Returns the path.

    Raises ValueError for a layer that the page does not know, and names it. Raises OSError if the
    file cannot be written; then an older file is still as it was.
    """
    return write_whole(path, make_page(recognizer, history).encode("utf-8"))


def show_page(recognizer, history: History | None = None, height: int = 900) -> "object":
    """Show the page of `export_html` in a notebook's output, in a frame `height` pixels high.

    It needs no widgets and no kernel, so it also works in a saved notebook. Returns an HTML object
    of IPython. Raises ValueError as `export_html` does.
    """
    from IPython.display import HTML

    page = html.escape(make_page(recognizer, history), quote=True)
    style = f"width:100%;height:{height}px;border:0;margin-bottom:{_MARGIN}px"
    return HTML(
        f'<div><iframe title="A network that reads digits" sandbox="allow-scripts" style="{style}" '
        f'srcdoc="{page}"></iframe></div>'
    )


def make_page(recognizer, history: History | None = None) -> str:
    """Return the page as text; the arguments and the ValueError are those of `export_html`."""
    parts = {
        "{{pen}}": str(PEN),
        "/* styles */": read_web("pad.css") + read_web("page.css"),
        "/* network */": _as_json(describe(as_recognizer(recognizer), history)),
        "/* samples */": _as_json(_samples()),
        "/* scripts */": _TYPES.sub("", "\n".join(map(read_web, SCRIPTS))),
    }
    page = read_pad("page")
    for place, text in parts.items():
        page = page.replace(place, text)
    return page


def _as_json(data) -> str:
    return json.dumps(data, separators=(",", ":")).replace("</", "<\\/")


def _samples() -> list[dict]:
    """Write each digit once: the page shows them, and measures with them how bright a layer is."""
    rng = np.random.default_rng(_SEED)
    samples = []
    for digit in range(10):
        strokes = write_digit(digit, rng)
        points = [stroke.round().astype(int).tolist() for stroke in strokes]
        samples.append({"strokes": points, "times": pace(strokes)})
    return samples
