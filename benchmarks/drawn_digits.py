"""How well are real pen strokes read? Works for any file of the form that README.md describes.

    python benchmarks/drawn_digits.py STROKES.npz [--model FILE.keras] [--json FILE]

prints the tables, and writes their figures to FILE. Every digit is drawn once, at a random size and
place on the pad, with an 18-pixel pen. Accuracy is the mean of the writers' means; the interval is
the 95 % bootstrap interval over writers.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from mnist_helpers import Prediction, Recognizer, draw_strokes, from_picture
from mnist_helpers.calibration import calibration_error
from mnist_helpers.drawing import PEN
from mnist_helpers.handwriting import Strokes, place
from mnist_helpers.pictures.inputs import open_picture
from mnist_helpers.preprocessing import SIDE, crop_to_ink, fit_to_box, to_ink

PENS = (8, 12, 18, 24, 32, 40)


def load_strokes(path: Path) -> tuple[list[Strokes], np.ndarray, np.ndarray]:
    """Return the readable digits' strokes, labels (n,) and writers (n,)."""
    with np.load(path, allow_pickle=False) as stored:
        strokes = np.split(stored["points"], stored["stroke_start"][1:-1])
        bounds = stored["digit_start"]
        keep = np.flatnonzero(stored["suspect"] == 0)
        digits = [strokes[bounds[i] : bounds[i + 1]] for i in keep]
        return digits, stored["label"][keep].astype(int), stored["writer"][keep].astype(int)


def load_recognizer(path: Path | None) -> Recognizer:
    """Return the recogniser of the course, or one around the Keras model in a file."""
    if path is None:
        return Recognizer.load()
    from mnist_helpers.model import keras

    return Recognizer.from_model(keras.models.load_model(path)).calibrate()


def resized(picture: np.ndarray) -> np.ndarray:
    """Shrink the whole pad, as most demos do."""
    return cv2.resize(to_ink(open_picture(picture)), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def cropped(picture: np.ndarray) -> np.ndarray:
    """Fill the whole image with the ink."""
    return cv2.resize(fit_to_box(crop_to_ink(to_ink(open_picture(picture)))), (SIDE, SIDE))


def boxed(picture: np.ndarray) -> np.ndarray:
    """Put the ink's box, not its centre of mass, into the middle."""
    box = fit_to_box(crop_to_ink(to_ink(open_picture(picture))))
    rows, columns = np.nonzero(box)
    ink = box[rows, columns]
    image = np.zeros((SIDE, SIDE), np.float32)
    down, right = ((SIDE - 1 - i.max()) // 2 for i in (rows, columns))
    image[rows + down, columns + right] = ink
    return image


def writers_mean(right: np.ndarray, writers: np.ndarray) -> tuple[float, float, float]:
    """Return the mean of the writers' means and its 95 % bootstrap interval over writers."""
    means = np.array([right[writers == writer].mean() for writer in np.unique(writers)])
    samples = np.random.default_rng(0).choice(means, (10_000, len(means))).mean(axis=1)
    return means.mean(), *np.percentile(samples, [2.5, 97.5])


def read_all(
    digits: list[Strokes], read: Callable[[Strokes], Prediction], seed: int
) -> Iterator[Prediction]:
    rng = np.random.default_rng(seed)
    for strokes in digits:
        yield read(place(strokes, rng))


def read_in_ways(recognizer: Recognizer, digits: list[Strokes]) -> dict[str, list[Prediction]]:
    """Return the answers for each way from strokes to 28 × 28, the shipped ones last."""
    ways: dict[str, Callable[[Strokes], Prediction]] = {
        name: lambda strokes, step=step: recognizer.recognize_image(
            step(draw_strokes(strokes, pen=PEN))
        )
        for name, step in {
            "resized": resized,
            "cropped to the ink": cropped,
            "20 × 20 box in the middle": boxed,
            "centre of mass in the middle: pixels, as shipped": from_picture,
        }.items()
    }
    ways["drawn anew from strokes, as shipped"] = recognizer.recognize_strokes
    return {name: list(read_all(digits, read, seed=0)) for name, read in ways.items()}


def agreement(
    recognizer: Recognizer, digits: list[Strokes], answers: np.ndarray
) -> dict[str, float]:
    """Return the share of answers that stay the same, for each other form of the strokes."""
    forms: dict[str, Callable[[Strokes], Prediction]] = {
        "strokes, half as large": lambda strokes: recognizer.recognize_strokes(
            [stroke * 0.5 for stroke in strokes]
        ),
        "strokes, twice as large": lambda strokes: recognizer.recognize_strokes(
            [stroke * 2 for stroke in strokes]
        ),
        "strokes, moved": lambda strokes: recognizer.recognize_strokes(
            [np.add(stroke, [37.3, -52.9]) for stroke in strokes]
        ),
    }
    for pen in PENS:
        forms[f"pixels, pen of {pen}"] = lambda strokes, pen=pen: recognizer.recognize_image(
            from_picture(draw_strokes(strokes, pen=pen))
        )
    return {
        name: float(np.mean([p.digit for p in read_all(digits, read, seed=0)] == answers))
        for name, read in forms.items()
    }


def shares(values: list[str], names: list[str]) -> str:
    return f"| {' | '.join(names)} |\n{'|---' * len(names)}|\n| {' | '.join(values)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("strokes", type=Path, help="an .npz file of strokes")
    parser.add_argument("--model", type=Path, help="a network of your own, a .keras file")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    digits, labels, writers = load_strokes(arguments.strokes)
    present = np.unique(labels)  # in somebody's own drawings, some digits can be missing
    recognizer = load_recognizer(arguments.model)
    print(f"{len(digits):,} digits of {len(np.unique(writers))} people\n")
    print("| from strokes to 28 × 28 | accuracy | 95 % interval | lowest digit | lowest writer |")
    print("|---|---|---|---|---|")
    record: dict[str, float] = {}
    for name, predictions in read_in_ways(recognizer, digits).items():
        answers = np.array([p.digit for p in predictions])
        right = answers == labels
        record[name], low, high = writers_mean(right, writers)
        by_digit = [right[labels == digit].mean() for digit in present]
        by_writer = [right[writers == writer].mean() for writer in np.unique(writers)]
        print(
            f"| {name} | {record[name]:.1%} | {low:.1%} to {high:.1%} "
            f"| {present[np.argmin(by_digit)]}: {min(by_digit):.1%} | {min(by_writer):.1%} |"
        )
    confidence = np.array([p.confidence for p in predictions])
    record["calibration error"] = calibration_error(confidence, right)
    for verdict in ("digit", "no digit"):
        record[f"called a {verdict}".replace("a no", "no")] = float(
            np.mean([p.verdict == verdict for p in predictions])
        )
    print(f"\nFrom strokes: calibration error {record['calibration error']:.2%}, ", end="")
    print(f"called a digit {record['called a digit']:.1%}, ", end="")
    print(f"called no digit {record['called no digit']:.1%}; by digit:\n")
    print(shares([f"{share:.1%}" for share in by_digit], [str(digit) for digit in present]))
    same = agreement(recognizer, digits, answers)
    print("\nThe same answer as from the strokes:\n")
    print(shares([f"{share:.2%}" for share in same.values()], list(same)))
    if arguments.json:
        record |= same
        arguments.json.write_text(
            json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
