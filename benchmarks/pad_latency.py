"""How soon does the drawing pad answer, and does it lose a point? In JupyterLab, in Chromium.

    python benchmarks/pad_latency.py

The latency of a move is the time from its event in the page until the page has drawn the bars of
the first answer for ink with its point. To find this answer, the answers here say how many points
the ink has, and not which digit it is.
"""

import os
import platform
import re
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page, expect, sync_playwright

from mnist_helpers.handwriting import write_digit

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from live_notebook import PATIENCE, launch_chromium, run_all_cells, serve_notebooks, write_notebook

CELL = """
from dataclasses import dataclass
from mnist_helpers import DrawingPad, Prediction, Recognizer

@dataclass(frozen=True, eq=False, repr=False)
class Counted(Prediction):
    points: int = 0
    in_words = property(lambda self: f"{self.points} points")

class Counting(Recognizer):
    def recognize_strokes(self, strokes):
        prediction = super().recognize_strokes(strokes)
        return Counted(**vars(prediction), points=sum(map(len, strokes)))

pad = DrawingPad(Counting.load())
pad
"""
WATCH = """pad => {
    const canvas = pad.querySelector('canvas');
    window.moves = [];  // for each point of the ink, when its event came and when it was answered
    window.answers = 0;
    for (const name of ['mousedown', 'mousemove'])
        canvas.addEventListener(name, event => {
            if (event.buttons & 1) moves.push([performance.now(), null]);
        }, true);
    new MutationObserver(() => requestAnimationFrame(() => {  // the frame that shows it
        const points = parseInt(pad.querySelector('.digit-pad-answer b').textContent) || 0;
        const waiting = moves.slice(0, points).filter(move => move[1] === null);
        for (const move of waiting) move[1] = performance.now();
        answers += waiting.length > 0;
    })).observe(pad.querySelector('.digit-pad-panel').parentElement, {childList: true});
}"""
RUSH = """async ([pad, count, rate]) => {
    const canvas = pad.querySelector('canvas'), box = canvas.getBoundingClientRect();
    const send = (name, i) => canvas.dispatchEvent(new MouseEvent(name, {
        bubbles: true, buttons: 1,
        clientX: box.x + 140 + 100 * Math.cos(i / 20),
        clientY: box.y + 140 + 100 * Math.sin(i / 25),
    }));
    const begun = performance.now();
    send('mousedown', 0);
    for (let i = 1; i < count; i++) {
        while (performance.now() - begun < 1000 * i / rate)
            await new Promise(resolve => setTimeout(resolve, 1));
        send('mousemove', i);
    }
    send('mouseup', count);
    return count / (performance.now() - begun) * 1000;
}"""
RATE, COUNT = 120, 600  # moves a second, and in all


def draw_digits(page: Page, pad: Locator) -> np.ndarray:
    """Draw the ten digits with the mouse; return each move's latency in milliseconds."""
    paper = pad.locator("canvas").bounding_box()
    corner = np.array([paper["x"], paper["y"]])
    rng, latencies = np.random.default_rng(0), []
    for digit in range(10):
        for stroke in write_digit(digit, rng):
            first, *others = (stroke + corner).tolist()
            page.mouse.move(*first)
            page.mouse.down()
            for point in others:
                page.mouse.move(*point)
            page.mouse.up()
        moves = wait_for_answers(page)
        latencies.append(np.diff(moves)[:, 0])
        clear(page, pad)
    return np.concatenate(latencies)


def wait_for_answers(page: Page) -> np.ndarray:
    page.wait_for_function("moves.every(move => move[1] !== null)", timeout=PATIENCE)
    return np.array(page.evaluate("moves"))


def clear(page: Page, pad: Locator) -> None:
    pad.get_by_role("button", name="Clear").click()
    expect(pad.locator(".digit-pad-answer")).to_contain_text("0 points")
    page.evaluate("moves.length = 0")


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as home,
        serve_notebooks(Path(home)) as address,
        sync_playwright() as playwright,
        launch_chromium(playwright) as browser,
    ):
        write_notebook(Path(home) / "notebooks/pad.ipynb", [CELL])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        run_all_cells(page, f"{address}/lab/tree/pad.ipynb?reset")
        pad = page.locator(".digit-pad")
        pad.evaluate(WATCH)
        clear(page, pad)
        draw_digits(page, pad)  # once, to warm up
        page.evaluate("answers = 0")
        latencies = draw_digits(page, pad)
        answers = page.evaluate("answers")
        rate = page.evaluate(RUSH, [pad.element_handle(), COUNT, RATE])
        status = pad.locator(".digit-pad-status")  # says the answer once the stroke has ended
        expect(status).not_to_contain_text(re.compile("^0 points"), timeout=PATIENCE)
        kept = int(status.inner_text().split()[0])
    print("| from a mouse move to the bars | |\n|---|---|")
    print(f"| moves | {len(latencies)} |")
    print(f"| answers shown | {answers} |")
    print(f"| median | {np.median(latencies):.0f} ms |")
    print(f"| 95th percentile | {np.percentile(latencies, 95):.0f} ms |")
    print(f"| longest | {latencies.max():.0f} ms |")
    print(f"| points lost of {COUNT} at {rate:.0f} moves a second | {COUNT - kept} |")
    names = ("jupyterlab", "ipykernel", "ipywidgets", "ipycanvas", "numpy")
    print(
        f"\nChromium {browser.version}, {', '.join(f'{name} {version(name)}' for name in names)},"
    )
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
