"""A recogniser: image in, prediction out. Which digit is it, and is it a digit at all?

It imports no TensorFlow unless it is given a Keras model.
"""

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mnist_helpers.assets import load_results, read_asset
from mnist_helpers.calibration import Calibration, calibrate
from mnist_helpers.drawing import as_strokes, warn_if_axes_are_mixed
from mnist_helpers.network import Network, NumpyCnn, load_weights
from mnist_helpers.own_network.any_model import as_network, find_faults
from mnist_helpers.pictures.inputs import as_image, as_images
from mnist_helpers.pictures.readings import Reading, look_again, read_picture
from mnist_helpers.prediction import Prediction, Verdict
from mnist_helpers.preprocessing import SIDE, from_strokes

READ_OUT = "read_out.npy"
_LEAST_COVERAGE = 0.3  # a reading that explains less of the picture is 'unsure' at best
_FULL_COVERAGE = 0.6  # a reading that explains less than this is 'unsure', unless it is clear
_CLEAR = 0.95  # both probabilities, of a digit at all and of this digit, are at least this
_OF_ONE_MIND = 0.9  # of the readings' common probability: with less, a picture is 'unsure'
_MOST_INK = 312  # the sum of an image's pixels: no training digit of MNIST has more
_DETAIL = 0.05  # added to the explained share, so that a detail alone can be read too


class Recognizer:
    """Reads one digit from strokes, from a picture or from a ready image, with any network."""

    def __init__(self, network: Network, calibration: Calibration | None = None):
        """Take a network and its calibration; without one, its doubt is not calibrated."""
        if not hasattr(network, "run"):
            kind = type(network).__name__
            raise TypeError(f"{kind} is no network; Recognizer.from_model makes one of a model")
        self.network = network
        self.calibration = calibration or Calibration()

    @classmethod
    def load(cls) -> "Recognizer":
        """Load the network that comes with the package.

        Raises FileNotFoundError or ValueError if one of its files is missing or damaged.
        """
        network, fitted = NumpyCnn(load_weights()), load_results()["calibration"]
        read_out = np.load(read_asset(READ_OUT, fitted.pop("sha256")), allow_pickle=False)
        return cls(network, Calibration(**fitted, read_out=read_out))

    @classmethod
    def from_model(cls, model) -> "Recognizer":
        """Take any classifier from 28 × 28 to ten digits.

        It is a Keras model, anything with `predict`, a PyTorch module, or a function of images.
        The recogniser keeps a copy of a Keras model. If you train the model further, the answers
        stay the same. It warns if the network misreads MNIST because it was trained on something
        else, and if it gives no probabilities.

        Raises TypeError or ValueError, with the reason, for other models.
        """
        recognizer = cls(as_network(model))
        for complaint in find_faults(recognizer.network):
            warnings.warn(complaint, stacklevel=2)
        return recognizer

    @property
    def is_calibrated(self) -> bool:
        """Whether its doubt was fitted to its network; `calibrate` does that."""
        return self.calibration.read_out is not None

    def calibrate(self) -> "Recognizer":
        """Return a recogniser with the same network and a doubt that fits it; takes some seconds.

        The new one can say 'no digit'. Its confidence is honest: about 90 % of the answers with a
        confidence of 90 % are right.
        """
        return Recognizer(self.network, calibrate(self.network))

    def recognize(self, picture) -> Prediction:
        """Read a picture of one digit: a drawing, a photo of paper, a scan, a small file.

        `picture` is a path, a PIL image or an array. Raises the same errors as
        `inputs.open_picture`.
        """
        return self.read(picture)[0]

    def read(self, picture) -> tuple[Prediction, Reading]:
        """Read a picture as `recognize` does, and also return the best of its readings.

        The network looks at each reading of `readings.read_picture` a few times, and the readings
        vote. A vote counts more if the reading is probably a digit, if the network is sure, and if
        the reading explains much of the picture. The best reading supports the answer most. If it
        explains little, it is a detail of something else: 'no digit', or 'unsure' if it must be a
        digit. If it could be a detail, or the readings disagree, the verdict is 'unsure'. It is
        'blank' only if all readings are. If it is 'no digit' and a reading becomes a digit by a
        quarter turn, the remark is 'on its side'.
        """
        readings = read_picture(picture)
        images = np.stack([reading.image for reading in readings])
        if not images.any():
            return replace(self.recognize_image(images[0]), remark="no ink"), readings[0]
        each, is_digit = self._look(images)
        coverage = np.array([reading.coverage for reading in readings])
        coverage[images.sum(axis=(1, 2)) > _MOST_INK] = 0  # a block of text, say, is no digit
        worth = _weigh(readings, each, is_digit, coverage) * images.any(axis=(1, 2))
        together = (worth @ each) ** 2  # because a mean of probabilities is not sure enough
        together /= together.sum()
        digit = int(together.argmax())
        best = int(np.argmax(worth * each[:, digit]))
        sure, readable = float(together[digit]), float(is_digit[best])
        is_clear = min(each[best, digit], readable) >= _CLEAR
        verdict, remark = self._judge(sure, readable, coverage[best], is_clear)
        if verdict == "no digit" and self._lie_on_their_side(images[coverage >= _LEAST_COVERAGE]):
            remark = "on its side"
        known = readable if self.is_calibrated else None
        prediction = Prediction(digit, sure, together, verdict, images[best], known, remark)
        return prediction, readings[best]

    def _judge(
        self, sure: float, readable: float, coverage: float, is_clear: bool
    ) -> tuple[Verdict, str | None]:
        """Return the verdict about a picture, and the remark 'small part' where it fits."""
        if coverage < _LEAST_COVERAGE:
            return ("unsure", "small part") if is_clear else ("no digit", None)
        verdict = self.calibration.verdict(readable, sure)
        is_detail = coverage < _FULL_COVERAGE and not is_clear
        if verdict == "digit" and (sure < _OF_ONE_MIND or is_detail):
            return "unsure", None
        return verdict, None

    def _lie_on_their_side(self, images: np.ndarray) -> bool:
        """Say whether one of the images (n, 28, 28) is a clear digit after a quarter turn."""
        if not self.is_calibrated or not len(images):
            return False
        turned = [np.rot90(images, turns, axes=(1, 2)) for turns in (1, 3)]
        each, is_digit = self._look(np.concatenate(turned))
        return bool((is_digit * each.max(axis=1) >= _CLEAR).any())

    def _look(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean of a few looks at images (n, 28, 28).

        Returns the probabilities (n, 10), and for each image the probability of a digit (n,).
        """
        looks = look_again(images)
        features, logits = self.network.run(looks.reshape(-1, SIDE, SIDE))
        probabilities = self.calibration.probabilities(logits).reshape(*looks.shape[:2], 10)
        is_digit = self.calibration.digit_probabilities(features).reshape(looks.shape[:2])
        return probabilities.mean(axis=0), is_digit.mean(axis=0)

    def recognize_strokes(self, strokes: Sequence) -> Prediction:
        """Read pen strokes, a sequence of (n, 2) arrays of points, x right and y down.

        They are drawn again with MNIST's thickness, so size, place and pen do not matter.

        Raises TypeError or ValueError for anything that is not strokes of finite points.
        """
        checked = as_strokes(strokes)
        warn_if_axes_are_mixed(checked)
        return self.recognize_image(from_strokes(checked))

    def recognize_image(self, image: np.ndarray) -> Prediction:
        """Read an image that is already like those of MNIST: (28, 28) or (28, 28, 1) in [0, 1].

        Raises TypeError or ValueError for anything else.
        """
        image = as_image(image)
        if not image.any():
            return Prediction(None, 0.0, np.full(10, 0.1, np.float32), "blank", image)
        features, logits = self.network.run(image[np.newaxis])
        probabilities = self.calibration.probabilities(logits)[0]
        is_digit = float(self.calibration.digit_probabilities(features)[0])
        digit = int(probabilities.argmax())
        confidence = float(probabilities[digit])
        verdict = self.calibration.verdict(is_digit, confidence)
        known = is_digit if self.is_calibrated else None
        return Prediction(digit, confidence, probabilities, verdict, image, known)

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities (n, 10) for images (n, 28, 28) or (n, 28, 28, 1).

        Raises the same errors as `logits`.
        """
        return self.calibration.probabilities(self.logits(images))

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Return the scores before the softmax, (n, 10), for (n, 28, 28) or (n, 28, 28, 1).

        Raises TypeError or ValueError for anything that is not images in [0, 1].
        """
        return self.network.run(as_images(images))[1]

    def __repr__(self) -> str:
        doubt = "its doubt is calibrated" if self.is_calibrated else "its doubt is not calibrated"
        return f"<Recognizer with a {type(self.network).__name__}, {doubt}>"


def _weigh(
    readings: list[Reading], each: np.ndarray, is_digit: np.ndarray, coverage: np.ndarray
) -> np.ndarray:
    """Return how much each reading's vote counts, (n,).

    A piece of a torn digit is often another digit. So a reading counts nothing if its whole could
    be a digit as well, and what a reading explains counts three times.
    """
    worth = is_digit * each.max(axis=1) * (_DETAIL + coverage) ** 3
    place = {reading.name: number for number, reading in enumerate(readings)}
    for number, reading in enumerate(readings):
        if reading.whole in place:
            is_piece = is_digit[place[reading.whole]] >= is_digit[number] / 2
            worth[number] *= not is_piece
    return worth


def as_recognizer(reader):
    """Return a recogniser for a pad or an app; what reads strokes itself stays as it is.

    A model becomes a recogniser by `Recognizer.from_model`, which raises the errors. A class is a
    TypeError.
    """
    if isinstance(reader, type):
        raise TypeError(
            f"{reader.__name__} is a class; wanted an object of it, such as Recognizer.load()"
        )
    return reader if hasattr(reader, "recognize_strokes") else Recognizer.from_model(reader)
