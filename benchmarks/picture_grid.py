"""A grid of made pictures: one digit, with all that a camera, a scanner or a file adds.

Each picture is made from a seed and its true digit is known, so nothing large is stored. No real
picture is in it. A person can read every digit: its pen is not too wide and the digit not too
small. The loops and gaps between the lines of its thin drawing must still be there. No 1 has a flag
as flat and as long as the bar of a 7.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from mnist_helpers.drawing import draw_strokes
from mnist_helpers.handwriting import Strokes, write_digit

MEDIA = {  # paper and ink (red, green, blue), smallest and largest cover of the ink, its grain
    "ball-pen": ((0.93, 0.92, 0.89), (0.13, 0.2, 0.55), 0.6, 0.95, 0.1),
    "marker": ((0.94, 0.94, 0.93), (0.08, 0.08, 0.09), 0.85, 1.0, 0.02),
    "pencil": ((0.93, 0.92, 0.9), (0.3, 0.3, 0.32), 0.5, 0.9, 0.35),
    "chalk": ((0.14, 0.2, 0.18), (0.95, 0.95, 0.9), 0.6, 0.95, 0.35),
    "note": ((0.95, 0.85, 0.4), (0.15, 0.15, 0.3), 0.75, 0.95, 0.05),
    "screen": ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0), 1.0, 1.0, 0.0),
}
FADING = ("ball-pen", "marker", "pencil")  # half of the digits in these are paler in one part
PLACES = ["inside", "inside", "inside", "at the border", "along the border", "cropped"]
EXTRAS = ["none", "none", "none", "crumbs", "frame", "scrap at the edge"]
_CANVAS = 640  # pixels, the longer side of what is drawn before the camera sees it
_LEAST_TALL = 16  # pixels of the final picture: a person reads no smaller digit
_LEAST_PEN = 1.0  # pixels of the final picture


class MadePicture(NamedTuple):
    """A made picture as its file shows it, its true digit, and whether its paper has lines."""

    picture: Image.Image
    digit: int
    is_ruled: bool


def make_picture(number: int) -> MadePicture:
    """Make picture `number` of the grid; every ten following ones show the ten digits."""
    rng = np.random.default_rng([12, number])
    digit = number % 10
    medium = str(rng.choice(list(MEDIA)))
    place, extra = str(rng.choice(PLACES)), str(rng.choice(EXTRAS))
    ruling = str(rng.choice(["plain", "ruled", "squared"]))
    ruling = "plain" if medium in ("chalk", "screen") else ruling
    side = round(float(np.exp(rng.uniform(np.log(16), np.log(4000)))))
    tall = 1.0 if place == "cropped" else rng.uniform(0.15, 0.95)
    tall = min(max(tall, _LEAST_TALL / side), 1.0)
    strokes = tilt(write_digit(digit, rng), rng)
    while digit == 1 and looks_like_a_seven(strokes):
        strokes = tilt(write_digit(digit, rng), rng)
    pen = readable_pen(strokes, tall * side, rng)
    is_paler = medium in FADING and rng.random() < 0.5
    paint = paint_fading(rng) if is_paler else draw_strokes
    ink = place_ink(strokes, pen, tall, place, rng, paint)
    sheet = MadeSheet(medium, ruling, "none" if place == "cropped" else extra, side, rng)
    return MadePicture(sheet.show(ink, tall * pen * _CANVAS), digit, ruling != "plain")


def tilt(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Turn strokes by up to 15° and see them in perspective; their longer side becomes 1."""
    angle = np.radians(rng.uniform(-15, 15) * rng.random())
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = np.concatenate(strokes)
    middle, extent = (points.max(axis=0) + points.min(axis=0)) / 2, np.ptp(points, axis=0).max()
    far = rng.uniform(-0.15, 0.15, 2)
    seen = [(stroke - middle) / extent @ turn.T for stroke in strokes]
    seen = [stroke / (1 + stroke @ far)[:, np.newaxis] for stroke in seen]
    return [stroke / np.ptp(np.concatenate(seen), axis=0).max() for stroke in seen]


def looks_like_a_seven(one: Strokes) -> bool:
    """Say whether a 1 without a foot has a flag that is flatter than 45° and a quarter as long."""
    if len(one) > 1:
        return False
    top = one[0][one[0][:, 1].argmin()]
    wide, tall = np.abs(one[0][0] - top)
    return wide > tall and wide > 0.25


def readable_pen(strokes: Strokes, tall: float, rng: np.random.Generator) -> float:
    """Choose a random pen, 1 to 25 % of the digit wide: at `tall` pixels, it must be readable."""
    widest = 0.25
    gaps, loops = count_gaps(strokes, 0.02, 200, least=0.04), count_loops(strokes, 0.02, 200)
    while widest > 0.05 and (
        count_gaps(strokes, widest, min(200, tall), least=0.015) < gaps
        or count_loops(strokes, widest, min(200, tall)) < loops
    ):
        widest *= 0.85
    thinnest = min(max(0.01, _LEAST_PEN / tall), widest)
    return float(np.exp(rng.uniform(np.log(thinnest), np.log(widest))))


def count_gaps(strokes: Strokes, pen: float, side: float, least: float) -> int:
    """Count the pieces of paper inside the strokes' convex hull, drawn at `side` pixels.

    The strokes' longer side is 1; `least` is the smallest piece that counts, a share of the hull.
    """
    ink = draw_small(strokes, pen, side)
    if not ink.any():
        return 0
    hull = np.zeros(ink.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(np.argwhere(ink)[:, ::-1].astype(np.int32)), 1)
    _, _, pieces, _ = cv2.connectedComponentsWithStats(np.uint8(hull & ~ink), connectivity=4)
    return int((pieces[1:, cv2.CC_STAT_AREA] >= max(1.5, least * hull.sum())).sum())


def count_loops(strokes: Strokes, pen: float, side: float) -> int:
    """Count the closed pieces of paper, of two pixels or more, when the strokes are drawn small."""
    paper = np.pad(~draw_small(strokes, pen, side), 1, constant_values=True)
    _, _, pieces, _ = cv2.connectedComponentsWithStats(np.uint8(paper), connectivity=4)
    return int((pieces[2:, cv2.CC_STAT_AREA] >= 2).sum())


def draw_small(strokes: Strokes, pen: float, side: float) -> np.ndarray:
    """Draw strokes, whose longer side is 1, `side` pixels tall: bool (h, w)."""
    fine = draw_strokes([s * 300 + 200 for s in strokes], size=400, pen=max(1, round(300 * pen)))
    return cv2.resize(fine, None, fx=side / 300, fy=side / 300, interpolation=cv2.INTER_AREA) > 128


def paint_fading(rng: np.random.Generator) -> Callable[..., np.ndarray]:
    """Return a `draw_strokes` whose ink is about half as dark over a third of the line."""
    start, least = rng.uniform(0, 0.7), rng.uniform(0.4, 0.65)

    def paint(strokes: Strokes, size: int, pen: int) -> np.ndarray:
        lengths = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes]
        total = max(sum(each.sum() for each in lengths), 1e-6)
        ink, done = np.zeros((size, size), np.uint8), 0.0
        for stroke, steps in zip(strokes, lengths, strict=True):
            way = done + np.append(0, steps.cumsum()) / total
            cuts = np.linspace(way[0], way[-1], max(2, round(40 * (way[-1] - way[0])) + 1))
            points = np.column_stack([np.interp(cuts, way, axis) for axis in stroke.T])
            for i in range(len(cuts) - 1):
                inside = min(cuts[i] - start, start + 0.33 - cuts[i + 1])
                share = 1 - (1 - least) * np.clip(inside / 0.03 + 0.5, 0, 1)
                piece = draw_strokes([points[i : i + 2]], size=size, pen=pen)
                ink = np.maximum(ink, np.uint8(piece * share))
            done = way[-1]
        return ink

    return paint


def place_ink(
    strokes: Strokes, pen: float, tall: float, place: str, rng: np.random.Generator, paint: Callable
) -> np.ndarray:
    """Draw the ink at its place in the frame: float32 (h, w), the longer side `_CANVAS` pixels."""
    box = tall * _CANVAS
    width = max(1, round(pen * box))
    moved = [stroke * (box - width) for stroke in strokes]
    points = np.concatenate(moved)
    low, extent = points.min(axis=0) - width / 2, np.ptp(points, axis=0) + width
    aspect = rng.choice([1.0, 1.0, 0.75, 0.5625])
    frame = np.array([aspect, 1.0])[:: rng.choice([1, -1])] * _CANVAS
    frame = extent if place == "cropped" else np.maximum(frame, 1.04 * extent)
    corner = (frame - extent) * (0 if place == "cropped" else rng.uniform(0.05, 0.95, 2))
    if place in ("at the border", "along the border"):
        axis, far = int(rng.integers(2)), int(rng.integers(2))
        over = rng.uniform(0, 0.5 * width) if place == "at the border" else 0
        corner[axis] = frame[axis] - extent[axis] + over if far else -over
    size = int(max(frame.max(), _CANVAS))
    ink = paint([stroke - low + corner for stroke in moved], size=size, pen=width)
    ink = ink[: max(1, round(frame[1])), : max(1, round(frame[0]))]
    return ink.astype(np.float32) / 255


@dataclass(frozen=True)
class MadeSheet:
    """Paper with its ink, as a file of `side` pixels shows it."""

    medium: str
    ruling: str
    extra: str
    side: int
    rng: np.random.Generator

    def show(self, ink: np.ndarray, pen: float) -> Image.Image:
        """Return the picture as it comes out of a PNG or JPEG file."""
        paper, colour, least, most, grain = MEDIA[self.medium]
        screen, rng = self.medium == "screen", self.rng
        if self.extra in ("crumbs", "scrap at the edge"):
            ink = np.maximum(ink, self._litter(ink))
        sheet = np.float32(paper) * np.ones((*ink.shape, 1), np.float32)
        if not screen:
            sheet *= 1 + rng.uniform(0, 0.02) * clouds(ink.shape, 90, rng)[..., np.newaxis]
        if self.ruling != "plain":
            self._rule(sheet, pen)
        cover = ink * rng.uniform(least, most)
        cover *= 1 - grain * np.clip(np.abs(clouds(ink.shape, 250, rng)), 0, 1.5)
        sheet += cover[..., np.newaxis] * (np.float32(colour) - sheet)
        if not screen:
            sheet *= light(ink.shape, rng)[..., np.newaxis]
        elif rng.random() < 0.5:
            sheet = 1 - sheet
        if self.extra == "frame":
            sheet = self._frame(sheet)
        return self._save(self._see(sheet, screen))

    def _litter(self, ink: np.ndarray) -> np.ndarray:
        """Crumbs around the digit, or a piece of something else that the edge cuts off."""
        litter, rng = np.zeros_like(ink), self.rng
        rows, columns = np.nonzero(ink > 0.5)
        tall = max(np.ptp(rows), np.ptp(columns)) + 1
        away = cv2.distanceTransform(np.uint8(ink < 0.1), cv2.DIST_L2, 5)
        height, width = ink.shape
        if self.extra == "crumbs":
            for _ in range(rng.integers(2, 9)):
                radius = max(1, round(tall * rng.uniform(0.004, 0.025)))
                x, y = int(rng.integers(width)), int(rng.integers(height))
                if away[y, x] > 0.12 * tall:
                    cv2.circle(litter, (x, y), radius, rng.uniform(0.4, 1), -1, cv2.LINE_AA)
            return litter
        y, x = np.unravel_index(away.argmax(), away.shape)
        edge = [(0, int(y)), (width, int(y)), (int(x), 0), (int(x), height)]
        end = edge[int(np.argmin([x, width - x, y, height - y]))]
        reach = away.max() * rng.uniform(0.2, 0.5)
        toward = np.subtract((x, y), end).astype(float)
        tip = end + toward / max(np.hypot(*toward), 1) * reach
        thick = max(1, round(rng.uniform(0.02, 0.08) * tall))
        cv2.line(litter, end, tuple(int(v) for v in tip), 1.0, thick, cv2.LINE_AA)
        return litter

    def _rule(self, sheet: np.ndarray, pen: float) -> None:
        """Print lines or squares that are paler than the pen and no thicker, slightly askew."""
        height, width = sheet.shape[:2]
        rng, mask = self.rng, np.zeros((height, width), np.float32)
        spacing = rng.uniform(0.06, 0.25) * _CANVAS
        thick = max(1, min(round(rng.uniform(0.15, 0.7) * pen), round(spacing / 8)))
        slope = rng.normal(0, 0.03)
        for place in np.arange(rng.uniform(-spacing, 0), height + spacing, spacing):
            ends = [(0, round(place)), (width, round(place + slope * width))]
            cv2.line(mask, *ends, 1.0, thick, cv2.LINE_AA)
        for place in np.arange(rng.uniform(-spacing, 0), width + spacing, spacing):
            if self.ruling == "squared":
                ends = [(round(place), 0), (round(place - slope * height), height)]
                cv2.line(mask, *ends, 1.0, thick, cv2.LINE_AA)
        colour = np.float32([0.45, 0.6, 0.8] if rng.random() < 0.7 else [0.6, 0.6, 0.6])
        sheet += (mask * rng.uniform(0.25, 0.6))[..., np.newaxis] * (colour - sheet)

    def _frame(self, sheet: np.ndarray) -> np.ndarray:
        """Add bars of one colour at one to four sides, as a screenshot or a paste leaves them."""
        bars = (self.rng.uniform(0.01, 0.04, 4) * max(sheet.shape)).round().astype(int)
        bars[self.rng.permutation(4)[: self.rng.integers(0, 4)]] = 0
        colour = [float(self.rng.choice([0.0, 1.0, 0.5]))] * 3
        return cv2.copyMakeBorder(sheet, *bars.tolist(), cv2.BORDER_CONSTANT, value=colour)

    def _see(self, sheet: np.ndarray, screen: bool) -> np.ndarray:
        """Bring the sheet to the size of the picture, blur it and add the sensor's noise."""
        scale, rng = self.side / max(sheet.shape[:2]), self.rng
        size = [max(1, round(length * scale)) for length in sheet.shape[1::-1]]
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        seen = cv2.resize(sheet, size, interpolation=way)
        if screen:
            return seen
        blur = rng.uniform(0.2, 0.7) * np.clip(self.side / 700, 0.7, None)
        seen = cv2.GaussianBlur(seen, (0, 0), blur)
        tile = rng.standard_normal((256, 256, 1)).astype(np.float32)
        tile *= rng.uniform(0.002, 0.025) * min(1, self.side / 100)  # fewer pixels are averages
        times = -(-seen.shape[0] // 256), -(-seen.shape[1] // 256), 1
        return seen + np.tile(tile, times)[: seen.shape[0], : seen.shape[1]]

    def _save(self, seen: np.ndarray) -> Image.Image:
        picture = Image.fromarray(np.clip(255 * seen, 0, 255).round().astype(np.uint8))
        if self.rng.random() < 0.4:
            return as_file(picture, "PNG", compress_level=1)
        return as_file(picture, "JPEG", quality=int(self.rng.integers(30, 96)))


def as_file(picture: Image.Image, kind: str, **options) -> Image.Image:
    """Save a picture in a file, and open that."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return Image.open(file)


def clouds(shape: tuple[int, ...], cells: int, rng: np.random.Generator) -> np.ndarray:
    """Return smooth noise (h, w) of about one unit, with `cells` along a side."""
    small = rng.standard_normal((cells, cells)).astype(np.float32)
    return cv2.resize(small, shape[1::-1], interpolation=cv2.INTER_CUBIC)


def light(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Return brightness (h, w): a lamp to one side, dark corners, perhaps a shadow with an edge."""
    y, x = np.mgrid[-1:1:100j, -1:1:100j]
    angle = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    bright = 1 - rng.uniform(0, 0.3) * (1 + along) / 2 - rng.uniform(0, 0.25) * (x * x + y * y) / 2
    if rng.random() < 0.4:
        angle = rng.uniform(0, 2 * np.pi)
        across = x * np.cos(angle) + y * np.sin(angle) + 0.2 * np.sin(2 * along + angle)
        edge = (across - rng.uniform(-0.5, 0.6)) / rng.uniform(0.03, 0.3)
        bright *= 1 - rng.uniform(0.15, 0.45) / (1 + np.exp(-np.clip(edge, -30, 30)))
    bright = rng.uniform(0.6, 1.05) * bright.astype(np.float32)
    return cv2.resize(bright, shape[1::-1], interpolation=cv2.INTER_CUBIC)
