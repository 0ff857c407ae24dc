"""Other readers than the course's network, as a learner would bring them."""

import numpy as np

from mnist_helpers import Prediction
from mnist_helpers.data import load_mnist
from mnist_helpers.network import softmax


class NearestMean:
    """What a classifier of scikit-learn looks like from outside: rows in, probabilities out."""

    def __init__(self):
        mnist = load_mnist()
        images, labels = mnist.x_train[:5000].reshape(-1, 784), mnist.y_train[:5000]
        self.means = np.array([images[labels == digit].mean(axis=0) for digit in range(10)])

    def predict_proba(self, rows):
        """Return probabilities (n, 10) for rows (n, 784), and take nothing else."""
        if np.ndim(rows) != 2:
            raise ValueError(f"Found array with dim {np.ndim(rows)}, expected <= 2.")
        distances = ((rows[:, np.newaxis] - self.means) ** 2).sum(axis=2)
        return softmax(-distances)

    def predict(self, rows):
        return self.predict_proba(rows).argmax(axis=1)


class StrokeCounter:
    """A reader that looks at strokes alone; what it calls a network is its own affair."""

    network = object()

    def recognize_strokes(self, strokes):
        image = np.zeros((28, 28), np.float32)
        if not strokes:
            return Prediction(None, 0.0, np.full(10, 0.1), "blank", image)
        image[:, 14] = 1
        probabilities = np.eye(10)[len(strokes) % 10]
        return Prediction(len(strokes) % 10, 1.0, probabilities, "digit", image)
