"""How sure can a network be? Temperature, 'is it a digit at all?', and the thresholds of verdicts.

All of it is fitted to MNIST's validation part and to written strokes. The course's networks do not
learn from these images. Taught in lessons 5 and 6.
"""

from dataclasses import dataclass

import numpy as np

from mnist_helpers.data import load_part
from mnist_helpers.handwriting import write_digits, write_non_digits
from mnist_helpers.network import Network, check_finite, softmax
from mnist_helpers.prediction import Verdict

BINS = 15
KEPT = 0.99  # of the held-out digits: the share that gets the verdict 'digit'
READABLE = 0.995  # of them: the share whose verdict is at least 'unsure'
WRITTEN = 3_000  # synthetic digits to fit with, in addition to MNIST's validation part
_SEED = 2**32  # of the written strokes: no training uses this seed
_PENALTY = 3  # on the mean squared weight of the read-out, so that it learns nothing by heart
_SETTLED = 1e-4  # a step that changes every weight by less is the last
_ROWS = 2000  # of the features at a time
_STEPS = 20  # of Newton's method, at most; usually eight are enough


@dataclass(frozen=True, eq=False)
class Calibration:
    """What turns a network's features and logits into honest answers.

    `temperature` divides the logits (C. Guo et al., 'On calibration of modern neural networks',
    2017). `read_out`, float32 (m + 1,), is one linear layer on the m features, bias last. It gives
    the log-odds that this is a digit at all. It is None if nothing was fitted.

    A picture is a 'digit' if that probability times the confidence is at least `least_confidence`.
    Otherwise it is 'unsure' if the probability alone is at least `least_readable`.
    """

    temperature: float = 1.0
    least_confidence: float = 0.6
    least_readable: float = 0.0
    read_out: np.ndarray | None = None

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Return the probabilities (n, 10) of the digits for logits (n, 10).

        Raises ValueError for logits that are not finite.
        """
        check_finite([logits], "answers")
        return softmax(logits / self.temperature)

    def digit_probabilities(self, features: np.ndarray) -> np.ndarray:
        """Return the probabilities (n,) that features (n, m) belong to a digit at all."""
        if self.read_out is None:
            return np.ones(len(features), np.float32)
        return sigmoid(features @ self.read_out[:-1] + self.read_out[-1])

    def verdict(self, digit_probability: float, confidence: float) -> Verdict:
        """Return 'digit', 'unsure' or 'no digit' for a picture that is not blank."""
        if digit_probability * confidence >= self.least_confidence:
            return "digit"
        return "unsure" if digit_probability >= self.least_readable else "no digit"


def calibrate(network: Network, written: int = WRITTEN) -> Calibration:
    """Fit temperature, read-out and thresholds to a network; it takes some seconds.

    The digits are MNIST's validation part and `written` synthetic ones. There are as many synthetic
    non-digits as digits. The thresholds keep 99 % of these digits as 'digit'.
    """
    (x_val, y_val), rng = load_part("validation"), np.random.default_rng(_SEED)
    images, image_labels = write_digits(written, rng)
    digits = np.concatenate([x_val, images])
    labels = np.concatenate([y_val, image_labels])
    return fit(network, digits, labels, write_non_digits(len(digits), rng))


def fit(
    network: Network, digits: np.ndarray, labels: np.ndarray, non_digits: np.ndarray
) -> Calibration:
    """Fit to images of digits (n, 28, 28, 1) with their labels (n,), and to images of non-digits.

    A read-out that is fitted to one half judges the digits of the other half, because it has not
    seen them. The thresholds come from these judgements. The read-out that is kept is fitted to
    all images.
    """
    features, logits = network.run(digits)
    other_features, _ = network.run(non_digits)
    check_finite([features, logits, other_features], "answers")
    temperature = fit_temperature(logits, labels)
    confidence = softmax(logits / temperature).max(axis=1)
    is_digit = np.empty(len(digits), np.float32)
    for half in (0, 1):
        read_out = fit_read_out(features[half::2], other_features[half::2])
        unseen = Calibration(read_out=read_out)
        is_digit[1 - half :: 2] = unseen.digit_probabilities(features[1 - half :: 2])
    return Calibration(
        temperature=temperature,
        least_confidence=float(np.quantile(is_digit * confidence, 1 - KEPT)),
        least_readable=float(np.quantile(is_digit, 1 - READABLE)),
        read_out=fit_read_out(features, other_features),
    )


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature with the smallest cross-entropy for logits (n, 10), labels (n,)."""
    temperatures = np.geomspace(0.2, 5, 300)
    return float(min(temperatures, key=lambda each: cross_entropy(logits / each, labels)))


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean of −ln p; p is the probability of the right digit. Taught in lesson 4."""
    right = softmax(logits)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(right, 1e-12)).mean())


def fit_read_out(features: np.ndarray, other_features: np.ndarray) -> np.ndarray:
    """Return a linear layer (m + 1,) that separates features of digits from others, bias last.

    This is logistic regression by Newton's method. Both classes have the same total weight.
    """
    x = np.empty((len(features) + len(other_features), features.shape[1] + 1), np.float32)
    x[: len(features), :-1], x[len(features) :, :-1], x[:, -1] = features, other_features, 1
    center = x[:, :-1].mean(axis=0)
    x[:, :-1] -= center
    spread = np.sqrt(np.einsum("ij,ij->j", x, x)[:-1] / len(x)) + 1e-6
    x[:, :-1] /= spread
    y = np.arange(len(x)) < len(features)
    share = np.where(y, 0.5 / len(features), 0.5 / len(other_features)).astype(np.float32)
    penalty = np.full(x.shape[1], _PENALTY / x.shape[1], np.float32)
    penalty[-1] = 0
    weights = np.zeros(x.shape[1], np.float32)
    for _ in range(_STEPS):
        p = sigmoid(x @ weights)
        slope = x.T @ (share * (p - y)) + penalty * weights
        bend = _bend(x, np.sqrt(share * np.maximum(p * (1 - p), 1e-6)))
        step = np.linalg.solve(bend + np.diag(penalty + 1e-9), slope)
        weights = weights - step.astype(np.float32)
        if np.abs(step).max() < _SETTLED:
            break
    kernel = weights[:-1] / spread
    return np.append(kernel, weights[-1] - center @ kernel).astype(np.float32)


def _bend(x: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the sum of scale² xᵀx over all rows, some rows at a time to save memory."""
    bend = np.zeros((x.shape[1], x.shape[1]), np.float32)
    for start in range(0, len(x), _ROWS):
        rows = x[start : start + _ROWS] * scale[start : start + _ROWS, np.newaxis]
        bend += rows.T @ rows  # NumPy computes only half of a product of this form
    return bend


def sigmoid(log_odds: np.ndarray) -> np.ndarray:
    """Turn log-odds, ln(p / (1 − p)), into probabilities p."""
    return 1 / (1 + np.exp(-np.clip(log_odds, -80, 80)))


def reliability(
    confidence: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sort answers into 15 equal bins of confidence, and leave out the empty ones.

    Takes the confidences (n,) in [0, 1] and whether each answer is right, bool (n,). Returns three
    arrays with one value for each bin, lowest confidence first: the number of answers, their mean
    confidence, and the share that is right. Taught in lesson 5.
    """
    confidence, right = np.asarray(confidence), np.asarray(right)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins)
    filled = counts > 0
    means = [np.bincount(bins, values)[filled] / counts[filled] for values in (confidence, right)]
    return counts[filled], *means


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Return the expected calibration error over 15 bins, from 0 (honest) to 1.

    This is the gap between confidence and share of right answers, averaged over all answers
    (C. Guo et al., 'On calibration of modern neural networks', 2017). The arguments are those of
    `reliability`. Taught in lesson 5.
    """
    counts, mean_confidence, share_right = reliability(confidence, right)
    return float(np.average(np.abs(share_right - mean_confidence), weights=counts))
