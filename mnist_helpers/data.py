"""Load MNIST from its bundled file into arrays."""

from dataclasses import dataclass

import numpy as np

from mnist_helpers.assets import read_asset

MNIST_SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"
"""The SHA-256 of the bundled file: the four original IDX files, under the names that Keras uses."""


@dataclass(frozen=True, eq=False)
class Mnist:
    """MNIST in three parts.

    Images are float32 (n, 28, 28, 1) in [0, 1], with bright ink; labels are int64 (n,).
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray

    def __repr__(self) -> str:
        counts = [len(labels) for labels in (self.y_train, self.y_val, self.y_test)]
        train, val, test = (f"{count:,}" for count in counts)
        return f"Mnist({train} images to train on, {val} to validate, {test} to test)"


def load_raw_mnist() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Load the bundled MNIST as it was published: `(x_train, y_train), (x_test, y_test)`.

    Images are uint8 (60000, 28, 28) and (10000, 28, 28), 0 for paper and 255 for the most ink;
    labels are int64 (n,). `keras.datasets.mnist.load_data()` gives the same numbers, but has to
    download them.

    Raises FileNotFoundError or ValueError if the bundled file is missing or damaged.
    """
    with np.load(read_asset("mnist.npz", MNIST_SHA256), allow_pickle=False) as stored:
        return (
            (stored["x_train"], stored["y_train"].astype(np.int64)),
            (stored["x_test"], stored["y_test"].astype(np.int64)),
        )


def load_mnist() -> Mnist:
    """Load the bundled MNIST: 54,000 images to train on, 6,000 to validate, 10,000 to test.

    The 60,000 training images are sorted by digit, and every tenth is for validation. So each digit
    has the same share in both parts, and the split is the same on every machine.

    Raises FileNotFoundError or ValueError if the bundled file is missing or damaged.
    """
    train, validation, test = (
        (as_images(pixels[chosen]), labels[chosen])
        for pixels, labels, chosen in _load_parts().values()
    )
    return Mnist(*train, *validation, *test)


def load_part(part: str, count: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the images and labels of one part: 'train', 'validation' or 'test'.

    They are those of `load_mnist`, which needs 200 MB for all of them. With `count`, only the first
    ones are returned. Raises the same errors.
    """
    pixels, labels, chosen = _load_parts()[part]
    return as_images(pixels[chosen][:count]), labels[chosen][:count]


def _load_parts() -> dict[str, tuple]:
    """Return for each part the pixels, the labels, and which of both belong to it."""
    (pixels, labels), (test_pixels, test_labels) = load_raw_mnist()
    is_val = np.zeros(len(labels), bool)
    is_val[np.argsort(labels, kind="stable")[::10]] = True
    return {
        "train": (pixels, labels, ~is_val),
        "validation": (pixels, labels, is_val),
        "test": (test_pixels, test_labels, slice(None)),
    }


def as_images(pixels: np.ndarray) -> np.ndarray:
    """Turn uint8 pixels (n, 28, 28) into float32 (n, 28, 28, 1) in [0, 1] for the network."""
    images = pixels[..., np.newaxis].astype(np.float32)
    images /= np.float32(255)  # in place: the training images need 169 MB
    return images
