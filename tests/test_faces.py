"""The pictures of the faces that README and lessons show."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.scripts import ROOT, load
from PIL import Image


@pytest.fixture(scope="module")
def makers():
    return load("pictures/faces.py").MAKERS


def test_every_picture_of_a_face_has_its_maker(makers):
    made_by_hand = {"digit_on_paper.jpg"}  # a photo
    assert {path.name for path in (ROOT / "images").glob("*.*")} == set(makers) | made_by_hand


def test_the_moving_picture_moves_and_is_small():
    path = ROOT / "images" / "drawing.webp"
    assert path.stat().st_size < 1_000_000
    picture = Image.open(path)
    assert 30 < picture.n_frames < 150
    frames = []
    for number in (0, picture.n_frames // 2, picture.n_frames - 1):
        picture.seek(number)
        frames.append(np.asarray(picture.convert("L"), float))
    assert all(np.abs(one - other).mean() > 1 for one, other in pairwise(frames))


def test_the_readme_begins_with_it():
    first = re.search(r"!\[([^\]]*)\]\(([^)]*)\)", Path(ROOT, "README.md").read_text("utf-8"))
    assert first[2] == "images/drawing.webp" and len(first[1]) > 40
