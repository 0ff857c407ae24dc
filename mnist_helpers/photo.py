"""A photo of a digit on paper becomes a drawing, step by step.

A camera sees more than the ink: shadows, the grain of the paper and the lines printed on it. Each
step takes one of these away; what is left is a drawing for `preprocess`.
"""

import cv2
import numpy as np
from PIL import Image, ImageOps

LONG_SIDE = 800  # pixels: a digit needs no more, and all that follows is quicker
_SCREEN = 3  # of 255: no camera sees paper as even as this
_FAINTEST = 0.07  # of the paper's brightness: less contrast than this is paper
_THICKNESS = 24 / 200  # of MNIST's strokes, relative to the digit's longer side
_COARSE = 64  # pixels: the paper's brightness changes slowly
_DARKEST = 0.05  # of full brightness: what is darker is not divided by, it is noise
_CUT_OUT = 100  # pixels: five for each of the image's
_SMALLEST = 0.08  # of the picture's longer side: what is smaller is a speck


def find_drawing(photo: Image.Image) -> dict[str, np.ndarray]:
    """Find the ink of one digit in a photo of paper, or in any picture of ink on a plain ground.

    Returns every step under its name, in order: 'upright', uint8 (h, w); 'even light', 'no lines'
    and 'ink', float32 (h, w), about 0 for paper and up to 1 for ink; and 'drawing', uint8 (h', w'),
    white ink on black, for `preprocess`. Where there is no digit, the drawing is blank. A picture
    whose border has one colour was drawn on a screen and is a drawing already.
    """
    grey = make_upright(photo)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if np.ptp(border) <= _SCREEN:
        return {"upright": grey, "drawing": grey}
    contrast = even_out_light(grey)
    without_lines = remove_lines(contrast)
    ink = find_ink(without_lines)
    return {
        "upright": grey,
        "even light": contrast,
        "no lines": without_lines,
        "ink": ink,
        "drawing": thicken(choose_digit(ink)),
    }


def make_upright(photo: Image.Image) -> np.ndarray:
    """Turn the photo as the phone was held, make it grey and small: uint8 (h, w).

    Phones save the pixels as the sensor lies, and note the turn (Exif 2.32, tag 0x0112). What is
    transparent becomes white.
    """
    upright = ImageOps.exif_transpose(photo)
    upright.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.BOX)
    upright = upright.convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    return np.asarray(Image.alpha_composite(white, upright).convert("L"))


def even_out_light(grey: np.ndarray) -> np.ndarray:
    """Say for every pixel how far it differs from the paper around it: float32 (h, w), 0 for paper.

    A median over a wide window sees the paper with its shadows, but not the thin ink; divided by
    it, the ink is as dark in the shadow as in the light (the idea of retinex: E. Land and J.
    McCann, 'Lightness and retinex theory', 1971). Of dark and light, ink is what differs more.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), max(grey.shape) / LONG_SIDE)
    paper = cv2.medianBlur(fit(smooth, 100), 31)
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_CUBIC)
    difference = smooth / np.maximum(paper, 1).astype(np.float32) - 1
    return difference if difference.max() > -difference.min() else -difference


def remove_lines(contrast: np.ndarray) -> np.ndarray:
    """Paint over the lines and squares that are printed on the paper: float32 (h, w).

    What tells them from strokes: they are straight and run from one edge of the picture to another.
    Pixels much darker than a line are ink that crosses it, and stay.
    """
    thin = _find_thin(contrast)
    ridge = cv2.dilate(contrast, _disc(3))
    reach = max(5, round(max(contrast.shape) / 110))
    darkest = np.zeros_like(contrast)  # that a printed line would be, at each pixel
    for line in _find_lines(thin):
        level = float(np.median(ridge[line[:, 1], line[:, 0]]))
        cv2.polylines(darkest, [line], False, 1.7 * level + 0.05, reach)
    printed = contrast < darkest
    mask = cv2.dilate((thin & printed).astype(np.uint8), _disc(3)) * printed
    levels = np.round(255 * contrast.clip(0, 1)).astype(np.uint8)
    return cv2.inpaint(levels, mask, 3, cv2.INPAINT_TELEA) / np.float32(255)


def find_ink(contrast: np.ndarray) -> np.ndarray:
    """Keep what is nearly half as dark as the pen: float32 (h, w), 0 for paper and 1 for ink."""
    least = max(_FAINTEST, 6 * _grain(contrast))
    pen = np.percentile(contrast, 99.8)
    return (contrast > max(least, 0.4 * pen)).astype(np.float32)


def soft_ink(grey: np.ndarray, window: float) -> np.ndarray:
    """Say how much darker than the paper around it each pixel is: float32 (h, w) in [0, 1].

    The paper's brightness is the grey closing (the brightest, then the darkest of what lies within
    an ellipse), which fills in whatever is darker and narrower than the window, a share of the
    longer side. Taken small, it costs little.
    """
    small = fit(grey, min(_COARSE, max(grey.shape)))
    side = window * max(small.shape)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, _disc(max(3, side)))
    paper = cv2.GaussianBlur(paper, (0, 0), side / 6)
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return ((paper - grey) / np.maximum(paper, _DARKEST)).clip(0, 1)


def stronger_than_paper(ink: np.ndarray) -> np.ndarray:
    """Say where ink lies, the faint side of a stroke as well: bool (h, w).

    The bound is a part of N. Otsu's threshold (1979), which lies midway between paper and ink.
    """
    levels = np.round(255 * ink).astype(np.uint8)
    threshold, _ = cv2.threshold(levels, 0, 1, cv2.THRESH_OTSU)
    return ink > max(0.6 * threshold / 255, _FAINTEST)


def widen(ink: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Cut the digit that was found out of soft ink, and widen thin strokes to MNIST's thickness.

    Takes float32 (h, w) and bool (h, w), returns float32 (h', w') in [0, 1], at most 100 pixels.
    """
    around = cv2.dilate(found.astype(np.uint8), _disc(3))
    x, y, width, height = cv2.boundingRect(around)
    digit = (ink * around / np.percentile(ink[found], 75)).clip(0, 1)[y : y + height, x : x + width]
    digit = fit(digit, min(_CUT_OUT, max(digit.shape)))
    size = max(digit.shape)
    digit = np.pad(digit, round(size / 4))
    core = (digit > 0.5).astype(np.uint8)
    inner = cv2.distanceTransform(core, cv2.DIST_L2, 5)
    thickness = 4 * np.median(inner[core > 0]) - 1  # half of the pixels lie within its quarters
    missing = (_THICKNESS * size - thickness) / (1 - _THICKNESS)
    return cv2.dilate(digit, _disc(missing)) if missing > 1 else digit


def choose_digit(ink: np.ndarray, at_edge: bool = False) -> np.ndarray:
    """Keep the largest ink, and what lies close to it: (h, w).

    What touches the picture's edge counts only where `at_edge` says so.
    """
    _, parts, boxes, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    x, y, width, height = boxes[:, :4].T
    inside = (x > 0) & (y > 0) & (x + width < ink.shape[1]) & (y + height < ink.shape[0])
    size = np.maximum(width, height) * (inside | at_edge)
    size[0] = 0  # the paper
    largest = size.argmax()
    if size[largest] < _SMALLEST * max(ink.shape):
        return np.zeros_like(ink)
    away = cv2.distanceTransform((parts != largest).astype(np.uint8), cv2.DIST_L2, 5)
    near = np.zeros(len(size), bool)
    near[parts[away <= size[largest] / 5]] = True
    return ink * (near & (size > size[largest] / 12))[parts]


def thicken(ink: np.ndarray) -> np.ndarray:
    """Cut the digit out, and widen thin strokes to MNIST's thickness: uint8, white on black."""
    digit = 255 * ink.astype(np.uint8)
    if not digit.any():
        return digit
    x, y, width, height = cv2.boundingRect(digit)
    size = max(width, height)
    inner = cv2.distanceTransform(digit, cv2.DIST_L2, 5)
    thickness = 4 * np.median(inner[digit > 0])  # half of a line's pixels lie within its quarters
    missing = (_THICKNESS * size - thickness) / (1 - _THICKNESS)
    digit = np.pad(digit[y : y + height, x : x + width], round(size / 4))
    return cv2.dilate(digit, _disc(missing)) if missing > 0 else digit


def fit(pixels: np.ndarray, side: int) -> np.ndarray:
    """Shrink or enlarge (h, w) until its longer side has `side` pixels."""
    scale = side / max(pixels.shape)
    height, width = (max(1, round(scale * length)) for length in pixels.shape)
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def _find_lines(thin: np.ndarray) -> list[np.ndarray]:
    """Return straight lines that cross the whole picture, each as its points, int32 (n, 2).

    Found as segments (J. Matas et al., 'Robust detection of lines using the progressive
    probabilistic Hough transform', 2000), and kept where ink lies along the rest of the line too.
    """
    height, width = thin.shape
    dark = thin.astype(np.uint8)
    least = max(10, round(0.45 * min(height, width)))
    segments = cv2.HoughLinesP(dark, 1, np.pi / 360, least // 2, None, least, 5)
    dark = cv2.dilate(dark, _disc(3))
    lines = []
    for x, y, to_x, to_y in [] if segments is None else segments.reshape(-1, 4).tolist():
        far = 2 * (height + width) / np.hypot(to_x - x, to_y - y)
        dx, dy = round(far * (to_x - x)), round(far * (to_y - y))
        _, start, end = cv2.clipLine((0, 0, width, height), (x - dx, y - dy), (x + dx, y + dy))
        line = np.linspace(start, end, height + width).round().astype(np.int32)
        if dark[line[:, 1], line[:, 0]].mean() > 0.85:
            lines.append(line)
    return lines


def _find_thin(contrast: np.ndarray) -> np.ndarray:
    """Say where something thin lies, however pale (by N. Otsu's threshold, 1979): bool (h, w)."""
    narrow = cv2.morphologyEx(contrast, cv2.MORPH_TOPHAT, _disc(max(contrast.shape) / 50))
    levels = np.round(255 * narrow.clip(0, 0.15)).astype(np.uint8)  # the pen is not to count more
    threshold, _ = cv2.threshold(levels, 0, 1, cv2.THRESH_OTSU)
    return levels > max(threshold, 7)


def _grain(contrast: np.ndarray) -> float:
    """Return the paper's own standard deviation, which the little ink does not change."""
    return 1.4826 * float(np.median(np.abs(contrast)))


def _disc(diameter: float) -> np.ndarray:
    side = max(1, round(diameter))
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
