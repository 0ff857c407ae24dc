"""Train the course's network on MNIST alone, as lesson 4 does.

    python -m mnist_helpers.learning.mnist_only

Lessons 2 and 7 use it to show what happens with images that are shifted or not prepared.
"""

from importlib.metadata import version

import numpy as np

from mnist_helpers.assets import FOLDER, MNIST_ONLY, as_record
from mnist_helpers.data import load_mnist
from mnist_helpers.learning.ship import accuracy, write, write_weights
from mnist_helpers.model import build_cnn, keras
from mnist_helpers.network import NumpyCnn

SEED, EPOCHS, BATCH, RATE = 0, 6, 64, 0.003


def main() -> None:
    mnist = load_mnist()
    keras.utils.set_random_seed(SEED)
    model = build_cnn()
    steps = EPOCHS * int(np.ceil(len(mnist.x_train) / BATCH))
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(mnist.x_train, mnist.y_train, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    network = NumpyCnn(model.get_weights())
    record = {
        "sha256": write_weights(network, FOLDER / f"{MNIST_ONLY}.npz"),
        "seed": SEED,
        "epochs": EPOCHS,
        "validation_accuracy": accuracy(network, mnist.x_val, mnist.y_val),
        "test_accuracy": accuracy(network, mnist.x_test, mnist.y_test),
        "versions": {name: version(name) for name in ("tensorflow", "keras", "numpy")},
    }
    write(FOLDER / f"{MNIST_ONLY}.json", as_record(record))


if __name__ == "__main__":
    main()
