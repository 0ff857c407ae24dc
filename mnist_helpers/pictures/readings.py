"""Read one picture in a few ways; each way finds some ink and makes an MNIST-like image of it.

No rule finds the ink in every picture. So each reading follows a different rule. The recogniser
looks at all of them. It trusts a reading more if it looks like a digit and explains much of the
picture.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from mnist_helpers.pictures import photo
from mnist_helpers.pictures.inputs import open_picture
from mnist_helpers.preprocessing import SIDE, from_ink, to_ink

_SMALL, _LARGE = 160, 320  # pixels: the longer side at which ink is looked for
_KINDS = ("dark ink", "light ink")
_WINDOWS = {"narrow": 0.2, "wide": 0.45}  # of the longer side: wider than a thin or a bold line
_LOOKS = ((0, 1), (8, 1), (-8, 1), (0, 0.9))  # turn in degrees, and size
_TOO_LITTLE = 0.2  # of what the best reading explains: one that explains less is left out
_TORN = 0.95  # of what the whole digit explains: dark ink that explains less is a piece of it
_CLEAR = 0.3  # of the strongest ink: from here on, ink that is taken as it is counts as explained


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to read a picture: its name, its steps in order, and the image at the end.

    `steps` are float32 (h, w) under their names; `image` is float32 (28, 28) in [0, 1]. `coverage`
    is a share from 0 to 1: how much of everything that stands out in the picture it explains.
    `whole` names the reading that has the same ink and its pale parts, if these explain more.
    """

    name: str
    steps: dict[str, np.ndarray]
    image: np.ndarray
    coverage: float
    whole: str | None = None


def read_picture(picture) -> list[Reading]:
    """Read a picture in a few ways; it takes what `inputs.open_picture` takes.

    The first reading takes the picture as it is. No two of them have the same image. Readings that
    explain far less than the best are left out. Raises the same errors as `inputs.open_picture`.
    """
    grey = open_picture(picture)
    trimmed = photo.trim_frame(grey)
    sheet, has_frame = _Sheet(trimmed), trimmed.shape != grey.shape
    readings = [_as_it_is("as it is", grey, _Sheet(grey) if has_frame else sheet)]
    if has_frame:
        readings.append(_as_it_is("without its frame", trimmed, sheet))
    found = [each for kind, width in sheet.softs for each in _find_digits(sheet, kind, width)]
    most = max(each.coverage for each in [*readings, *found])
    readings += [_finish(each) for each in found if each.coverage >= _TOO_LITTLE * most]
    return list({reading.image.tobytes(): reading for reading in reversed(readings)}.values())[::-1]


def look_again(images: np.ndarray) -> np.ndarray:
    """Look at each image a few times: as it is, turned by 8° to each side, and a little smaller.

    Takes float32 (n, 28, 28), returns (4, n, 28, 28). A digit stays the same digit after these
    changes, so the mean of the answers is more reliable than each of them. Asking a network in this
    way is common (A. Krizhevsky, I. Sutskever and G. Hinton, 2012, took ten cuts of a picture).
    """
    middle = (SIDE - 1) / 2
    matrices = [cv2.getRotationMatrix2D((middle, middle), turn, size) for turn, size in _LOOKS]
    return np.stack(
        [[cv2.warpAffine(image, each, (SIDE, SIDE)) for image in images] for each in matrices]
    )


class _Sheet:
    """A picture of a middle size, and what its readings share."""

    def __init__(self, grey: np.ndarray):
        self.grey = _to_middle_size(grey)
        self.softs = {
            (kind, width): photo.soft_ink(self.grey, window, is_light=kind == "light ink")
            for kind in _KINDS
            for width, window in _WINDOWS.items()
        }
        self.lines = {kind: photo.find_lines(self.softs[kind, "narrow"]) for kind in _KINDS}
        self._contrast = photo.find_contrast(self.grey)

    def coverage(self, found: np.ndarray) -> float:
        return photo.coverage(self._contrast, found, np.logical_or(*self.lines.values()))


def _as_it_is(name: str, grey: np.ndarray, sheet: _Sheet) -> Reading:
    ink = to_ink(grey)
    explained = sheet.coverage(to_ink(sheet.grey) > _CLEAR)
    return Reading(name, {"grey": grey, "ink": ink}, from_ink(ink), explained)


def _find_digits(sheet: _Sheet, kind: str, width: str) -> list[Reading]:
    """Find the dark ink alone, and with its pale parts, inside the picture and also at its edge.

    No two have the same ink. They are not finished yet: their images are blank.
    """
    soft, found = sheet.softs[kind, width], {}
    dark = photo.find_ink(soft)
    grown = photo.grow(dark, soft, sheet.lines[kind])
    for place, at_edge in (("inside", False), ("also at the edge", True)):
        name = f"{kind}, {width} window, {place}"
        inks = {f"{name}, with its pale parts": photo.choose_digit(grown, at_edge)}
        if grown.sum() > dark.sum():
            inks[name] = photo.choose_digit(dark, at_edge)
        whole = None
        for name, ink in inks.items():
            key = ink.tobytes()
            if key not in found:
                if ink.any() and photo.is_shadow(soft, ink):
                    ink = np.zeros_like(ink)
                steps = {"grey": sheet.grey, "even light": soft, "ink": ink.astype(np.float32)}
                blank = np.zeros((SIDE, SIDE), np.float32)
                found[key] = Reading(name, steps, blank, sheet.coverage(ink))
            if whole and found[key].coverage < _TORN * whole.coverage:
                found[key] = replace(found[key], whole=whole.name)
            whole = whole or found[key]
    return list(found.values())


def _finish(found: Reading) -> Reading:
    """Cut the digit out, and shrink it to an image."""
    ink = found.steps["ink"] > 0
    if not ink.any():
        return replace(found, whole=None)
    digit = photo.cut_out(found.steps["even light"], ink)
    return replace(found, steps=found.steps | {"digit": digit}, image=from_ink(digit))


def _to_middle_size(grey: np.ndarray) -> np.ndarray:
    side = max(grey.shape)
    if side < _SMALL:
        scale = _SMALL / side
        return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).clip(0, 1)
    return photo.resize(grey, min(side, _LARGE))
