"""What the pictures of ideas are drawn with: two sets of colors, and a sheet that becomes SVG."""

import base64
from dataclasses import dataclass, field
from html import escape

import cv2
import numpy as np

FONT = "system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Theme:
    """The colors of one set. Blue and orange are Okabe and Ito's (2008)."""

    paper: str
    ink: str
    soft: str
    blue: str
    orange: str
    pale: str


THEMES = {
    "light": Theme("#ffffff", "#1a1a1a", "#5a5a5a", "#0072B2", "#E69F00", "#eef2f5"),
    "dark": Theme("#0d1117", "#e6edf3", "#a5afba", "#56B4E9", "#E69F00", "#1c2530"),
}


@dataclass
class Sheet:
    """A sheet of `width` × `height` pixels; `title` and `description` are for screen readers."""

    width: int
    height: int
    title: str
    description: str
    theme: Theme
    _parts: list[str] = field(default_factory=list)

    def _add(self, tag: str, content: str = "", **attributes) -> None:
        pairs = (
            f' {name.replace("_", "-")}="{_short(value)}"' for name, value in attributes.items()
        )
        end = f">{content}</{tag}>" if content else "/>"
        self._parts.append(f"<{tag}{''.join(pairs)}{end}")

    def rect(self, x: float, y: float, width: float, height: float, **attributes) -> None:
        """Draw a rectangle from its upper left corner."""
        self._add("rect", x=x, y=y, width=width, height=height, **attributes)

    def lines(self, points, close: bool = False, **attributes) -> None:
        """Join points, (n, 2), by straight lines; the area is filled only if `fill` is given."""
        path = "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points) + "Z" * close
        look = {"fill": "none", "stroke": self.theme.ink, "stroke_width": 2} | attributes
        self._add("path", d=path, **look)

    def arrow(self, points, **attributes) -> None:
        """Join points by straight lines, with a head at the end."""
        *_, before, (x, y) = points
        color = attributes.get("stroke", self.theme.soft)
        self.lines(points, **{"stroke": color} | attributes)
        along = np.subtract((x, y), before) / np.hypot(*np.subtract((x, y), before))
        across = np.array([-along[1], along[0]])
        back = np.array([x, y]) - 9 * along
        corners = [(x, y), back + 5 * across, back - 5 * across]
        self.lines(corners, close=True, fill=color, stroke="none")

    def text(self, x: float, y: float, words: str, size: int = 16, **attributes) -> None:
        """Write one line. `x` is its middle, unless `text_anchor` says otherwise."""
        look = {"text_anchor": "middle", "fill": self.theme.ink} | attributes
        self._add("text", escape(words, quote=False), x=x, y=y, font_size=size, **look)

    def image(self, x: float, y: float, side: float, image: np.ndarray) -> None:
        """Show an image (28, 28), 0 for black to 1 for white, with each pixel a square."""
        png = cv2.imencode(".png", np.round(255 * image).astype(np.uint8))[1].tobytes()
        self._add(
            "image",
            x=x,
            y=y,
            width=side,
            height=side,
            href="data:image/png;base64," + base64.b64encode(png).decode(),
            style="image-rendering:pixelated",
        )

    def __str__(self) -> str:
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}"'
                f' role="img" aria-labelledby="title desc" font-family="{FONT}">',
                f'<title id="title">{escape(self.title)}</title>',
                f'<desc id="desc">{escape(self.description)}</desc>',
                f'<rect width="{self.width}" height="{self.height}" fill="{self.theme.paper}"/>',
                *self._parts,
                "</svg>\n",
            ]
        )


def _short(value) -> str:
    """Write a number with one decimal at most, and anything else as it is."""
    if isinstance(value, int | float | np.number):
        return f"{value:.1f}".removesuffix(".0").replace("-0", "0" if abs(value) < 0.05 else "-0")
    return str(value)
