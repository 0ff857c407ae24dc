"""The JavaScript of the take-home page, run in a browser and asked from Python."""

import re

import numpy as np

from mnist_helpers.export.page import make_page
from mnist_helpers.web import read_web

_ENGINE = ("preprocessing.js", "network.js", "reader.js", "percent.js", "names.js")
_SHORT = """({outputs, ...answer}) => ({...answer, probabilities: [...answer.probabilities],
    image: [...answer.image], logits: [...answer.logits]})"""


class PageReader:
    """The page's reader, in its own tab."""

    def __init__(self, page, recognizer, history=None):
        self._page = page
        page.goto("about:blank")
        page.add_script_tag(content="\n".join(map(read_web, _ENGINE)))
        (network,) = re.findall(r'(?s)id="network">(.*?)</script>', make_page(recognizer, history))
        page.evaluate("text => { window.reader = makeReader(JSON.parse(text)); }", network)

    def read(self, drawings) -> list[dict]:
        """Answer for drawings, each a list of strokes."""
        plain = [[np.asarray(stroke, float).tolist() for stroke in each] for each in drawings]
        return self._ask("reader.read(each)", plain)

    def read_images(self, images) -> list[dict]:
        """Answer for images (n, 28, 28)."""
        plain = np.reshape(images, (len(images), 784)).tolist()
        return self._ask("reader.readImage(Float32Array.from(each))", plain)

    def _ask(self, question: str, data: list) -> list[dict]:
        return self._page.evaluate(f"all => all.map(each => ({_SHORT})({question}))", data)


def probabilities(answers) -> np.ndarray:
    """The probabilities (n, 10) of answers of the page."""
    return np.array([answer["probabilities"] for answer in answers])
