"""What a recogniser says about one picture, in numbers, in words and as a small figure."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from mnist_helpers.assets import FOLDER

Verdict = Literal["digit", "unsure", "no digit", "blank"]
SAYINGS = json.loads((FOLDER / "sayings.json").read_text("utf-8"))
"""The one table of signs, words and candidates; the page's JavaScript reads it too.

A saying belongs to a verdict, or to a remark about a picture. `find_saying` chooses it.
"""

_LEAST_SHOWN = 0.005  # from here on it rounds to 1 %; smaller shares are bars without a number
_CARD = f"<style>\n{(FOLDER / 'card.css').read_text('utf-8')}</style>"


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a recogniser says about one picture.

    `digit` is the most probable digit, or None if the picture is blank. `confidence` is the
    probability of that digit, if the picture shows a digit at all. `probabilities` is float32
    (10,). `verdict` is 'digit', 'unsure' (perhaps a digit), 'no digit' or 'blank'. `image` is what
    the network saw, float32 (28, 28). `digit_probability`, from 0 to 1, says whether it is a digit
    at all. It is None if the picture is blank, or if the recogniser cannot tell because its doubt
    is not calibrated. `remark` names what a reader of pictures noticed: 'no ink', 'small part' or
    'on its side'; usually it is None.
    """

    digit: int | None
    confidence: float
    probabilities: np.ndarray
    verdict: Verdict
    image: np.ndarray
    digit_probability: float | None = None
    remark: Literal["no ink", "small part", "on its side"] | None = None

    def __post_init__(self):
        if self.verdict not in get_args(Verdict):
            known = ", ".join(map(repr, get_args(Verdict)))
            raise ValueError(f"the verdict is {self.verdict!r}; wanted one of {known}")

    @property
    def candidates(self) -> list[int]:
        """The digits to choose from, most probable first: one for 'digit', at most two else."""
        count = self._saying["candidates"]
        return [int(digit) for digit in np.argsort(-self.probabilities)[:count]]

    @property
    def sign(self) -> str:
        """The verdict as a sign: '7', '4?' (unsure), '?' (no digit) or '–' (blank)."""
        return self._fill(self._saying["sign"])

    @property
    def in_words(self) -> str:
        """The verdict as a sentence, such as 'This looks like a 7' or 'Not sure: 4 or 9?'."""
        return self._fill(self._saying["words"])

    @property
    def sureness(self) -> str:
        """How sure it is, such as 'Confidence 93 %'; '' if it is blank.

        If the verdict is not 'digit', the smaller of two numbers is named: the confidence, or how
        probable it is that this is a digit at all.
        """
        is_digit = self.digit_probability
        doubted = is_digit is not None and is_digit < self.confidence and self.digit is not None
        if doubted and self.verdict != "digit":
            return self._fill(SAYINGS["is_digit"])
        return self._fill(self._saying["sureness"])

    @cached_property
    def _saying(self) -> dict:
        return SAYINGS["sayings"][find_saying(self)]

    def _fill(self, template: str) -> str:
        """Put this prediction's digits and numbers into a text of the table."""
        first, second = np.argsort(-self.probabilities)[:2]
        return template.format(
            first=first,
            second=second,
            a_first=with_article(first),
            confidence=percent(self.confidence),
            is_digit=percent(self.digit_probability or 0),
        )

    def __repr__(self) -> str:
        if self.digit is None:
            return "Prediction(blank)"
        sure = percent(self.confidence).replace("\u00a0", " ")
        return f"Prediction({self.digit}, {sure}, {self.verdict!r})"

    def _repr_html_(self) -> str:
        probabilities = None if self.digit is None else self.probabilities
        return (
            f'{_CARD}<div class="digit-card">{picture(self.image)}'
            f"<div><b>{self.in_words}</b></div><div>{bars(probabilities, self.digit)}</div></div>"
        )


def find_saying(prediction: Prediction) -> str:
    """Return the key of the saying that fits a prediction, in `SAYINGS["sayings"]`.

    An 'unsure' answer names two digits only if the second has 5 % or more. It names none if the
    picture is probably no digit at all, so that the words agree with the bars.
    """
    if prediction.remark is not None:
        return prediction.remark
    if prediction.verdict != "unsure":
        return prediction.verdict
    is_digit = prediction.digit_probability
    if is_digit is not None and is_digit < SAYINGS["least_digit"]:
        return "hardly a digit"
    second = np.sort(prediction.probabilities)[-2]
    return "one of two" if second >= SAYINGS["least_second"] else "unusual"


def is_digit(value) -> bool:
    """Say whether a value is a whole number from 0 to 9; True and 7.0 are not."""
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return is_whole and 0 <= value <= 9


def percent(probability: float) -> str:
    """Write a probability for people, never as '100 %', and never as '0 %' unless it is zero."""
    if probability > 1 - _LEAST_SHOWN:
        return "over 99\u00a0%"
    if 0 < probability < _LEAST_SHOWN:
        return "under 1\u00a0%"
    return f"{100 * probability:.0f}\u00a0%"


def with_article(digit: int) -> str:
    """Name a digit with its article: 'a 7', 'an 8'."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def name_label(label: int | None) -> str:
    """Name what a drawing was kept as: 'a 7', and 'no digit' for None."""
    return "no digit" if label is None else with_article(label)


def picture(image: np.ndarray) -> str:
    """Draw an image (28, 28) in [0, 1] as SVG, which does not flicker when it is replaced."""
    pixels = "".join(
        f'<rect x="{x}" y="{y}" width="1" height="1" fill-opacity="{image[y, x]:.2f}"/>'
        for y, x in np.argwhere(image > 0)
    )
    return (
        '<svg viewBox="0 0 28 28" shape-rendering="crispEdges" role="img" '
        'aria-label="The drawing as the network sees it: bright ink on black, 28 by 28 pixels">'
        f'<rect width="28" height="28"/><g fill="#fff">{pixels}</g></svg>'
    )


def bars(probabilities: np.ndarray | None, best: int | None = None) -> str:
    """Draw ten bars, and mark the one of `best`; without probabilities, they are empty."""
    lengths = [None] * 10 if probabilities is None else probabilities
    return "".join(
        bar(str(digit), f"digit {digit}", length, "best" if digit == best else "")
        for digit, length in enumerate(lengths)
    )


def bar(title: str, name: str, length: float | None, kind: str = "") -> str:
    """Draw one bar, for a probability or None, of the CSS class `kind`.

    The number is seen from half a per cent on: nine times 'under 1 %' says nothing. `name` is for
    screen readers, which read every number.
    """
    words, length = ("–", 0) if length is None else (percent(length), length)
    return (
        f'<div role="meter" aria-label="{name}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{length * 100:.0f}" aria-valuetext="{words}" class="{kind}">'
        f'<span>{title}</span><i><i style="width:{length:.1%}"></i></i>'
        f"<span>{words if length >= _LEAST_SHOWN else ''}</span></div>"
    )
