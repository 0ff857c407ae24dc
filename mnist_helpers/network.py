"""Image in, logits out: what a recogniser needs of a network, and the CNN of the course.

This module computes the CNN's answers in NumPy, so that nobody needs TensorFlow to read a digit.
"""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_helpers.assets import MNIST_ONLY, RESULTS, load_results, read_asset

WEIGHTS = "weights.npz"
_SHAPES = [(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (1600, 10), (10,)]
_CHUNK = 500  # images at a time: the windows of 10,000 images would fill the memory


class Network(Protocol):
    """What a recogniser needs of a network.

    `weights` are its arrays, in a fixed order. `output_is` says what the model itself gives:
    'probabilities', 'logits' or 'sigmoids'.
    """

    weights: list[np.ndarray]
    output_is: str

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the features before the last layer, (n, m), and the logits, (n, 10).

        Takes float32 (n, 28, 28) or (n, 28, 28, 1) in [0, 1].
        """

    def maps(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Return the maps of each convolution for one image: (h, w, k), under a readable name."""


class NumpyCnn:
    """The network that `build_cnn` builds, in NumPy. Taught in lesson 3."""

    output_is = "probabilities"

    def __init__(self, weights: list[np.ndarray]):
        """Take the six arrays of the CNN's `get_weights()`.

        Raises ValueError for arrays of other shapes, and for numbers that are not finite.
        """
        self.weights = [np.asarray(array, np.float32) for array in weights]
        shapes = [array.shape for array in self.weights]
        if shapes != _SHAPES:
            raise ValueError(f"these weights have the shapes {shapes}; build_cnn() has {_SHAPES}")
        check_finite(self.weights, "weights")

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return features (n, 1600) and logits (n, 10), as `Network` describes."""
        features = in_chunks(self._features, images)
        return features, features @ self.weights[4] + self.weights[5]

    def maps(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Return the maps of both convolutions, (26, 26, 32) and (11, 11, 64)."""
        first, second = self._convolve(as_batch([image]))
        return name_convolutions([first[0], second[0]])

    def _convolve(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        kernel_1, bias_1, kernel_2, bias_2, _, _ = self.weights
        first = conv_relu(images, kernel_1, bias_1)
        return first, conv_relu(max_pool(first), kernel_2, bias_2)

    def _features(self, images: np.ndarray) -> np.ndarray:
        _, second = self._convolve(images)
        return max_pool(second).reshape(len(images), -1)


def as_batch(images) -> np.ndarray:
    """Return images (n, 28, 28) or (n, 28, 28, 1) as float32 (n, 28, 28, 1)."""
    return np.asarray(images, np.float32).reshape(-1, 28, 28, 1)


def in_chunks(function, images) -> np.ndarray:
    """Call a function of (n, 28, 28, 1) with some images at a time, and join the results."""
    batch = as_batch(images)
    parts = [function(batch[start : start + _CHUNK]) for start in range(0, len(batch), _CHUNK)]
    # Without images, one of zeros shows how long a row is.
    return np.concatenate(parts) if parts else function(as_batch(np.zeros((28, 28))))[:0]


def check_finite(arrays: Iterable, name: str) -> None:
    """Raise ValueError if a number is NaN or infinite; `name` says what the numbers are."""
    for array in map(np.asarray, arrays):
        if not np.isfinite(array).all():
            found = "NaN" if np.isnan(array).any() else "infinite"
            raise ValueError(
                f"its {name} are {found}: the training went wrong; a smaller learning rate helps"
            )


def name_convolutions(maps: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Put maps under readable names, such as 'First convolution'."""
    ordinals = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth"]
    names = [f"{ordinal} convolution" for ordinal in ordinals]
    names += [f"Convolution {number}" for number in range(len(names) + 1, len(maps) + 1)]
    return dict(zip(names, maps, strict=False))


def conv_relu(images: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Convolve (n, h, w, c) with (3, 3, c, k), without padding; sums below zero become 0.

    Taught in lesson 3.
    """
    height, width, channels, count = kernel.shape
    windows = sliding_window_view(images, (height, width), axis=(1, 2))  # (n, h', w', c, 3, 3)
    columns = windows.transpose(0, 1, 2, 4, 5, 3).reshape(*windows.shape[:3], -1)
    return np.maximum(columns @ kernel.reshape(height * width * channels, count) + bias, 0)


def max_pool(maps: np.ndarray) -> np.ndarray:
    """Keep the largest of every 2 × 2 values of (n, h, w, c); an odd last row or column is dropped.

    Taught in lesson 3.
    """
    n, height, width, channels = maps.shape
    even = maps[:, : height // 2 * 2, : width // 2 * 2]
    return even.reshape(n, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Turn scores (n, 10) into probabilities (n, 10). Taught in lesson 3."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def load_weights(*, mnist_only: bool = False) -> list[np.ndarray]:
    """Return the shipped weights in the order of Keras's `get_weights`.

    With `mnist_only`, they were trained on MNIST alone, as in lesson 4. Raises FileNotFoundError or
    ValueError if the file is missing or damaged.
    """
    name, record = WEIGHTS, RESULTS
    if mnist_only:
        name, record = f"{MNIST_ONLY}.npz", f"{MNIST_ONLY}.json"
    with np.load(read_asset(name, load_results(record)["sha256"]), allow_pickle=False) as stored:
        return list(stored.values())


def load_mnist_only() -> NumpyCnn:
    """Return the network that was trained on MNIST alone; it raises what `load_weights` raises."""
    return NumpyCnn(load_weights(mnist_only=True))
