"""The maps of one convolution, all on one sheet."""

import base64
from html import escape

import cv2
import numpy as np

_WIDTH = 448  # pixels that a sheet may be wide
_MOST_COLUMNS = 16  # so that a map is not too small to be seen
_LARGEST = 8  # pixels at most, shown for each value of a map
_GAP = 2  # pixels of a map, from one map to the next


def show_maps(heading: str, maps: np.ndarray) -> str:
    """Show maps (h, w, k) under a heading, as HTML.

    All have one scale, from the smallest value (0, if none is negative) to the largest.
    """
    columns = _columns(*maps.shape[1:])
    words = _describe(maps, columns)
    sheet = draw_sheet(maps, columns)
    shown = sheet.shape[1] * min(_LARGEST, max(1, _WIDTH // sheet.shape[1]))
    _, png = cv2.imencode(".png", sheet)
    return (
        f'<figure><h4>{escape(heading)}</h4><img alt="{words}" width="{shown}" '
        f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
        f"<figcaption>{words}</figcaption></figure>"
    )


def draw_sheet(maps: np.ndarray, columns: int) -> np.ndarray:
    """Lay maps (h, w, k) out in rows of `columns`: uint8 (…, …, 4), blue, green, red and opacity.

    The gaps between maps and the empty places of the last row are transparent.
    """
    low, high = float(maps.min(initial=0)), float(maps.max())
    levels = ((maps - low) * (255 / max(high - low, 1e-6))).clip(0, 255).astype(np.uint8)
    colored = cv2.applyColorMap(_lay_out(levels, columns), cv2.COLORMAP_VIRIDIS)
    return np.dstack([colored, _lay_out(np.full(maps.shape, 255, np.uint8), columns)])


def _lay_out(maps: np.ndarray, columns: int) -> np.ndarray:
    missing = -maps.shape[2] % columns
    padded = np.pad(maps, ((0, _GAP), (0, _GAP), (0, missing)))
    height, width, count = padded.shape
    rows = padded.reshape(height, width, count // columns, columns).transpose(2, 0, 3, 1)
    return rows.reshape(count // columns * height, columns * width)


def _columns(width: int, count: int) -> int:
    """Return the number of maps in a row: as many as fit, in rows of equal length."""
    most = min(_MOST_COLUMNS, max(1, _WIDTH // 2 // (width + _GAP)))
    rows = -(-count // most)
    return -(-count // rows)


def _describe(maps: np.ndarray, columns: int) -> str:
    height, width, count = maps.shape
    size = f"{height} × {width}"
    if count == 1:
        return f"One map of {size}, bright where its kernel finds what it looks for."
    row, column = np.divmod(maps.max(axis=(0, 1)).argmax(), columns)
    return (
        f"{count} maps of {size}, each bright where its kernel finds what it looks for. "
        f"The one in row {row + 1}, column {column + 1} answers most strongly."
    )
