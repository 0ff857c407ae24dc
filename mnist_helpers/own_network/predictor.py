"""Anything that answers images as a network: `predict`, a function, a PyTorch module."""

import copy
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from textwrap import shorten

import numpy as np

from mnist_helpers.network import NumpyCnn, check_finite, in_chunks, load_weights
from mnist_helpers.own_network.outputs import LAYOUTS, as_logits, judge, probe_images

_WRAPPED = """
Wrap it in a function that takes float32 (n, 28, 28, 1), from 0 to 1, and returns (n, 10):
    def read(images):
        with torch.no_grad():
            return model(torch.from_numpy(images.reshape(-1, 1, 28, 28))).numpy()
    recognizer = Recognizer.from_model(read)"""


class Predictor:
    """Anything with `predict_proba` or `predict`, a function, or a PyTorch module.

    The model gets images in the first form that it answers: (n, 28, 28, 1), (n, 1, 28, 28),
    (n, 784), (n, 28, 28), or one image at a time. Nobody knows what is inside it, so the features
    are those of the course's own network. By the pixels alone, a read-out takes four letters of
    five for digits; by these features, one of eight.
    """

    def __init__(self, model, remarks: Sequence[str] = ()):
        """Take the model; it is asked about 200 images.

        `remarks` are for the learner. Raises TypeError for something that cannot be asked. Raises
        ValueError if it does not answer with ten finite numbers, or one digit, for each image.
        """
        self.weights: list[np.ndarray] = []
        self.remarks = remarks
        self._seen_by = NumpyCnn(load_weights())
        function = _find_function(model)
        name = getattr(function, "__name__", "")
        self.asked = f"model.{name}" if hasattr(model, name) else "model"  # as the learner would
        self._predict = _find_way(function)
        outputs, self.names_digits_only = self._predict(probe_images())
        check_finite([outputs], "answers")
        self.output_is = judge(outputs)

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the features (n, 1600) of the course's network, and this one's logits (n, 10)."""
        outputs = in_chunks(lambda part: self._predict(part)[0], images)
        return self._seen_by.run(images)[0], as_logits(outputs, self.output_is)

    def maps(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Return no maps: what happens inside the model is unknown."""
        return {}


def _find_function(model) -> Callable:
    """Return the function of a model that answers images."""
    torch = sys.modules.get("torch")  # a module can only exist if PyTorch was imported
    if torch is not None and isinstance(model, torch.nn.Module):
        module = copy.deepcopy(model).cpu().float().eval()
        return torch.no_grad()(
            lambda images: module(torch.from_numpy(np.ascontiguousarray(images))).numpy()
        )
    for answer in (getattr(model, name, None) for name in ("predict_proba", "predict")):
        if callable(answer):
            return answer
    if callable(model) and not isinstance(model, type):
        return model
    raise TypeError(
        "wanted a Keras model, such as load_cnn(path) gives, something with predict, a function, "
        f"or a PyTorch module; got {type(model).__name__}"
    )


def _find_way(function: Callable) -> Callable:
    """Return the first way of asking that gets ten numbers, or a digit, for each of two images."""
    two = probe_images()[:2]
    refused, failed = [], []
    for start, layout in product(((-1,), (1,), ()), LAYOUTS):
        way = partial(_ask, function, start + layout)
        try:
            way(two)
        except AnswerError as error:
            refused.append(error)
        except Exception as error:  # an unknown model can raise anything for a wrong shape
            failed.append(str(error) or type(error).__name__)
        else:
            return way
    if refused:  # it answers, so this says more than that a shape is wrong
        raise refused[0]
    tried = ", ".join(f"(2, {str(shape)[1:-1].rstrip(',')})" for shape in LAYOUTS)
    reason = shorten(failed[0], 60, placeholder=" …")
    raise ValueError(
        f"this model answers none of the shapes {tried}, and no single image ({reason}).{_WRAPPED}"
    )


def _ask(function: Callable, shape: tuple[int, ...], images: np.ndarray) -> tuple[np.ndarray, bool]:
    images = images.copy()  # a function can change what it is given
    if shape[0] == -1:  # all images at once
        return _read(function(images.reshape(shape)), len(images))
    answers = [_read(function(image.reshape(shape)), 1) for image in images]
    return np.concatenate([outputs for outputs, _ in answers]), answers[0][1]


class AnswerError(ValueError):
    """The model answers, but not with ten numbers or a digit for each image."""


def _read(answers, count: int) -> tuple[np.ndarray, bool]:
    """Return a model's answers as (count, 10), and whether it named digits only."""
    answers = answers.detach().cpu() if hasattr(answers, "detach") else answers
    answers = np.asarray(answers)
    if answers.size == count and answers.shape[:1] in ((count,), ()):
        return np.eye(10, dtype=np.float32)[_as_digits(answers.reshape(count))], True
    if count == 1 and answers.shape == (10,):
        answers = answers[np.newaxis]
    if answers.size != 10 * count or answers.shape[:1] != (count,):
        message = (
            f"for {count} images, this model gave answers of the shape {answers.shape}; "
            f"wanted ({count}, 10), the ten digits' probabilities, or one digit each"
        )
        if answers.ndim == 2 and answers.shape[1] > 10:
            message += (
                ". If the first ten are the digits, take these alone, with a function: "
                "lambda images: model.predict(images)[:, :10]"
            )
        raise AnswerError(message)
    return answers.reshape(count, 10).astype(np.float32), False


def _as_digits(labels: np.ndarray) -> np.ndarray:
    try:
        numbers = labels.astype(float)
        wrong = ~np.isin(numbers, range(10))
    except (TypeError, ValueError):  # words
        wrong = np.ones(len(labels), bool)
    if wrong.any():
        said = shorten(repr(labels[wrong].tolist()[0]), 60, placeholder=" …")
        raise AnswerError(f"this model answers with {said}; wanted one of the digits 0 to 9")
    return numbers.astype(int)
