"""Take away, step by step, what a camera and an unknown writer add to a digit.

That is uneven light, a frame, a pen that is too thin, and things that lie beside the digit.
`readings` puts the steps together. Taught in lesson 10.
"""

import cv2
import numpy as np

_FAINTEST = 0.07  # of the paper's brightness: a pixel with less contrast is paper
_OF_THE_PEN = 0.6  # a pixel counts as ink from this share of the pen's darkness on
_THICKNESS = 24 / 200  # of MNIST's strokes, relative to the digit's longer side
_COARSE = 64  # pixels: the paper's brightness changes slowly
_DARKEST = 0.05  # of full brightness: darker values are noise, and count as this
_CUT_OUT = 100  # pixels: five for each of the image's
_SMALLEST = 0.08  # of the picture's longer side: anything smaller is a speck
_EVEN, _STEP = 0.05, 0.12  # of full brightness: a frame varies less, and its end is a larger step


def fit(pixels: np.ndarray, side: int) -> np.ndarray:
    """Shrink or enlarge (h, w) until its longer side has `side` pixels."""
    scale = side / max(pixels.shape)
    height, width = (max(1, round(scale * length)) for length in pixels.shape)
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
    small = fit(grey, min(_COARSE, max(grey.shape)))
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


def choose_digit(ink: np.ndarray, at_edge: bool) -> np.ndarray:
    """Keep the largest part of the ink, and parts that are close or over half as large: (h, w).

    A part at the edge of the picture can be the largest only if `at_edge` is true. A second digit
    stays, so that two digits are not read as one.
    """
    _, parts, boxes, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    x, y, width, height = boxes[:, :4].T
    inside = (x > 0) & (y > 0) & (x + width < ink.shape[1]) & (y + height < ink.shape[0])
    size = np.maximum(width, height) * (inside | at_edge)
    size[0] = 0  # the paper
    largest = size.argmax()
    if size[largest] < _SMALLEST * max(ink.shape):
        return np.zeros(ink.shape, bool)
    away = cv2.distanceTransform((parts != largest).astype(np.uint8), cv2.DIST_L2, 5)
    near = np.zeros(len(size), bool)
    near[parts[away <= size[largest] / 5]] = True
    kept = (near & (size > size[largest] / 12)) | (inside & (size > size[largest] / 2))
    kept[0] = False
    return kept[parts]


def widen(soft: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Cut the found digit out of soft ink, and make thin strokes as thick as MNIST's.

    Takes float32 (h, w) and bool (h, w). Returns float32 (h', w') in [0, 1], at most 150 pixels
    wide and high.
    """
    around = cv2.dilate(found.astype(np.uint8), _disc(3))
    x, y, width, height = cv2.boundingRect(around)
    digit = (soft * around / np.percentile(soft[found], 75)).clip(0, 1)[
        y : y + height, x : x + width
    ]
    digit = fit(digit, min(_CUT_OUT, max(digit.shape)))
    size = max(digit.shape)
    digit = np.pad(digit, round(size / 4))
    core = (digit > 0.5).astype(np.uint8)
    inner = cv2.distanceTransform(core, cv2.DIST_L2, 5)
    thickness = 4 * np.median(inner[core > 0]) - 1  # the median is a quarter of the line
    missing = (_THICKNESS * size - thickness) / (1 - _THICKNESS)
    return cv2.dilate(digit, _disc(missing)) if missing > 1 else digit


def find_contrast(grey: np.ndarray) -> np.ndarray:
    """Return how much each pixel stands out from the paper: float32 (h, w), 0 for paper.

    It is the squared relative difference from the median of a wide window. Ink is thin, so this
    median is paper.
    """
    small = np.uint8(255 * fit(grey, min(100, max(grey.shape))))
    window = int(0.61 * max(small.shape)) | 1
    median = cv2.medianBlur(small, window) / np.float32(255)
    median = cv2.resize(median, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    one, other = np.maximum(grey, _DARKEST), np.maximum(median, _DARKEST)
    differs = cv2.GaussianBlur(1 - np.minimum(one, other) / np.maximum(one, other), (0, 0), 1)
    return np.where(differs > _FAINTEST, differs, 0) ** 2


def coverage(contrast: np.ndarray, found: np.ndarray) -> float:
    """Return the share of all contrast that the found ink explains, from 0 to 1."""
    near = cv2.dilate(found.astype(np.uint8), _disc(3)) > 0
    return float(contrast[near].sum() / max(contrast.sum(), 1e-6))


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
