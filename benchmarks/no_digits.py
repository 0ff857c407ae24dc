"""Made pictures of what is not one digit: blank sheets, cloth, a keyboard, text, two digits."""

import cv2
import numpy as np
from picture_grid import MEDIA, MadeSheet, as_file, clouds, light
from PIL import Image, ImageDraw, ImageFont

from mnist_helpers.drawing import draw_strokes
from mnist_helpers.handwriting import write_digit

KINDS = ["blank paper", "cloth", "keyboard", "text", "two digits"]
_WORDS = [
    *("the", "rain", "fell", "on", "an", "old", "roof", "while", "she", "wrote", "her", "name"),
    *("under", "every", "line", "of", "that", "long", "letter", "and", "nobody", "saw", "how"),
    *("quickly", "green", "ink", "ran", "along", "the", "paper", "toward", "its", "lower", "edge"),
]
_LETTERS = "QWERTYUIOPASDFGHJKLZXCVBNM"


def make_no_digit(number: int) -> Image.Image:
    """Make picture `number`; every five following ones show the five kinds."""
    rng = np.random.default_rng([13, number])
    kind = KINDS[number % len(KINDS)]
    side = round(float(np.exp(rng.uniform(np.log(100), np.log(1600)))))
    if kind in ("blank paper", "two digits"):
        medium = str(rng.choice(list(MEDIA)))
        ruling = "plain" if medium in ("chalk", "screen") else rng.choice(["plain", "squared"])
        ink = _two_digits(rng) if kind == "two digits" else np.zeros((640, 480), np.float32)
        return MadeSheet(medium, str(ruling), "none", side, rng).show(ink, 12)
    grey = {"cloth": _cloth, "keyboard": _keyboard, "text": _text}[kind](rng)
    seen = (grey * light(grey.shape, rng)).clip(0, 1)
    seen += rng.uniform(0.002, 0.02) * rng.standard_normal(seen.shape).astype(np.float32)
    picture = Image.fromarray(np.uint8(255 * seen.clip(0, 1)))
    picture.thumbnail((side, side), Image.Resampling.BOX)
    return as_file(picture, "JPEG", quality=int(rng.integers(40, 95)))


def _two_digits(rng: np.random.Generator) -> np.ndarray:
    """Write two digits side by side, a small gap between them."""
    ink, tall, pen = np.zeros((640, 640), np.uint8), rng.uniform(150, 280), rng.integers(5, 25)
    left, top = 30.0, rng.uniform(20, 600 - tall)
    for _ in range(2):
        strokes = write_digit(int(rng.integers(10)), rng)
        points = np.concatenate(strokes)
        low, extent = points.min(axis=0), np.ptp(points, axis=0)
        scale = tall * rng.uniform(0.85, 1.1) / extent[1]
        placed = [(stroke - low) * min(scale, 270 / extent[0]) + (left, top) for stroke in strokes]
        ink = np.maximum(ink, draw_strokes(placed, size=640, pen=int(pen)))
        left = np.concatenate(placed)[:, 0].max() + pen + rng.uniform(0.08, 0.35) * tall
    return ink / np.float32(255)


def _cloth(rng: np.random.Generator) -> np.ndarray:
    """Draw cloth from threads; sometimes with stripes or checks, and folds."""
    y, x = np.mgrid[0:640, 0:640].astype(np.float32)
    thread = rng.uniform(0.3, 1.5)
    weave = np.sin(thread * x) * np.sin(thread * y) + 0.5 * clouds((640, 640), 300, rng)
    grey = rng.uniform(0.3, 0.8) + rng.uniform(0.02, 0.1) * weave
    grey += rng.uniform(0, 0.12) * clouds((640, 640), int(rng.integers(4, 9)), rng)
    if rng.random() < 0.5:
        width, strength = rng.uniform(20, 90), rng.uniform(0.1, 0.3)
        grey -= strength * (np.sin(2 * np.pi * x / width) > rng.uniform(-0.3, 0.8))
        if rng.random() < 0.5:
            grey -= strength * (np.sin(2 * np.pi * y / width) > rng.uniform(-0.3, 0.8))
    return cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 1)


def _keyboard(rng: np.random.Generator) -> np.ndarray:
    """Lay out keys with letters, from near or far, light on dark or dark on light."""
    key, gap = int(rng.integers(50, 200)), int(rng.integers(4, 20))
    picture = Image.new("L", (640, 640), int(rng.integers(20, 60)))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(key * rng.uniform(0.2, 0.45))
    shade = int(rng.integers(30, 90))
    for row, top in enumerate(range(int(rng.integers(-key, 0)), 640, key + gap)):
        for left in range(int(rng.integers(-key, 0)) + row * key // 3 - key, 640, key + gap):
            draw.rounded_rectangle((left, top, left + key, top + key), key // 8, shade)
            place = left + key * 0.2, top + key * 0.15
            draw.text(place, str(rng.choice(list(_LETTERS))), 230, font)
    grey = np.asarray(picture, np.float32) / 255
    return 1 - grey if rng.random() < 0.5 else grey


def _text(rng: np.random.Generator) -> np.ndarray:
    """Print lines of words."""
    size = rng.uniform(24, 90)
    picture = Image.new("L", (640, 640), int(rng.integers(180, 255)))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size)
    for top in np.arange(rng.uniform(0, size), 640, 1.4 * size):
        line = " ".join(rng.choice(_WORDS, 12))
        draw.text((rng.uniform(-size, size), top), line, int(rng.integers(10, 70)), font)
    return np.asarray(picture, np.float32) / 255
