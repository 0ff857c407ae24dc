"""What the recogniser finds in made pictures, as images to learn from.

They differ from MNIST: a thin line was widened, paper shines through a pale stroke, or a printed
line has cut it.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from picture_grid import make_picture
from tqdm.auto import tqdm

from mnist_helpers.pictures.readings import read_picture
from mnist_helpers.preprocessing import SIDE, from_strokes
from mnist_helpers.system.files import whole_file

FIRST = 10_000  # the number of the first picture; those before it are for measuring
_ALIKE = 0.55  # correlation with the digit's own strokes: a reading that is less alike is a piece
_TALL = 200  # pixels: the longer side at which the strokes are drawn


def read_made_pictures(count: int, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return what is found in `count` made pictures, and the digits; `path` keeps them.

    Returns float32 (n, 28, 28, 1) in [0, 1] and int64 (n,). A picture has up to eleven readings.
    Those that do not show the digit are left out.
    """
    if not path.exists():
        numbers = range(FIRST, FIRST + count)
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
            found = processes.map(_read, numbers, chunksize=20)
            images = list(tqdm(found, total=count, desc="made pictures"))
        labels = np.repeat([number % 10 for number in numbers], [*map(len, images)])
        with whole_file(path) as unfinished, unfinished.open("wb") as file:
            np.savez_compressed(file, images=np.concatenate(images), labels=labels)
    with np.load(path) as kept:
        return np.float32(kept["images"][..., np.newaxis]) / 255, kept["labels"]


def _read(number: int) -> np.ndarray:
    """Return the readings of one made picture that show its digit, uint8 (n, 28, 28)."""
    made = make_picture(number)
    own = from_strokes([_TALL * stroke for stroke in made.strokes])
    images = [reading.image for reading in read_picture(made.picture) if reading.image.any()]
    alike = [np.corrcoef(own.ravel(), image.ravel())[0, 1] >= _ALIKE for image in images]
    found = np.reshape(images, (-1, SIDE, SIDE))[np.array(alike, bool)]
    return np.uint8(np.round(255 * found))
