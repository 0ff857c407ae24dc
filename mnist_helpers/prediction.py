"""What a recogniser says about one picture, in numbers, in words and as a small figure."""

from dataclasses import dataclass, fields

import numpy as np

from mnist_helpers.shown import bars, percent, picture, with_article

_CARD = """<style>
.digit-card {display: flex; gap: 1em; align-items: center; font-family: sans-serif}
.digit-card svg {width: 84px; height: 84px}
.digit-card [role=meter] {display: grid; grid-template-columns: 1em 8em 5em; font-size: 11px;
  line-height: 1.25; align-items: center; gap: .4em}
.digit-card i {display: block; height: 7px; background: rgba(127, 127, 127, .25)}
.digit-card i i {background: #0072b2}
</style>"""


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a recogniser says about one picture.

    `digit` is the most probable digit, or None if the picture is blank. `confidence` is the
    probability of that digit, if the picture shows a digit at all. `probabilities` is float32
    (10,). `verdict` is 'digit', 'unsure' (a digit, but it could be one of two), 'no digit' or
    'blank'. `image` is what the network saw, float32 (28, 28). `digit_probability`, from 0 to 1,
    says whether it is a digit at all. It is None if the picture is blank, or if the recogniser
    cannot tell because its doubt is not calibrated.
    """

    digit: int | None
    confidence: float
    probabilities: np.ndarray
    verdict: str
    image: np.ndarray
    digit_probability: float | None = None

    @property
    def candidates(self) -> list[int]:
        """The digits to choose from, most probable first: one for 'digit', two for 'unsure'."""
        count = {"digit": 1, "unsure": 2}.get(self.verdict, 0)
        return [int(digit) for digit in np.argsort(-self.probabilities)[:count]]

    @property
    def in_words(self) -> str:
        """The verdict as a sentence, such as 'This looks like a 7' or 'Not sure: 4 or 9?'."""
        match self.candidates:
            case [digit]:
                return f"This looks like {with_article(digit)}"
            case [first, second]:
                return f"Not sure: {first} or {second}?"
            case _:
                return "Draw a digit" if self.digit is None else "Not a digit that I know"

    def __eq__(self, other: object) -> bool:
        """Whether two predictions are exactly equal, and are about the same image."""
        if not isinstance(other, Prediction):
            return NotImplemented
        pairs = [(getattr(self, each.name), getattr(other, each.name)) for each in fields(self)]
        return all(np.array_equal(one, another) for one, another in pairs)

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
