"""One pixel of a drawing in SVG, with a sign on it if its color alone is not enough."""

_SIGNS = {
    "against": "M{x} {below}l1-1",
    "added": "M{x} {middle}h1m-.5-.5v1",
    "taken": "M{x} {y}l1 1m0-1l-1 1",
}


def draw_pixel(x: int, y: int, kind: str, strength: float) -> str:
    """Draw a pixel of ink: 'ink', 'for', 'against' (striped), 'added' (a plus), 'taken' (a cross).

    `strength` is its opacity, 0 to 1; the style sheet has the color of each kind.
    """
    sign = _SIGNS.get(kind, "").format(x=x, y=y, middle=y + 0.5, below=y + 1)
    square = f'<rect x="{x}" y="{y}" width="1" height="1" class="{kind}"'
    path = f'<path d="{sign}"/>' if sign else ""
    return f'{square} opacity="{strength:.2f}"/>{path}'
