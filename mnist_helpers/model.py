"""The CNN of the course."""

from pathlib import Path

from mnist_helpers.recognizer import load_weights
from mnist_helpers.startup import quiet_startup

with quiet_startup():
    import keras
from keras import layers


def build_cnn(dropout: float = 0.5) -> keras.Sequential:
    """Build the untrained, uncompiled network: 34,826 parameters.

    Takes float32 (n, 28, 28, 1) in [0, 1]; gives the probabilities of the ten digits, (n, 10).
    `dropout` is the share of features that is left out at random while it is trained. The
    architecture is that of the Keras example 'Simple MNIST convnet' (F. Chollet, 2015).
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(dropout),
            layers.Dense(10, activation="softmax"),
        ]
    )


def load_cnn(path: str | Path | None = None) -> keras.Sequential:
    """Load the learner's own network from `path`, or the one that comes with the package.

    Says which one it is where a path is given, since the file may not be there yet.
    """
    if path is not None and Path(path).is_file():
        print(f"Your own network, from {path}.")
        return keras.models.load_model(path)
    if path is not None:
        print(f"No network in {path} yet: here is the one that comes with the course.")
    model = build_cnn()
    model.set_weights(load_weights())
    return model
