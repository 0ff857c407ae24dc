"""The CNN of the course."""

from mnist_helpers.recognizer import load_weights
from mnist_helpers.startup import quiet_startup

with quiet_startup():
    import keras
from keras import layers


def build_cnn() -> keras.Sequential:
    """Build the untrained, uncompiled network: 34,826 parameters.

    Takes float32 (n, 28, 28, 1) in [0, 1]; gives the probabilities of the ten digits, (n, 10). The
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
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def load_cnn() -> keras.Sequential:
    """Build the network and give it the weights that come with the package."""
    model = build_cnn()
    model.set_weights(load_weights())
    return model
