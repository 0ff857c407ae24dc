"""Take away, step by step, what a camera and an unknown writer add to a digit.

That is uneven light, a frame, a pen that is too thin, and things that lie beside the digit.
`readings` puts the steps together. Taught in lesson 10.
"""

import cv2
import numpy as np

_FAINTEST = 0.07  # of the paper's brightness: a pixel with less contrast is paper
_OF_THE_PEN = 0.6  # a pixel counts as ink from this share of the pen's darkness on
_OF_PALE_INK = 0.3  # a pixel can belong to a pale part of a stroke from this share on
_AS_THICK = 0.9  # of the pen: printed lines are thinner
_THICK_PEN = 2  # pixels: a thinner pen cannot be told from printed lines
_FOR_GAPS = 35  # of these fit into the longer side; a gap that a line leaves is smaller
_PALEST = 0.35  # of the pen's darkness: a part of a stroke that is as pale becomes full ink
_BLUR = 64  # of these fit into the longer side: ink is less blurred
_SOFT = 0.4  # of the ink's darkness: shadows are at least as dark a little outside of their edge
_DARKER = 1.5  # than printed lines: ink has at least so many times their contrast
_ON_LINES = 0.5  # of the found ink: with more on printed lines, it is a piece of them
_FOR_LINES = 160  # pixels, the longer side of the copy in which lines are looked for
_THICK = 6  # pixels of that copy: no line is as thick
_SEEN = 0.7  # of a line must be seen
_INSIDE = 0.6  # of the picture's width: a line runs at least as far
_MOST_LINES = 400  # candidates, the strongest first
_THICKNESS = 24 / 200  # of MNIST's strokes, relative to the digit's longer side
_TOO_THICK = 0.75  # of what is thicker is taken away
_BLOCK = 0.3  # of the digit's longer side: what is thicker was drawn with no pen
_COARSE = 64  # pixels: the paper's brightness changes slowly
_DARKEST = 0.05  # of full brightness: darker values are noise, and count as this
_DARK = 0.25  # of the brightest part: on a board that is darker, a camera's noise is no ink
_CUT_OUT = 100  # pixels: five for each of the image's
_STRIP = 0.03  # of the picture's longer side: a part at the edge that is thinner is no digit
_SMALLEST = 0.08  # of the picture's longer side: anything smaller is a speck
_EVEN, _STEP = 0.05, 0.12  # of full brightness: a frame varies less, and its end is a larger step


def resize(pixels: np.ndarray, side: int) -> np.ndarray:
    """Shrink or enlarge (h, w) or (h, w, c) until its longer side has `side` pixels."""
    scale = side / max(pixels.shape[:2])
    height, width = (max(1, round(scale * length)) for length in pixels.shape[:2])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def trim_frame(grey: np.ndarray) -> np.ndarray:
    """Cut even bars off the four sides of float32 (h, w); a screen or a scanner adds such bars."""
    for _ in range(4):
        grey = np.rot90(grey[_count_rows_of_frame(grey) :])
    return np.ascontiguousarray(grey)


def soft_ink(grey: np.ndarray, window: float, is_light: bool = False) -> np.ndarray:
    """Say how far each pixel differs from the paper around it: float32 (h, w) in [0, 1].

    The paper's brightness is the grey closing: the brightest, then the darkest value within an
    ellipse. It fills in everything that is darker and narrower than `window`, a share of the longer
    side. For light ink, it is the opening. Divided by the paper, ink is as dark in the shadow as in
    the light (the idea of retinex: E. Land and J. McCann, 'Lightness and retinex theory', 1971).
    The paper is computed on a small copy of the picture, which is fast.
    """
    small = resize(grey, min(_COARSE, max(grey.shape)))
    side = window * max(small.shape)
    kind = cv2.MORPH_OPEN if is_light else cv2.MORPH_CLOSE
    paper = cv2.morphologyEx(small, kind, _disc(max(3, side)))
    paper = cv2.GaussianBlur(paper, (0, 0), side / 6)
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    one, other = np.maximum(grey, _DARKEST), np.maximum(paper, _DARKEST)
    return (1 - (other / one if is_light else one / other)).clip(0, 1)


def find_ink(soft: np.ndarray) -> np.ndarray:
    """Say where ink lies: bool (h, w), true above 60 % of the pen's darkness."""
    return soft > max(_OF_THE_PEN * np.percentile(soft, 99.8), _FAINTEST)


def grow(ink: np.ndarray, soft: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Add the pale parts of the strokes: bool (h, w), true above 30 % of the pen's darkness.

    They must hang together with `ink`, which is darker. Pencils and ball-pens are paler between the
    turns of a stroke. The ink grows along printed `lines` only where it is nearly as thick as the
    pen, but it can cross them. These are two thresholds with hysteresis (J. Canny, 'A computational
    approach to edge detection', 1986).
    """
    pale = soft > max(_OF_PALE_INK * np.percentile(soft, 99.8), _FAINTEST)
    candidates = np.uint8(ink | (pale & ~lines))
    if lines.any() and ink.any():
        pen = _AS_THICK * _thickness(np.uint8(ink))
        if pen >= _THICK_PEN:
            thick = cv2.morphologyEx(np.uint8(pale), cv2.MORPH_OPEN, _disc(pen))
            candidates |= thick & ~cv2.dilate(np.uint8(ink), _disc(pen))  # the rim of ink stays
        closed = cv2.morphologyEx(candidates, cv2.MORPH_CLOSE, _disc(max(soft.shape) / _FOR_GAPS))
        candidates |= closed & pale
    _, parts = cv2.connectedComponents(candidates)
    has_ink = np.bincount(parts[ink], minlength=parts.max() + 1) > 0
    has_ink[0] = False
    return has_ink[parts]


def _thickness(ink: np.ndarray) -> float:
    """Return how thick the lines of ink are, uint8 (h, w), in pixels."""
    inner = cv2.distanceTransform(ink, cv2.DIST_L2, 5)
    return 4 * np.median(inner[ink > 0]) - 1  # the median is a quarter of the line


def find_lines(soft: np.ndarray) -> np.ndarray:
    """Say where thin straight lines run across the whole picture: bool (h, w).

    They are up to 20° from level or upright, as on ruled or squared paper. A Hough transform
    proposes them (R. Duda and P. Hart, 'Use of the Hough transformation to detect lines and curves
    in pictures', 1972). A line counts if most of it can be seen, and both of its ends.
    """
    step = -(-max(soft.shape) // _FOR_LINES)
    small = np.ascontiguousarray(cv2.dilate(soft, np.ones((step, step)))[::step, ::step])
    thin = cv2.morphologyEx(small, cv2.MORPH_TOPHAT, np.ones((_THICK, _THICK)))
    marks = np.uint8(thin > _FAINTEST)
    lines = _find_level_lines(marks) | _find_level_lines(np.ascontiguousarray(marks.T)).T
    lines = cv2.dilate(lines, np.ones((3, 3)))
    return cv2.resize(lines, soft.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0


def _find_level_lines(marks: np.ndarray) -> np.ndarray:
    """Return the rather level ones of the lines that run across, uint8 (h, w), 1 on a line."""
    height, width = marks.shape
    lines = np.zeros_like(marks)
    angles = np.pi / 2 + np.radians([-20, 20])
    least = round(_SEEN * _INSIDE * width)
    found = cv2.HoughLines(marks, 1.5, np.pi / 150, least, None, 0, 0, *angles)
    if found is None:
        return lines
    far, angle = found[:_MOST_LINES, 0].T[..., np.newaxis]
    columns = np.arange(width)
    rows = np.round((far - columns * np.cos(angle)) / np.sin(angle)).astype(int)
    inside = (rows >= 0) & (rows < height)
    seen = inside & (cv2.dilate(marks, np.ones((3, 1)))[rows.clip(0, height - 1), columns] > 0)
    length = inside.sum(axis=1)
    along = inside.cumsum(axis=1) / np.maximum(length, 1)[:, np.newaxis]  # from 0 to 1
    is_line = (length >= _INSIDE * width) & (seen.sum(axis=1) >= _SEEN * length)
    for end in (along < 0.1, along > 0.9):
        is_line &= (seen & end).sum(axis=1) >= _SEEN / 2 * (inside & end).sum(axis=1)
    where = is_line[:, np.newaxis] & inside
    lines[rows[where], np.broadcast_to(columns, rows.shape)[where]] = 1
    return lines


def choose_digit(ink: np.ndarray, at_edge: bool) -> np.ndarray:
    """Keep the largest part of the ink, and parts that are close or over half as large: (h, w).

    A part at the edge of the picture can be the largest only if `at_edge` is true. A thin strip
    along the edge is the end of the paper or of a frame: it can be the largest only if it is alone.
    A second digit stays, so that two digits are not read as one.
    """
    _, parts, boxes, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    x, y, width, height = boxes[:, :4].T
    beside = (x == 0) | (x + width == ink.shape[1])
    above = (y == 0) | (y + height == ink.shape[0])
    inside = ~beside & ~above
    thin = _STRIP * max(ink.shape)
    is_strip = (beside & (width < thin)) | (above & (height < thin))
    size = np.maximum(width, height) * (inside | at_edge)
    size[0] = 0  # the paper
    least, digits = _SMALLEST * max(ink.shape), size * ~is_strip
    largest = (digits if digits.max() >= least else size).argmax()
    if size[largest] < least:
        return np.zeros(ink.shape, bool)
    away = cv2.distanceTransform((parts != largest).astype(np.uint8), cv2.DIST_L2, 5)
    near = np.zeros(len(size), bool)
    near[parts[away <= size[largest] / 5]] = True
    kept = (near & (size > size[largest] / 12)) | (inside & (size > size[largest] / 2))
    kept[0] = False
    return kept[parts]


def is_shadow(soft: np.ndarray, found: np.ndarray) -> bool:
    """Say whether what was found, bool (h, w), ends softly, as a shadow does; ink ends sharply."""
    ink, beyond = found.astype(np.uint8), round(max(soft.shape) / _BLUR)
    inner, outer = (cv2.dilate(ink, np.ones((side, side))) for side in (beyond, 2 * beyond + 3))
    ring = outer > inner
    return bool(ring.any() and np.median(soft[ring]) > _SOFT * np.median(soft[found]))


def cut_out(soft: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Cut the found digit out of soft ink; make its strokes strong, and as thick as MNIST's.

    Thinner strokes become as thick. Thicker ones lose three quarters of what is too much, but a
    block stays a block.

    Takes float32 (h, w) and bool (h, w). Returns float32 (h', w') in [0, 1], at most 150 pixels
    wide and high.
    """
    around = cv2.dilate(found.astype(np.uint8), _disc(3))
    x, y, width, height = cv2.boundingRect(around)
    digit = (soft * around / np.percentile(soft[found], 75)).clip(0, 1)[
        y : y + height, x : x + width
    ]
    digit = resize(digit, min(_CUT_OUT, max(digit.shape)))
    size = max(digit.shape)
    digit = _even_out(np.pad(digit, round(size / 4)), _THICKNESS * size)
    pen = _thickness((digit > 0.5).astype(np.uint8))
    missing = (_THICKNESS * size - pen) / (1 - _THICKNESS)
    if missing > 0:
        return cv2.dilate(digit, _disc(missing))
    return cv2.erode(digit, _disc(_TOO_THICK * -missing)) if pen < _BLOCK * size else digit


def _even_out(digit: np.ndarray, pen: float) -> np.ndarray:
    """Make the pale parts of a digit, float32 (h, w), as strong as its dark parts."""
    strongest = cv2.dilate(digit, _disc(pen))
    nearby = cv2.blur(strongest, (max(1, round(pen)),) * 2)
    return (digit / nearby.clip(_PALEST, 1)).clip(0, 1)


def find_contrast(grey: np.ndarray) -> np.ndarray:
    """Return how much each pixel stands out from the paper: float32 (h, w), 0 for paper.

    It is the squared relative difference from the median of a wide window. Ink is thin, so this
    median is paper. What is darker than a quarter of the brightest part counts as dark as that:
    relative to a dark board, the noise of a camera is large.
    """
    small = np.uint8(255 * resize(grey, min(100, max(grey.shape))))
    window = int(0.61 * max(small.shape)) | 1
    median = cv2.medianBlur(small, window) / np.float32(255)
    median = cv2.resize(median, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    darkest = max(_DARK * np.percentile(grey, 99.8), 0.01)  # 0 cannot be divided by 0
    one, other = np.maximum(grey, darkest), np.maximum(median, darkest)
    differs = cv2.GaussianBlur(1 - np.minimum(one, other) / np.maximum(one, other), (0, 0), 1)
    return np.where(differs > _FAINTEST, differs, 0) ** 2


def coverage(contrast: np.ndarray, found: np.ndarray, lines: np.ndarray) -> float:
    """Return the share of all contrast that the found ink explains, from 0 to 1.

    Printed `lines`, bool (h, w), do not count where no ink was found. But they count if the found
    ink lies mostly on them, or does not stand out more than they do. Then it is a piece of a line,
    or a shadow.
    """
    near = cv2.dilate(found.astype(np.uint8), _disc(3)) > 0
    counts = np.ones_like(near)
    if found.any() and lines.any():
        is_apart = (found & lines).sum() <= _ON_LINES * found.sum()
        if is_apart and contrast[found].mean() > _DARKER * np.percentile(contrast[lines], 75):
            counts = near | ~lines
    return float(contrast[near].sum() / max(contrast[counts].sum(), 1e-6))


def _count_rows_of_frame(grey: np.ndarray) -> int:
    """Count the first rows that are even and, together, differ from the rows after them."""
    most = max(2, len(grey) // 6)
    rows = grey[: most + 3]
    levels = np.median(rows, axis=1)
    spreads = np.percentile(np.abs(rows - levels[:, np.newaxis]), 80, axis=1)
    even = (np.abs(levels - levels[0]) < _EVEN) & (spreads < _EVEN)
    count = len(even) if even.all() else int(even.argmin())
    if not 0 < count < most:
        return 0
    end = count
    while end + 1 < len(levels) and end < count + 2 and abs(levels[end + 1] - levels[end]) > 0.03:
        end += 1  # the edge of a frame can be blurred
    is_frame = abs(levels[min(end, len(levels) - 1)] - levels[0]) > _STEP
    return end if is_frame and abs(np.median(grey[end:]) - np.median(grey[0])) > _STEP else 0


def _disc(diameter: float) -> np.ndarray:
    side = max(1, round(diameter))
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
