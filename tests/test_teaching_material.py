"""The sheets to print and their answers; and where sheets and pictures are shown."""

import re
from functools import cache

import numpy as np
import pytest
from bs4 import BeautifulSoup
from helpers.course import load
from helpers.marked import printed

from mnist_helpers import build_cnn


@cache
def sheets() -> dict[str, str]:
    return load("sheets/sheets_to_print.py").render()


def test_the_answers_on_shapes_are_those_of_keras():
    part = BeautifulSoup(sheets()["key"], "html.parser").find("section", class_="shapes")
    ours, small = part.find_all("table", class_="network")
    rows = [[cell.text for cell in row.find_all("td")] for row in ours.find_all("tr")[2:-1]]
    model = build_cnn()
    for (_, shape, work, count), layer in zip(rows, model.layers, strict=True):
        assert shape.replace(",", "") == " × ".join(map(str, layer.output.shape[1:]))
        assert int(count.replace(",", "")) == layer.count_params()
        if work != "–":
            assert eval(work.replace("×", "*").replace(",", "")) == layer.count_params()
    assert ours.find_all("td")[-1].text == f"{model.count_params():,}"
    assert small.find_all("td")[-1].text == "23,466"  # as lesson 3 says


def test_the_answers_on_the_confusion_matrix_are_what_the_cards_show():
    part = BeautifulSoup(sheets()["key"], "html.parser").find("section", class_="confusion")
    counted = np.zeros((10, 10), int)
    for card in part.find_all("figcaption"):
        counted[tuple(map(int, re.findall(r"\d", card.text)))] += 1
    counted = counted[np.ix_([4, 7, 9], [4, 7, 9])]
    rows = part.find("table", class_="matrix").find_all("tr")[1:]
    shown = np.array([[int(cell.text) for cell in row.find_all("td")] for row in rows])
    assert shown[:3, :3].tolist() == counted.tolist()
    assert shown[3].tolist() == [*counted.sum(axis=0), 16]
    gaps = [gap.text for gap in part.find_all("span", class_="gap")]
    assert gaps[1:4] == ["10", "16", "62.5"]
    assert gaps[4:10:2] == [f"{counted[n, n]} of {counted[n].sum()}" for n in range(3)]
    assert gaps[-3:] == ["4", "9", str(counted[0, 2] + counted[2, 0])]


@pytest.mark.parametrize("name", ["convolution", "pooling", "shapes", "confusion"])
def test_a_sheet_leaves_open_what_the_answers_fill_in(name):
    empty = BeautifulSoup(sheets()[name], "html.parser").select(".open, .gap, .lines")
    key = BeautifulSoup(sheets()["key"], "html.parser").find("section", class_=name)
    filled = key.select(".open, .gap, .lines")
    assert len(empty) == len(filled) > 10
    assert sum(bool(each.text.strip()) for each in empty) <= 1  # one shape is given
    assert all(each.text.strip() for each in filled)


def test_every_section_takes_one_page_and_the_answers_are_in_bold(page):
    tests = {f"{name} {seed}": printed(seed)[name] for seed in range(1, 5) for name in printed()}
    for name, html in (sheets() | tests).items():
        page.set_content(html, wait_until="load")
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == html.count("<section"), name
    page.set_content(sheets()["key"], wait_until="load")
    weights = page.evaluate("""[...document.querySelectorAll(".open, .gap, .lines")].map(
        each => getComputedStyle(each).fontWeight)""")
    assert set(weights) == {"700"}
