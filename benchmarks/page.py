"""How well does the take-home page read in Chromium, and does it agree with Python?

    python benchmarks/page.py STROKES.npz [--json FILE]

STROKES.npz holds real digits as pen strokes, in the form that benchmarks/drawn_digits.py reads. 60
of them are drawn with real mouse events and 20 by touch, at the speed of a person, on the page that
was opened from disk, offline. The same is done with a network of other layers, trained here for
three epochs. Then the page's reader and Python's read 2,000 images of MNIST and 2,000 drawings.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from drawn_digits import load_strokes
from playwright.sync_api import sync_playwright

from mnist_helpers import Recognizer, load_mnist, quiet_startup
from mnist_helpers.export import export_html
from mnist_helpers.handwriting import write_digit, write_digits

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from helpers.drawn import Fingers, draw, on_screen
from helpers.pages import PageReader, probabilities
from live_notebook import launch_chromium

MOUSE, TOUCH, MANY = 60, 20, 2_000
WRITTEN = 30_000  # digits that the other network learns from, beside MNIST's
ROOM = 240  # of the 280 units of the paper


def choose(path: Path) -> list[tuple[list[np.ndarray], int]]:
    """Choose the same number of each digit, and fit each one onto the paper."""
    digits, labels, _ = load_strokes(path)
    rng, chosen = np.random.default_rng(0), []
    for label in range(10):
        for place in rng.choice(np.flatnonzero(labels == label), (MOUSE + TOUCH) // 10, False):
            points = np.concatenate(digits[place])
            low, extent = points.min(axis=0), np.ptp(points, axis=0).max()
            fitted = [(stroke - low) * ROOM / extent + 20 for stroke in digits[place]]
            chosen.append((fitted, label))
    return chosen


def draw_all(page, drawings, recognizer) -> dict[str, float]:
    """Draw on the page with mouse and touch; return how many are right, here and in Python."""
    order = np.random.default_rng(1).permutation(len(drawings))
    fingers, right, python = Fingers(page), {"mouse": 0, "touch": 0}, 0
    for number, place in enumerate(order):
        strokes, label = drawings[place]
        tool = "mouse" if number < MOUSE else "touch"
        if tool == "mouse":
            draw(page, strokes)
        else:
            for stroke in on_screen(page, strokes):
                fingers.press_and_draw(stroke)
                fingers.touch("touchEnd")
        page.wait_for_timeout(200)
        right[tool] += page.locator(".top b").text_content() == str(label)
        python += recognizer.recognize_strokes(strokes).digit == label
        page.get_by_role("button", name="Clear").click()
    return {**right, "python": python}


def other_network() -> Recognizer:
    """Train a network of other layers: 5 × 5 kernels, batch normalisation, average pooling."""
    with quiet_startup():
        import keras
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            *(layers.Conv2D(16, 5, padding="same"), layers.BatchNormalization(), layers.ReLU()),
            *(layers.AveragePooling2D(2), layers.Conv2D(32, 5, activation="relu")),
            *(layers.AveragePooling2D(2), layers.Flatten(), layers.Dense(10)),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    mnist, (images, labels) = load_mnist(), write_digits(WRITTEN, np.random.default_rng(0))
    x, y = np.concatenate([mnist.x_train, images]), np.concatenate([mnist.y_train, labels])
    model.fit(x, y, batch_size=128, epochs=3, verbose=0)
    return Recognizer.from_model(model)


def agree(page, recognizer, drawings: list) -> dict[str, float]:
    """Compare the page's reader with Python's."""
    reader, images = PageReader(page, recognizer), load_mnist().x_test[:MANY, ..., 0]
    answers = probabilities(reader.read_images(images))
    expected = recognizer.probabilities(images)
    drawn = probabilities(reader.read(drawings))
    wanted = np.array([recognizer.recognize_strokes(each).probabilities for each in drawings])
    apart = np.abs(drawn - wanted).max(axis=1)
    times = page.evaluate(
        """drawings => drawings.map(strokes => {
            const start = performance.now();
            reader.read(strokes);
            return performance.now() - start;
        })""",
        [[np.asarray(stroke).tolist() for stroke in each] for each in drawings[:200]],
    )
    return {
        "images, same digit": float((answers.argmax(1) == expected.argmax(1)).mean()),
        "images, largest difference": float(np.abs(answers - expected).max()),
        "drawings, same digit": float((drawn.argmax(1) == wanted.argmax(1)).mean()),
        "drawings, within 0.05": float((apart <= 0.05).mean()),
        "milliseconds for an answer, median": float(np.median(times)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("strokes", type=Path)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    drawings, record = choose(arguments.strokes), {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = launch_chromium(playwright)
        for name, recognizer in {"shipped": Recognizer.load(), "other": other_network()}.items():
            page, faults = browser.new_page(), []
            page.on("console", lambda message, faults=faults: faults.append(message.text))
            page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
            page.context.set_offline(True)
            page.goto(export_html(recognizer, Path(folder) / f"{name}.html").as_uri())
            record[name] = draw_all(page, drawings, recognizer) | {"console errors": len(faults)}
        rng = np.random.default_rng(7)
        many = [write_digit(i % 10, rng) for i in range(MANY)]
        record["agreement"] = agree(browser.new_page(), Recognizer.load(), many)
        browser.close()
    print(json.dumps(record, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
