"""The pictures of ideas: drawn by their command, and no words are cut."""

import base64
import re
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from helpers.course import LESSONS, ROOT, load, markdown

IDEAS = sorted((ROOT / "images/ideas").glob("*.svg"))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    """The pictures, drawn anew."""
    folder = tmp_path_factory.mktemp("ideas")
    load("pictures/draw.py").main(folder)
    return folder


def in_parts(path: Path) -> list:
    """Return the text of a picture in parts, numbers as numbers, images as arrays.

    What is written in it, colors and styles are no numbers.
    """
    part = r'(?:fill|stroke|style)="[^"]*"|>[^<]*|data:[^"]*|-?\d+(?:\.\d+)?|[^\W\d]+|.'
    return [value(each) for each in re.findall(part, path.read_text("utf-8"), re.S)]


def value(part: str) -> str | float | np.ndarray:
    if part.startswith("data:"):
        png = np.frombuffer(base64.b64decode(part.split(",")[1]), np.uint8)
        return cv2.imdecode(png, cv2.IMREAD_GRAYSCALE) / 255
    return float(part) if re.match(r"-?\d", part) else part


def same(ours, theirs) -> bool:
    if isinstance(ours, str) or isinstance(theirs, str):
        return isinstance(theirs, str) and ours == theirs
    return np.shape(ours) == np.shape(theirs) and np.allclose(ours, theirs, atol=0.6)


def test_the_pictures_are_what_the_command_draws(drawn):
    assert [path.name for path in IDEAS] == sorted(path.name for path in drawn.iterdir())
    for path in IDEAS:
        both = zip(in_parts(path), in_parts(drawn / path.name), strict=True)
        assert [each for each in both if not same(*each)] == [], path.name


def test_the_map_shows_the_two_ways_of_lesson_0():
    draw = load("pictures/draw.py")
    ways = re.findall(r"take ((?:\d+, )+\d+ and \d+)", markdown(LESSONS[0]))
    assert [list(map(int, re.findall(r"\d+", way))) for way in ways] == [
        draw.NETWORKS,
        draw.OWN_DIGITS,
    ]


@pytest.mark.parametrize("path", IDEAS, ids=lambda path: path.stem)
def test_no_words_are_cut_or_overlap(path, page):
    page.goto(path.as_uri())
    boxes = np.array(
        page.evaluate("""[...document.querySelectorAll("text")].map(text => {
            const {x, y, width, height} = text.getBBox();
            return [x, y + height / 5, x + width, y + height * 4 / 5];})""")
    )
    width, height = map(float, ElementTree.parse(path).getroot().get("viewBox").split()[2:])
    assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= (width, height)).all()
    for number, box in enumerate(boxes):
        others = boxes[number + 1 :]
        apart = (others[:, :2] >= box[2:]) | (others[:, 2:] <= box[:2])
        assert apart.any(axis=1).all()
