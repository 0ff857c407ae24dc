"""Made photos: a digit of synthetic handwriting on paper, as a phone would take it.

Nothing here is a real photograph. So the true digit of every picture is known, and every picture
can be made again.
`python tests/helpers/photos.py` remakes the one that the lesson shows.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from mnist_helpers.drawing import draw_strokes, fit_strokes
from mnist_helpers.handwriting import write_digit

RULINGS = ["plain", "lined", "squared"]
PENS = {  # colour (red, green, blue), smallest and largest width in millimetres, darkness, grain
    "blue ballpoint": ((32, 52, 140), 0.6, 0.9, 0.85, 0.15),
    "black gel": ((28, 28, 32), 0.6, 1.0, 0.92, 0.05),
    "pencil": ((85, 85, 90), 0.6, 0.9, 0.75, 0.35),
    "felt-tip": ((25, 25, 30), 1.5, 2.5, 0.95, 0.03),
}
_TURNS = {1: 0, 3: 2, 6: 1, 8: 3}  # EXIF orientation: quarter turns, anticlockwise, of the pixels
_FINE = 1100  # pixels, the side of the paper before the camera sees it


@dataclass(frozen=True)
class Photo:
    """A made photo: `data` is the bytes of a JPEG file; the rest says what is on it."""

    data: bytes
    digit: int | None
    ruling: str
    pen: str
    width: int
    height: int
    orientation: int


def take_photo(rng: np.random.Generator, digit: int | None = None, **wanted) -> Photo:
    """Photograph a digit, None for a blank sheet, on random paper with a random pen and light.

    `wanted` fixes what would be random: `strokes`, `ruling`, `pen`, `size` (the long side in
    pixels) and `orientation`.
    """
    ruling = wanted.get("ruling") or str(rng.choice(RULINGS))
    pen = wanted.get("pen") or str(rng.choice(list(PENS)))
    orientation = wanted.get("orientation") or int(rng.choice(list(_TURNS)))
    long_side = wanted.get("size") or round(np.exp(rng.uniform(np.log(200), np.log(1600))))
    shape = np.array([rng.choice([0.75, 0.5625, 1.0]), 1.0])  # width, height
    shape = shape[::-1] if rng.random() < 0.3 else shape
    width, height = np.round(long_side * shape).astype(int).tolist()
    scale = _FINE / rng.uniform(70, 120)  # pixels per millimetre
    sheet = _paper(rng)
    _rule(sheet, ruling, scale, rng)
    if digit is not None:
        strokes = wanted.get("strokes") or write_digit(digit, rng)
        _write(sheet, strokes, pen, scale, 0.62 * _FINE * shape, rng)
    seen = _look_at(sheet, width, height, rng) * _light(width, height, rng)[..., np.newaxis]
    data = _develop(seen, orientation, rng)
    return Photo(data, digit, ruling, pen, width, height, orientation)


def _clouds(rng: np.random.Generator, side: int, cells: int) -> np.ndarray:
    """Return smooth noise (side, side) of about one unit."""
    small = rng.standard_normal((cells, cells), np.float32)
    return cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)


def _paper(rng: np.random.Generator) -> np.ndarray:
    """Return a sheet, float32 (side, side, 3): white to cream, with fibres and slight waves."""
    tint = np.array([1.0, rng.uniform(0.97, 1.0), rng.uniform(0.88, 1.0)], np.float32)
    texture = np.rot90(_texture(int(rng.integers(0, 4))), rng.integers(0, 4))
    return np.float32(rng.uniform(0.88, 0.97)) * tint * texture[..., np.newaxis]


@lru_cache
def _texture(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    fibres = cv2.GaussianBlur(rng.standard_normal((_FINE, _FINE), np.float32), (0, 0), 1.5)
    waves = 0.006 * _clouds(rng, _FINE, 180) + 0.012 * _clouds(rng, _FINE, 6)
    return np.float32(1) + np.float32(0.03) * fibres + waves


def _rule(sheet: np.ndarray, ruling: str, scale: float, rng: np.random.Generator) -> None:
    """Print lines or squares on the sheet, thin and pale; `scale` is in pixels per millimetre."""
    if ruling == "plain":
        return
    spacing = scale * (rng.uniform(7, 9) if ruling == "lined" else 5)
    mask = np.zeros(sheet.shape[:2], np.uint8)
    thickness = max(1, round(rng.uniform(0.15, 0.3) * scale))
    for place in np.arange(rng.uniform(0, spacing), _FINE, spacing).astype(int).tolist():
        cv2.line(mask, (0, place), (_FINE, place), 255, thickness, cv2.LINE_AA)
        if ruling == "squared":
            cv2.line(mask, (place, 0), (place, _FINE), 255, thickness, cv2.LINE_AA)
    colour = np.array([0.45, 0.6, 0.8] if rng.random() < 0.7 else [0.6, 0.6, 0.6], np.float32)
    _lay(sheet, mask / 255 * rng.uniform(0.3, 0.75), colour)
    if ruling == "lined" and rng.random() < 0.4:  # the margin's red line
        mask = np.zeros_like(mask)
        place = round(_FINE * rng.uniform(0.08, 0.2))
        cv2.line(mask, (place, 0), (place, _FINE), 255, thickness, cv2.LINE_AA)
        _lay(sheet, mask / 255 * 0.6, np.array([0.85, 0.45, 0.45], np.float32))


def _write(
    sheet: np.ndarray,
    strokes: list,
    pen: str,
    scale: float,
    frame: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Write strokes inside the frame (width, height), at least 40 % of it large."""
    colour, least, most, darkness, grain = PENS[pen]
    width = max(2, round(scale * rng.uniform(least, most)))
    box = frame.min() * rng.uniform(0.4, 1)
    centred = fit_strokes(strokes, size=_FINE, box=box, pen=width)
    moved = rng.uniform(-0.5, 0.5, 2) * (frame - box)
    ink = draw_strokes([stroke + moved for stroke in centred], size=_FINE, pen=width)
    pressure = 1 - grain * np.clip(np.abs(_clouds(rng, _FINE, 350)), 0, 1.5)
    pressure *= 1 - 0.15 * np.clip(_clouds(rng, _FINE, 8), 0, 1)
    _lay(sheet, ink / 255 * darkness * pressure, np.array(colour, np.float32) / 255)


def _lay(sheet: np.ndarray, cover: np.ndarray, colour: np.ndarray) -> None:
    y, x = (slice(where.min(), where.max() + 1) for where in np.nonzero(cover))
    part, cover = sheet[y, x], cover[y, x, np.newaxis].astype(np.float32)
    part += cover * (colour - part)


def _look_at(sheet: np.ndarray, width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """See the sheet's middle through a camera that is held a little askew."""
    seen = np.array([[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]) * _FINE
    seen += rng.uniform(-0.06, 0.06, (4, 2)) * _FINE
    angle = np.radians(rng.normal(0, 4))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    aspect = np.array([width, height]) / max(width, height)
    seen = ((seen - _FINE / 2) * aspect) @ turn.T + _FINE / 2
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    warp = cv2.getPerspectiveTransform(seen.astype(np.float32), frame.astype(np.float32))
    shrink = max(width, height) / (0.8 * _FINE)
    if shrink < 1:  # a lens and a sensor's pixels average what they see
        sheet = cv2.GaussianBlur(sheet, (0, 0), 0.45 / shrink)
    return cv2.warpPerspective(sheet, warp, (width, height), borderMode=cv2.BORDER_REPLICATE)


def _light(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Return brightness (height, width): a lamp to one side, dark corners, perhaps a shadow."""
    y, x = np.mgrid[-1:1:100j, -1:1:100j]
    angle = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    light = 1 - rng.uniform(0, 0.25) * (1 + along) / 2 - rng.uniform(0, 0.15) * (x * x + y * y) / 2
    if rng.random() < 0.5:  # of the hand or the phone: a bent edge, more or less soft
        angle = rng.uniform(0, 2 * np.pi)
        across = x * np.cos(angle) + y * np.sin(angle)
        bent = across + 0.2 * np.sin(2 * (y * np.cos(angle) - x * np.sin(angle)) + angle)
        edge = 1 / (
            1 + np.exp(-np.clip((bent - rng.uniform(-0.3, 0.6)) / rng.uniform(0.03, 0.2), -30, 30))
        )
        light *= 1 - rng.uniform(0.15, 0.45) * edge
    light = cv2.resize(light.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.float32(rng.uniform(0.75, 1.05)) * light


def _develop(seen: np.ndarray, orientation: int, rng: np.random.Generator) -> bytes:
    """Blur, add the sensor's noise, turn as the phone was held, and save as JPEG."""
    blur = rng.uniform(0.3, 1.0) * max(1.0, max(seen.shape) / 700)
    seen = cv2.GaussianBlur(seen, (0, 0), blur)
    if rng.random() < 0.3:  # the hand moved
        length = max(2, round(max(seen.shape) * rng.uniform(0.003, 0.008)))
        kernel = np.zeros((length, length), np.float32)
        ends = (
            [(0, 0), (length - 1, length - 1)] if rng.random() < 0.5 else [(0, 0), (length - 1, 0)]
        )
        cv2.line(kernel, *ends, 1.0)
        seen = cv2.filter2D(seen, -1, kernel / kernel.sum())
    warmth = 1 + np.array([1, 0, -1]) * rng.uniform(-0.06, 0.1)
    noise = rng.uniform(0.004, 0.025) * rng.standard_normal(seen.shape, np.float32)
    seen = seen * warmth.astype(np.float32) + noise
    pixels = np.clip(255 * seen, 0, 255).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(np.rot90(pixels, _TURNS[orientation])))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(45, 93)), exif=exif)
    return file.getvalue()


if __name__ == "__main__":
    wanted = {"ruling": "squared", "pen": "blue ballpoint", "size": 900, "orientation": 6}
    target = Path(__file__).parents[2] / "images" / "digit_on_paper.jpg"
    target.write_bytes(take_photo(np.random.default_rng(200), 4, **wanted).data)
