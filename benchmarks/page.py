"""How well do the page, the app and the pad read in Chromium, and does the page agree with Python?

    python benchmarks/page.py STROKES.npz [--json FILE]

STROKES.npz holds real digits as pen strokes, in the form that benchmarks/drawn_digits.py reads. 100
of them are drawn with real mouse events and 20 by touch, on the page that was opened from disk,
offline, in the web app and on the pad in JupyterLab. The page is tried with a network of other
layers too, trained here for three epochs. An answer counts as right if the sign shows this digit,
sure or with a question mark. Then the page's reader and Python's read 2,000 images of MNIST and
2,000 drawings. At last, the work of the main thread for each move of the mouse is measured, with
the layers and without them.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from drawn_digits import load_strokes
from playwright.sync_api import Browser, Locator, sync_playwright

from mnist_helpers import Recognizer, load_mnist, quiet_startup
from mnist_helpers.app import LAUNCH_OPTIONS, build_app
from mnist_helpers.export import export_html
from mnist_helpers.handwriting import write_digit, write_digits

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from helpers.drawn import draw
from helpers.hands import Hands
from helpers.pages import PageReader, probabilities
from live_notebook import launch_chromium, run_all_cells, serve_notebooks, write_notebook

MOUSE, TOUCH, MANY = 100, 20, 2_000
SHOWN = 1_000  # milliseconds from the end of a drawing until the answer is looked at
ROUNDS = 4  # with the layers and without them, in turn
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


def draw_all(face: Locator, paper: str, sign: str, drawings, recognizer) -> dict[str, float]:
    """Draw on a face with mouse and touch; return how many are right, here and in Python."""
    page = face.page
    order = np.random.default_rng(1).permutation(len(drawings))
    hands = Hands(page, face.locator(paper))
    right, python = {"mouse": 0, "touch": 0}, 0
    by_mouse = len(drawings) - TOUCH
    for number, place in enumerate(order):
        strokes, label = drawings[place]
        tool = "mouse" if number < by_mouse else "touch"
        hands.draw(tool, strokes)
        page.wait_for_timeout(SHOWN)
        shown = face.locator(sign).first.text_content()
        right[tool] += shown.rstrip("?") == str(label)
        python += recognizer.recognize_strokes(strokes).sign.rstrip("?") == str(label)
        face.get_by_role("button", name="Clear").click()
    return {**right, "python": python}


def in_app(browser: Browser, drawings, recognizer: Recognizer) -> dict[str, float]:
    app, page = build_app(recognizer), browser.new_page()
    app.launch(prevent_thread_lock=True, quiet=True, **LAUNCH_OPTIONS)
    page.goto(app.local_url)
    page.locator(".paper").wait_for()
    found = draw_all(page.locator("body"), ".paper", ".digit", drawings, recognizer)
    app.close(verbose=False)
    return found


def on_pad(browser: Browser, drawings, recognizer: Recognizer, home: Path) -> dict[str, float]:
    cell = "from mnist_helpers import DrawingPad, Recognizer\nDrawingPad(Recognizer.load())"
    write_notebook(home / "notebooks/pad.ipynb", [cell])
    with serve_notebooks(home) as address:
        page = browser.new_page()
        run_all_cells(page, f"{address}/lab/tree/pad.ipynb")
        pad, sign = page.locator(".digit-pad"), ".digit-pad-digit"
        return draw_all(pad, "canvas", sign, drawings, recognizer)


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


def work(page, drawings: list) -> dict[str, float]:
    """Measure how long the main thread is busy for each move, with the layers and without."""
    cdp, busy = page.context.new_cdp_session(page), {"": [], "none": []}
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})  # what others do does not count
    for _ in range(ROUNDS):
        for display, times in busy.items():
            page.evaluate("d => { document.querySelector('.inside').style.display = d; }", display)
            for strokes in drawings:
                before = seconds_busy(cdp)
                draw(page, strokes)
                page.wait_for_timeout(200)
                times.append((seconds_busy(cdp) - before) / sum(map(len, strokes)))
                page.get_by_role("button", name="Clear").click()
    shown, hidden = (1_000 * float(np.median(busy[key])) for key in ("", "none"))
    return {"milliseconds for a move": shown, "with the layers hidden": hidden}


def seconds_busy(cdp) -> float:
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return next(each["value"] for each in metrics if each["name"] == "TaskDuration")


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
            found = draw_all(page.locator("body"), ".paper", ".digit", drawings, recognizer)
            record[name] = found | {"console errors": len(faults)}
            if name == "shipped":
                one_of_each = drawings[:: len(drawings) // 10]
                record["work"] = work(page, [strokes for strokes, _ in one_of_each])
                record["bytes"] = (Path(folder) / "shipped.html").stat().st_size
        recognizer = Recognizer.load()
        record["app"] = in_app(browser, drawings, recognizer)
        record["pad"] = on_pad(browser, drawings, recognizer, Path(folder))
        rng = np.random.default_rng(7)
        many = [write_digit(i % 10, rng) for i in range(MANY)]
        record["agreement"] = agree(browser.new_page(), recognizer, many)
        browser.close()
    print(json.dumps(record, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
