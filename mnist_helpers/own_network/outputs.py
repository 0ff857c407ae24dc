"""What an unknown network is asked, and what its ten outputs are: decided once for each network."""

from functools import lru_cache

import numpy as np

from mnist_helpers.data import load_part

LAYOUTS = ((28, 28, 1), (1, 28, 28), (784,), (28, 28))  # of one image, in the order to try
# What outputs can be, and the activation of a last layer that makes them so.
KINDS = {"probabilities": "softmax", "logits": "linear", "sigmoids": "sigmoid"}
_PROBES = 100
_LEAST = 1e-30  # of a probability, so that it has a logarithm
_LEAST_REST = 2.0**-25  # of 1 − p: float32 has no number between 1 and 1 − 2⁻²⁴
_SLACK = 0.05  # of the sum of ten probabilities: ten that are rounded to per cent can miss by it


def image_shape(model_input) -> tuple[int, ...]:
    """Return the shape of one image for an input of a Keras model; an open side is 28."""
    return tuple(28 if side is None else side for side in model_input.shape[1:])


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


def judge(outputs: np.ndarray) -> str:
    """Return which of `KINDS` outputs (n, 10) are; give it the outputs for many images."""
    if outputs.min() < 0 or outputs.max() > 1 + _SLACK:
        return "logits"
    # The first ten of 47 probabilities add up to less than 1, sigmoids sometimes to more.
    return "probabilities" if outputs.sum(axis=1).max() <= 1 + _SLACK else "sigmoids"


def as_logits(outputs: np.ndarray, output_is: str) -> np.ndarray:
    """Return outputs (n, 10) of one of the `KINDS` as logits; their softmax is the answer.

    Probabilities are divided by their sum, which 16 bits and rounding move away from 1, and become
    their logarithms. Ten separate probabilities, those of sigmoids, become ln (p / (1 − p)).
    """
    outputs = np.asarray(outputs, np.float32)
    if output_is == "logits":
        return outputs
    shares = np.clip(outputs, _LEAST, None)
    if output_is == "probabilities":
        return np.log(shares / shares.sum(axis=1, keepdims=True))
    return np.log(shares) - np.log(np.maximum(1 - shares, _LEAST_REST))
