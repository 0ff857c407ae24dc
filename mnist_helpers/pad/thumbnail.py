"""Strokes as a small drawing in HTML."""

from collections.abc import Sequence
from html import escape

from mnist_helpers.drawing import PAD_SIZE, PEN, fit_strokes


def draw_thumbnail(strokes: Sequence, name: str) -> str:
    """Return strokes as SVG, scaled to fit; `name` is what a screen reader says."""
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in stroke)}"/>'
        for stroke in fit_strokes(strokes, pen=PEN)
    )
    return (
        f'<svg viewBox="0 0 {PAD_SIZE} {PAD_SIZE}" role="img" '
        f'aria-label="{escape(name)}">{lines}</svg>'
    )
