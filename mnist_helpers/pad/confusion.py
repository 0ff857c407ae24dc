"""One person's confusion matrix: what was meant, and what the network said."""

from collections.abc import Sequence

import numpy as np

from mnist_helpers.collection import KeptDrawing
from mnist_helpers.shown import with_article


def show_confusion(drawings: Sequence[KeptDrawing]) -> str:
    """Return a table (10, 10) as HTML, true digit by row and answer by column, with a caption.

    Drawings that were kept as no digit, or that were not read, are left out.
    """
    pairs = [(each.label, each.said) for each in drawings if None not in (each.label, each.said)]
    if not pairs:
        return "<p>Keep some digits first: then you see here which of them are confused.</p>"
    counts = np.zeros((10, 10), int)
    np.add.at(counts, tuple(np.transpose(pairs)), 1)
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(10))
    rows = "".join(
        f'<tr><th scope="row">{digit}</th>{"".join(_cell(row, digit, n) for n in range(10))}</tr>'
        for digit, row in enumerate(counts)
    )
    return (
        f"<table><caption>{_in_words(counts)}</caption><thead><tr><td>meant ↓ read →</td>{head}"
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cell(row: np.ndarray, meant: int, said: int) -> str:
    """Return one cell: empty for zero, bold if it is right, with a frame if it is wrong."""
    if not row[said]:
        return "<td></td>"
    kind, tag = ("right", "b") if meant == said else ("wrong", "span")
    return f'<td class="{kind}"><{tag}>{row[said]}</{tag}></td>'


def _in_words(counts: np.ndarray) -> str:
    total, right = int(counts.sum()), int(counts.trace())
    words = f"{right} of {total} drawings are read right."
    wrong = counts - np.diag(counts.diagonal())
    if wrong.any():
        meant, said = np.unravel_index(wrong.argmax(), wrong.shape)
        times = int(wrong[meant, said])
        often = "once" if times == 1 else f"{times} times"
        words += f" Most often confused: {with_article(int(meant))} read as {said}, {often}."
    return words
