"""What an unknown network is asked: MNIST's validation images, in several layouts."""

from functools import lru_cache

import numpy as np

from mnist_helpers.data import load_part

_PROBES = 100
LAYOUTS = ((28, 28, 1), (1, 28, 28), (784,), (28, 28))  # of one image, in the order to try


@lru_cache(1)
def probes() -> tuple[np.ndarray, np.ndarray]:
    """Return 100 of MNIST's validation images, (100, 28, 28, 1), and their labels."""
    images, labels = load_part("validation")
    chosen = np.linspace(0, len(labels) - 1, _PROBES).astype(int)
    return images[chosen], labels[chosen]


def probe_images() -> np.ndarray:
    """Return 200 images: these, and the same inverted, which no network takes for clear digits."""
    images = probes()[0]
    return np.concatenate([images, 1 - images])
