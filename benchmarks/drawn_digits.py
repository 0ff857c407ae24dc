"""How well are real pen strokes read? For any file of strokes in the form that README.md describes.

    python benchmarks/drawn_digits.py STROKES.npz

Every digit is drawn once, at a random size and place on the pad, with an 18-pixel pen. Accuracy is
the mean of the writers' means; the interval is the 95 % bootstrap interval over writers.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from mnist_helpers import Prediction, Recognizer, draw_strokes, preprocess
from mnist_helpers.handwriting import Strokes, place
from mnist_helpers.preprocessing import SIDE, crop_to_ink, fit_to_box, to_ink
from mnist_helpers.recognizer import calibration_error

PEN = 18


def load_strokes(path: Path) -> tuple[list[Strokes], np.ndarray, np.ndarray]:
    """Return the readable digits' strokes, labels (n,) and writers (n,)."""
    with np.load(path, allow_pickle=False) as stored:
        strokes = np.split(stored["points"], stored["stroke_start"][1:-1])
        bounds = stored["digit_start"]
        keep = np.flatnonzero(stored["suspect"] == 0)
        digits = [strokes[bounds[i] : bounds[i + 1]] for i in keep]
        return digits, stored["label"][keep].astype(int), stored["writer"][keep].astype(int)


def resized(drawing: np.ndarray) -> np.ndarray:
    """Shrink the whole pad, as most demos do."""
    return cv2.resize(to_ink(drawing), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def cropped(drawing: np.ndarray) -> np.ndarray:
    """Fill the whole image with the ink."""
    return cv2.resize(fit_to_box(crop_to_ink(to_ink(drawing))), (SIDE, SIDE))


def boxed(drawing: np.ndarray) -> np.ndarray:
    """Put the ink's box, not its centre of mass, into the middle."""
    box = fit_to_box(crop_to_ink(to_ink(drawing)))
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("strokes", type=Path, help="an .npz file of strokes")
    digits, labels, writers = load_strokes(parser.parse_args().strokes)
    recognizer = Recognizer.load()
    print(f"{len(digits):,} digits of {len(np.unique(writers))} people\n")
    print("| from drawing to 28 × 28 | accuracy | 95 % interval | lowest digit | lowest writer |")
    print("|---|---|---|---|---|")
    ways: dict[str, Callable[[Strokes], Prediction]] = {
        name: lambda strokes, step=step: recognizer.recognize_image(
            step(draw_strokes(strokes, pen=PEN))
        )
        for name, step in {
            "resized": resized,
            "cropped to the ink": cropped,
            "20 × 20 box in the middle": boxed,
            "centre of mass in the middle: pixels, as shipped": preprocess,
        }.items()
    }
    ways["drawn anew from strokes, as shipped"] = recognizer.recognize_strokes
    for name, read in ways.items():
        predictions = list(read_all(digits, read, seed=0))
        right = np.array([p.digit for p in predictions]) == labels
        mean, low, high = writers_mean(right, writers)
        by_digit = [right[labels == digit].mean() for digit in range(10)]
        by_writer = [right[writers == writer].mean() for writer in np.unique(writers)]
        print(
            f"| {name} | {mean:.1%} | {low:.1%} to {high:.1%} "
            f"| {np.argmin(by_digit)}: {min(by_digit):.1%} | {min(by_writer):.1%} |"
        )
    confidence = np.array([p.confidence for p in predictions])
    kept = np.mean([p.verdict == "digit" for p in predictions])
    print(f"\nFrom strokes: calibration error {calibration_error(confidence, right):.2%}, ", end="")
    print(f"called a digit {kept:.1%}; by digit:\n")
    print("| " + " | ".join(str(digit) for digit in range(10)) + " |")
    print("|" + "---|" * 10)
    print("| " + " | ".join(f"{share:.1%}" for share in by_digit) + " |")


if __name__ == "__main__":
    main()
