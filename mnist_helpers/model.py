"""The CNN of the course in Keras: build it, save it, load it."""

from pathlib import Path

from mnist_helpers.network import load_weights
from mnist_helpers.own_network.saved import open_saved
from mnist_helpers.system.files import home_path, whole_file
from mnist_helpers.system.startup import quiet_startup
from mnist_helpers.system.words import quoted

with quiet_startup():
    import keras
from keras import layers


def build_cnn(dropout: float = 0.5) -> keras.Sequential:
    """Build the untrained, uncompiled network: 34,826 parameters. Taught in lesson 3.

    Takes float32 (n, 28, 28, 1) in [0, 1]; gives the probabilities of the ten digits, (n, 10).
    `dropout` is the share of features that training leaves out at random. The architecture is
    that of the Keras example 'Simple MNIST convnet' (F. Chollet, 2015).
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


def load_cnn(path: str | Path | None = None, *, mnist_only: bool = False) -> keras.Model:
    """Load the learner's own network from `path`, or the one that comes with the package.

    If you give a path, it prints which network it loaded. A missing file is no error, and neither
    is one that holds something else: then it says what it found and what to do.
    With `mnist_only`, its place takes one that learnt from MNIST alone, as in lesson 4.
    """
    if path is not None:
        name = quoted(str(path), mark="")
        try:
            model = open_saved(home_path(path))
        except FileNotFoundError:
            print(f"No network in {name} yet.")
        except (OSError, ValueError) as error:
            print(f"{name} {getattr(error, 'strerror', None) or error}.")
        else:
            print(f"Your own network, from {name}.")
            return model
        course = "the one that comes with the course"
        print(f"Here is {'one that was trained in the same way' if mnist_only else course}.")
    model = build_cnn()
    model.set_weights(load_weights(mnist_only=mnist_only))
    return model


def save_cnn(model: keras.Model, path: str | Path) -> None:
    """Save a model as Keras does, whole or not at all; missing folders are made.

    Raises TypeError for anything else than a Keras model. Raises ValueError for a name that does
    not end in `.keras`, and for a lambda that Keras could not load again. Raises OSError if the
    disk is full or cannot be written to. An older file then stays unchanged.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"wanted a Keras model, such as build_cnn() gives; got {model!r:.60}")
    path = Path(path)
    if path.suffix != ".keras":
        wanted = f"{path.stem}.keras"
        raise ValueError(
            f"{path.name!r} ends in {path.suffix!r}; wanted '.keras', as in {wanted!r}"
        )
    _refuse_lambdas(model)
    with whole_file(path) as unfinished:
        model.save(unfinished)


def _refuse_lambdas(model: keras.Model) -> None:
    """Refuse a lambda in a layer, unless it is a Lambda layer's, which Keras loads on request."""
    for layer in model._flatten_layers(include_self=False):
        for setting, value in vars(layer).items():
            is_lambda = getattr(value, "__name__", "") == "<lambda>"
            if is_lambda and setting in layer.get_config() and type(layer) is not layers.Lambda:
                raise ValueError(
                    f"the layer {layer.name!r} has a lambda as its {setting}, which Keras could "
                    "not load again: write it as a function with a name, and set "
                    f"model.get_layer({layer.name!r}).{setting} to it"
                )
