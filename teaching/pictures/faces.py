"""Make the screen pictures: the pad in a notebook, the app with a photo, a moving one.

    python teaching/pictures/faces.py [NAME ...]

NAME is drawing_pad.png, gradio_app.png or drawing.webp; without a name all are made.
They go to images/. A real Chromium shows the real pad and app, and a mouse draws on them.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from mnist_helpers import Recognizer, build_app
from mnist_helpers.app import LAUNCH_OPTIONS
from mnist_helpers.drawing import fit_strokes
from mnist_helpers.handwriting import write_digit

COURSE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(COURSE / "tests"))  # it has functions that draw in a browser

from helpers.notebook_pad import cleared, draw_with_mouse, pad_of_cell  # noqa: E402
from live_notebook import launch_chromium, run_all_cells, serve_notebooks, write_notebook  # noqa: E402

IMAGES = COURSE / "images"
PHOTO = IMAGES / "digit_on_paper.jpg"
CELL = "from mnist_helpers import DrawingPad, Recognizer\n\nDrawingPad(Recognizer.load())"
MARGIN = 5  # pixels around a picture
PART = (".draw", ".answer", ".shares")  # of the app, for the moving picture
FRAME = 80  # milliseconds
LAST = 1_600  # milliseconds that a finished digit stays, and that a finished answer is watched
POINTS = 2  # of the pen between two frames
DIGITS = [(7, 2), (3, 0), (8, 4)]  # with the seed of each


@contextmanager
def app(browser: Browser, width: int, height: int) -> Iterator[Page]:
    """The app, opened in a window of this size."""
    served = build_app(Recognizer.load())
    served.launch(prevent_thread_lock=True, quiet=True, **LAUNCH_OPTIONS)
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{served.local_url}?__theme=light")
    page.locator('[data-verdict="blank"] .paper').wait_for()
    yield page
    page.close()
    served.close(verbose=False)


def drawing_pad(browser: Browser) -> None:
    """A 3 on the pad of a notebook."""
    with tempfile.TemporaryDirectory() as home, serve_notebooks(Path(home)) as address:
        write_notebook(Path(home) / "notebooks/pad.ipynb", [CELL])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=2)
        run_all_cells(page, f"{address}/lab/tree/pad.ipynb?reset")
        pad = cleared(pad_of_cell(page, 0))
        draw_with_mouse(page, pad, write_digit(3, np.random.default_rng(1)))
        pad.get_by_text("This looks like a 3").first.wait_for()
        page.mouse.move(0, 0)
        settle(page, pad)
        shoot(page, pad.locator(".digit-pad-desk"), IMAGES / "drawing_pad.png")
        page.close()


def gradio_app(browser: Browser) -> None:
    """The photo of a digit in the app, with the steps that read it."""
    with app(browser, 1280, 1200) as page:
        page.locator(".file").set_input_files(PHOTO)
        page.locator(".steps img").last.wait_for()
        page.wait_for_timeout(500)
        shoot(page, page.locator(".pad"), IMAGES / "gradio_app.png")


def drawing(browser: Browser) -> None:
    """Digits that grow on the app's paper while the bars follow."""
    with app(browser, 760, 640) as page:
        part = around([page.locator(place) for place in PART])
        frames: list[Image.Image] = []
        durations: list[int] = []
        for digit, seed in DIGITS:
            for _ in moves(page, fit_strokes(write_digit(digit, np.random.default_rng(seed)))):
                page.wait_for_timeout(FRAME)
                frames.append(Image.open(io.BytesIO(page.screenshot(clip=part))).convert("RGB"))
                durations.append(FRAME)
            durations[-1] = LAST
            page.get_by_role("button", name="Clear").click()
        frames[0].save(
            IMAGES / "drawing.webp",
            save_all=True,
            append_images=frames[1:],
            duration=durations,
            loop=0,
            quality=70,
            method=6,
        )


def settle(page: Page, place: Locator) -> None:
    """Wait until a part of the page stays as it is: the last answer may come late."""
    before = ""
    while (shown := place.inner_html()) != before:
        before = shown
        page.wait_for_timeout(LAST)


def shoot(page: Page, place: Locator, path: Path) -> None:
    """Take a picture of a part of the page with a margin around it."""
    page.screenshot(path=path, clip=around([place]))


def around(places: list[Locator]) -> dict[str, float]:
    """The part of a page that holds these places, with a margin."""
    boxes = [place.bounding_box() for place in places]
    low = {key: min(box[key] for box in boxes) - MARGIN for key in ("x", "y")}
    right = max(box["x"] + box["width"] for box in boxes) + MARGIN
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    return low | {"width": right - low["x"], "height": bottom - low["y"]}


def moves(page: Page, strokes: list[np.ndarray]) -> Iterator[None]:
    """Draw with the mouse, a few points at a time."""
    box = page.locator(".paper").bounding_box()
    corner, scale = np.array([box["x"], box["y"]]), box["width"] / 280
    for stroke in strokes:
        places = (stroke * scale + corner).tolist()
        page.mouse.move(*places[0])
        page.mouse.down()
        for number, place in enumerate(places[1:], 1):
            page.mouse.move(*place)
            if number % POINTS == 0:
                yield
        page.mouse.up()
    page.wait_for_timeout(500)
    yield


MAKERS = {
    "drawing_pad.png": drawing_pad,
    "gradio_app.png": gradio_app,
    "drawing.webp": drawing,
}


def main() -> None:
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for name in sys.argv[1:] or MAKERS:
            MAKERS[name](browser)
            print(f"images/{name}: {(IMAGES / name).stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
