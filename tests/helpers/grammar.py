"""The stories of what a drawing pad does, read from pad_stories.txt, which explains them."""

import re
from pathlib import Path
from typing import NamedTuple

TEXT = Path(__file__).with_name("pad_stories.txt").read_text("utf-8")
PLACES = {
    name: tuple(tuple(map(int, point.split(","))) for point in points.split())
    for name, points in re.findall(r"^([A-Z_]+): (.+)$", TEXT, re.M)
}


class State(NamedTuple):
    """What is there after the steps; None is not looked at."""

    strokes: tuple = ()
    erasing: bool = False
    undo: bool = False
    redo: bool = False
    photo: bool = False
    kept: int | None = None
    words: str | None = None


class Story(NamedTuple):
    """A name that is a sentence, the steps, the state after them, and the pads that walk it."""

    name: str
    steps: tuple
    after: State
    pads: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def ends(strokes) -> list:
    """Where each stroke begins and ends, in whole pixels: enough to tell them apart."""
    return [tuple((round(x), round(y)) for x, y in (each[0], each[-1])) for each in strokes]


def _step(text: str) -> tuple:
    verb, _, last = text.rpartition(" ")
    if last in PLACES:
        return (verb, *PLACES[last])
    key = re.fullmatch(r"key (\S+)(?: × (\d+))?", text)
    if key:
        return ("key", key[1], int(key[2] or 1))
    if verb in ("label", "write"):
        return (verb, int(last))
    return (verb, last) if verb in ("press", "hold") else (text,)


def _state(text: str) -> State:
    words = re.search('"(.*)"', text)
    kept = re.search(r"kept (\d)", text)
    parts = text.split(", ")
    return State(
        tuple(PLACES[part] for part in parts if part in PLACES),
        *(name in parts for name in ("erasing", "undo", "redo", "photo")),
        kept and int(kept[1]),
        words and words[1],
    )


def _story(name: str, pads: str, steps: str, state: str) -> Story:
    steps = tuple(map(_step, re.split(r",\s+", steps)))
    return Story(name, steps, _state(state), tuple((pads or "alone, page").split(", ")))


_ROW = re.compile(r"^(\S[^\[\n]*?)(?: \[(.*)\])?\n    ([^→]*?)\n    → (.*)$", re.M)
STORIES = [_story(*row.groups()) for row in _ROW.finditer(TEXT)]
