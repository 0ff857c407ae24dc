"""From weights to answers, without TensorFlow."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_helpers.assets import FOLDER, read_asset
from mnist_helpers.drawing import draw_strokes, fit_strokes
from mnist_helpers.preprocessing import preprocess

WEIGHTS = "weights.npz"
RESULTS = "results.json"
CALIBRATION_BINS = 15
# Of the probability, for the two best digits together. Of the unsure answers, 1 % of those about
# digits (synthetic strokes, MNIST's validation images) give less; of those about non-digits, 59 %.
_LEAST_OF_TWO = 0.7
_PAPER = 208  # pixels: room for the 200 of fitted ink and a clean border, and no more to read
_CHUNK = 500  # images at a time: keeps the windows of 10,000 images from filling the memory


@dataclass(frozen=True)
class Prediction:
    """What the network says about one drawing.

    `digit` is the most probable digit, None where the drawing is blank; `confidence` is its
    probability; `probabilities` is float32 (10,); `verdict` is 'digit', 'unsure' or 'blank';
    `image` is what the network saw, float32 (28, 28).
    """

    digit: int | None
    confidence: float
    probabilities: np.ndarray
    verdict: str
    image: np.ndarray

    @property
    def candidates(self) -> list[int]:
        """The digits to choose from, most probable first: one for 'digit', two for 'unsure'.

        None where the drawing is blank or, unsure, like no digit at all.
        """
        if self.verdict == "blank":
            return []
        first, second = (int(digit) for digit in np.argsort(-self.probabilities)[:2])
        if self.verdict == "digit":
            return [first]
        is_digit = self.probabilities[[first, second]].sum() >= _LEAST_OF_TWO
        return [first, second] if is_digit else []

    @property
    def in_words(self) -> str:
        """The verdict as one would say it, such as 'This looks like a 7' or 'Not sure: 4 or 9?'."""
        if self.verdict == "blank":
            return "Draw a digit"
        match self.candidates:
            case [digit]:
                return f"This looks like {with_article(digit)}"
            case [first, second]:
                return f"Not sure: {first} or {second}?"
            case _:
                return "Not a digit that I know"


def with_article(digit: int) -> str:
    """Name a digit as one of its kind: 'a 7', 'an 8'."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def load_results() -> dict:
    """Return the record of how the shipped weights were trained and how well they do."""
    return json.loads((FOLDER / RESULTS).read_text(encoding="utf-8"))


def load_weights() -> list[np.ndarray]:
    """Return the shipped weights in the order of Keras's `get_weights`.

    Raises FileNotFoundError or ValueError where the file is missing or damaged.
    """
    content = read_asset(WEIGHTS, load_results()["sha256"])
    with np.load(content, allow_pickle=False) as stored:
        return [stored[name] for name in stored.files]


class Recognizer:
    """Reads one digit from a drawing, from strokes or from ready images."""

    def __init__(
        self, weights: Sequence[np.ndarray], temperature: float = 1.0, least_confidence: float = 0.6
    ):
        """Take the six arrays of the CNN's `get_weights()`.

        `temperature` divides the logits (C. Guo et al., 'On calibration of modern neural networks',
        2017); an answer below `least_confidence` gets the verdict 'unsure'.

        Raises ValueError for weights of another network.
        """
        weights = [np.asarray(array, np.float32) for array in weights]
        shapes = [array.shape for array in weights]
        wanted = [(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (1600, 10), (10,)]
        if shapes != wanted:
            raise ValueError(f"these weights have the shapes {shapes}; build_cnn() has {wanted}")
        self.weights = weights
        self.temperature = temperature
        self.least_confidence = least_confidence

    @classmethod
    def load(cls) -> "Recognizer":
        """Load the network that comes with the package."""
        results = load_results()
        return cls(load_weights(), results["temperature"], results["least_confidence"])

    @classmethod
    def from_model(cls, model) -> "Recognizer":
        """Take the weights of a Keras model that `build_cnn` built."""
        return cls(model.get_weights())

    def recognize(self, drawing) -> Prediction:
        """Read a drawing, a PIL image or an array; errors as `preprocess` raises them."""
        return self.recognize_image(preprocess(drawing))

    def recognize_strokes(self, strokes: Sequence) -> Prediction:
        """Read pen strokes, a sequence of (n, 2) arrays of points, x right and y down.

        They are drawn anew with MNIST's thickness, so size, place and pen do not matter.

        Raises ValueError for strokes that are not finite points.
        """
        fitted = fit_strokes(strokes, size=_PAPER)
        return self.recognize(draw_strokes(fitted, size=_PAPER))

    def recognize_image(self, image: np.ndarray) -> Prediction:
        """Read an image that is like those of MNIST already: (28, 28) in [0, 1]."""
        image = np.asarray(image, np.float32)
        if not image.any():
            return Prediction(None, 0.0, np.full(10, 0.1, np.float32), "blank", image)
        probabilities = self.probabilities(image[np.newaxis])[0]
        digit = int(probabilities.argmax())
        confidence = float(probabilities[digit])
        verdict = "digit" if confidence >= self.least_confidence else "unsure"
        return Prediction(digit, confidence, probabilities, verdict, image)

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities (n, 10) for images (n, 28, 28) or (n, 28, 28, 1)."""
        return softmax(self.logits(images) / self.temperature)

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Return the scores before the softmax, (n, 10), for (n, 28, 28) or (n, 28, 28, 1)."""
        images = np.asarray(images, np.float32).reshape(-1, 28, 28, 1)
        parts = [
            self._forward(images[start : start + _CHUNK]) for start in range(0, len(images), _CHUNK)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 10), np.float32)

    def feature_maps(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what both convolutions answer to one image: (26, 26, 32) and (11, 11, 64)."""
        kernel_1, bias_1, kernel_2, bias_2, _, _ = self.weights
        first = conv_relu(np.asarray(image, np.float32).reshape(1, 28, 28, 1), kernel_1, bias_1)
        second = conv_relu(max_pool(first), kernel_2, bias_2)
        return first[0], second[0]

    def _forward(self, images: np.ndarray) -> np.ndarray:
        kernel_1, bias_1, kernel_2, bias_2, dense, bias = self.weights
        hidden = max_pool(conv_relu(images, kernel_1, bias_1))
        hidden = max_pool(conv_relu(hidden, kernel_2, bias_2))
        return hidden.reshape(len(images), -1) @ dense + bias


def conv_relu(images: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Convolve (n, h, w, c) with (3, 3, c, k), without padding, and cut off what is below zero."""
    height, width, channels, count = kernel.shape
    windows = sliding_window_view(images, (height, width), axis=(1, 2))  # (n, h', w', c, 3, 3)
    columns = windows.transpose(0, 1, 2, 4, 5, 3).reshape(*windows.shape[:3], -1)
    return np.maximum(columns @ kernel.reshape(height * width * channels, count) + bias, 0)


def max_pool(maps: np.ndarray) -> np.ndarray:
    """Keep the largest of every 2 × 2 values of (n, h, w, c); an odd last row or column is lost."""
    n, height, width, channels = maps.shape
    even = maps[:, : height // 2 * 2, : width // 2 * 2]
    return even.reshape(n, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Turn scores (n, 10) into probabilities (n, 10)."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def reliability(
    confidence: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sort answers into 15 equal bins of confidence, and leave out the empty ones.

    Takes the confidences (n,) in [0, 1] and whether each answer is right, bool (n,). Returns for
    each bin, lowest confidence first, the number of its answers, their mean confidence, and the
    share of them that is right.
    """
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    counts = np.bincount(bins)
    filled = counts > 0
    means = [np.bincount(bins, values)[filled] / counts[filled] for values in (confidence, right)]
    return counts[filled], *means


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Return the expected calibration error over 15 bins, from 0 (honest) to 1.

    The gap between confidence and share of right answers, averaged over the answers (C. Guo et al.,
    'On calibration of modern neural networks', 2017). Takes what `reliability` takes.
    """
    counts, mean_confidence, share_right = reliability(confidence, right)
    return float(np.average(np.abs(share_right - mean_confidence), weights=counts))
