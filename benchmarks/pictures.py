"""How well are pictures of one digit read? For a folder with labels.csv, or for made pictures.

    python benchmarks/pictures.py [FOLDER] [--model FILE.keras] [--sheet FILE.png] [--json FILE]

labels.csv has the columns file, label (a digit, or empty if there is none) and kind. Without a
folder, these are read: 2,000 pictures of the grid in picture_grid.py, 300 made pictures without a
digit, and MNIST's first 1,000 test images as files, whole and cropped to their ink. The sheet shows
all failures with their answers.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from drawn_digits import load_recognizer
from no_digits import make_no_digit
from picture_grid import as_file, make_picture
from PIL import Image, ImageDraw

from mnist_helpers import Prediction, load_mnist
from mnist_helpers.pictures.inputs import open_picture

GRID, NO_DIGITS, FILES = 2_000, 300, 1_000
TILE = 120  # pixels, a failure on the sheet

Labelled = tuple[str, object, int | None]  # kind, picture, digit


def in_folder(folder: Path) -> Iterator[Labelled]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["kind"], folder / row["file"], int(row["label"]) if row["label"] else None


def made() -> Iterator[Labelled]:
    for number in range(GRID):
        picture, digit, _ = make_picture(number)
        yield "grid", picture, digit
    for number in range(NO_DIGITS):
        yield "no digit", make_no_digit(number), None
    mnist = load_mnist()
    for number, image in enumerate(mnist.x_test[:FILES]):
        for is_cropped in (False, True):
            kind = "MNIST as a file, cropped" if is_cropped else "MNIST as a file"
            yield kind, mnist_as_file(image, number, is_cropped), int(mnist.y_test[number])


def mnist_as_file(image: np.ndarray, number: int, is_cropped: bool) -> Image.Image:
    """Save an image as a file of one of three sizes, two polarities and two formats, in turn."""
    size = (28, 56, 280)[number % 3]
    whole = Image.fromarray(np.uint8(np.round(255 * image[..., 0])))
    pixels = np.asarray(whole.resize((size, size), Image.Resampling.BICUBIC))
    if is_cropped:
        rows, columns = np.nonzero(pixels > 60)
        pixels = pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    picture = Image.fromarray(255 - pixels if number // 3 % 2 else pixels)
    return as_file(picture, "JPEG" if number // 6 % 2 else "PNG", quality=30 + number % 66)


def as_tile(picture, digit: int | None, prediction: Prediction) -> np.ndarray:
    """Show a failure beside the image that the network saw, with the answer below."""
    grey = np.uint8(255 * open_picture(picture))
    scale = TILE / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tile = Image.new("L", (2 * TILE + 4, TILE + 18), 255)
    tile.paste(Image.fromarray(small), (0, 0))
    seen = Image.fromarray(np.uint8(255 - 255 * prediction.image))
    tile.paste(seen.resize((TILE, TILE), Image.Resampling.NEAREST), (TILE + 4, 0))
    said = f"{digit}: {prediction.digit} {prediction.confidence:.2f} {prediction.verdict}"
    ImageDraw.Draw(tile).text((2, TILE + 3), said, fill=0)
    return np.asarray(tile)


def save_sheet(tiles: list[np.ndarray], path: Path, columns: int = 6) -> None:
    blank = np.full_like(tiles[0], 255)
    tiles += [blank] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)]
    Image.fromarray(np.vstack(rows)).save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="pictures and labels.csv")
    parser.add_argument("--model", type=Path, help="a network of your own, a .keras file")
    parser.add_argument("--sheet", type=Path, help="where to show the failures")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    recognizer, tiles = load_recognizer(arguments.model), []
    results: dict[str, list[tuple[bool, bool, bool]]] = {}
    for kind, picture, digit in in_folder(arguments.folder) if arguments.folder else made():
        prediction = recognizer.recognize(picture)
        called = prediction.verdict == "digit"
        right = not called if digit is None else prediction.digit == digit
        results.setdefault(kind, []).append((right, called and right, called and not right))
        if not right:
            tiles.append(as_tile(picture, digit, prediction))
    names = "right", "surely right", "surely wrong"  # surely: it is called a digit
    print(f"| kind | pictures | {' | '.join(names)} |\n|---|---|---|---|---|")
    record = {}
    for kind, answers in results.items():
        shares = np.mean(answers, axis=0)
        record[kind] = {"pictures": len(answers)} | dict(zip(names, shares, strict=True))
        print(f"| {kind} | {len(answers):,} | {' | '.join(f'{share:.1%}' for share in shares)} |")
    if arguments.sheet and tiles:
        save_sheet(tiles, arguments.sheet)
    if arguments.json:
        arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
