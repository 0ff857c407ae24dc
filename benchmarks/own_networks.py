"""Does a network of any family go through every door, and what does each one say?

    python benchmarks/own_networks.py

The families are those of `tests/helpers/families.py`, and one like PyTorch's. Each one is
calibrated as `Recognizer.calibrate` does it, and asked about 500 of MNIST's test images, and about
300 letters and shapes that no calibration has seen. Chromium opens each page and reads 200 of these
images. Prints the table of own_networks.md.
"""

import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from helpers import families
from helpers.pages import PageReader
from live_notebook import launch_chromium

from mnist_helpers import Recognizer, export_model, fine_tune, load_mnist
from mnist_helpers.export import prove
from mnist_helpers.handwriting import write_non_digits

LAST = "like PyTorch"
ROWS = [*(name for name in families.COMMON | families.RARER if name != "shipped"), LAST]
HEADS = (
    *("family", "the network's own digit", "alone and in a batch", "letters turned away"),
    *(
        "page says the same",
        "ONNX: same digit, largest difference",
        "fine_tune: right before, after",
    ),
)


class LikePyTorch:
    """A network that nobody can look into; it wants its one channel before height and width."""

    def __init__(self):
        self._inside = families.build("other weights")

    def predict(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities (n, 10) for images (n, 1, 28, 28)."""
        return np.float32(self._inside(np.transpose(images, (0, 2, 3, 1)), training=False))


def ask_itself(model, images: np.ndarray) -> np.ndarray:
    if isinstance(model, LikePyTorch):
        return model.predict(images.transpose(0, 3, 1, 2))
    return np.float32(model(images, training=False))


def or_refused(measure: Callable[[], str]) -> str:
    try:
        return measure()
    except (ValueError, TypeError) as error:
        return f"refused: {str(error)[:90]} …"


def read_page(page, recognizer: Recognizer, images: np.ndarray) -> str:
    answers = PageReader(page, recognizer).read_images(images)
    expected = [recognizer.recognize_image(image) for image in images]
    pairs = zip(answers, expected, strict=True)
    same = [(a["digit"], a["verdict"]) == (e.digit, e.verdict) for a, e in pairs]
    return f"{sum(same)} of {len(same)}"


def export(recognizer: Recognizer, folder: str) -> str:
    proof = prove(export_model(recognizer, Path(folder) / "cnn.onnx"), recognizer)
    return f"{proof.same:.2%}, {proof.difference:.0e}"


def teach(model) -> str:
    tuning = fine_tune(model, families.some_drawings())
    return f"{tuning.right_before}, {tuning.right_after} of {tuning.drawings}"


def measure(name: str, page, folder: str) -> tuple[str, ...]:
    images = load_mnist().x_test[:500]
    letters = write_non_digits(300, np.random.default_rng(77), "letters and shapes")
    model = LikePyTorch() if name == LAST else families.build(name)
    recognizer = Recognizer.from_model(model).calibrate()
    together = recognizer.probabilities(images)
    same = (ask_itself(model, images).argmax(axis=1) == together.argmax(axis=1)).sum()
    alone = [recognizer.recognize_image(image).probabilities for image in images[:100]]
    apart = np.abs(alone - together[:100]).max()
    verdicts = [recognizer.recognize_image(letter).verdict for letter in letters]
    shown = np.concatenate([images[:100], letters[:100]])[..., 0]
    return (
        name,
        f"{same} of 500",
        f"{apart:.0e}",
        f"{1 - verdicts.count('digit') / len(verdicts):.0%}",
        or_refused(lambda: read_page(page, recognizer, shown)),
        or_refused(lambda: export(recognizer, folder)),
        or_refused(lambda: teach(model)),
    )


def main() -> None:
    warnings.simplefilter("ignore")
    print(*HEADS, sep=" | ")
    print("|".join(["---"] * len(HEADS)))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        page = launch_chromium(playwright).new_page()
        page.set_default_timeout(0)
        for name in ROWS:
            print(*measure(name, page, folder), sep=" | ", flush=True)


if __name__ == "__main__":
    main()
