"""Train the course's network; `python -m mnist_helpers.training` remakes the shipped weights."""

import argparse
import hashlib
import io
import json
import platform
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
from tqdm.auto import tqdm

from mnist_helpers import plots
from mnist_helpers.assets import FOLDER
from mnist_helpers.data import Mnist, load_mnist
from mnist_helpers.handwriting import write_digits, write_non_digits
from mnist_helpers.model import build_cnn, keras
from mnist_helpers.recognizer import RESULTS, WEIGHTS, Recognizer, softmax

BATCH = 128
EPOCHS = 45  # along one cycle,
LAST_EPOCHS = 24  # and then with small steps, more of MNIST,
LAST_STRENGTH = 1.5  # bent by half as much again
PEAK_LEARNING_RATE = 3e-3
LAST_LEARNING_RATE = 1.5e-3
DROPOUT = 0.1  # with augmented images, 0.5 leaves the small network too little to learn with
WRITTEN = 60_000  # synthetic digits beside the 54,000 of MNIST
NON_DIGITS = 12_000
EXTRA = 12_000  # of both together, in each epoch;
LAST_EXTRA = 8_000  # in each of the last ones
KEPT = 0.97  # of the held-out digits: the share that gets the verdict 'digit'
LAYERS = ("conv_1", "conv_2", "dense")


class LiveCurves(keras.callbacks.Callback):
    """Draw loss and accuracy anew after each epoch, in the output of the cell that trains."""

    def __init__(self, alt: str):
        super().__init__()
        self._alt = alt
        self._history: dict[str, list[float]] = {}
        self._handle = None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        for name, value in (logs or {}).items():
            self._history.setdefault(name, []).append(value)
        self._handle = plots.live_curves(self._history, alt=self._alt, handle=self._handle)


class ProgressBar(keras.callbacks.Callback):
    """A bar that moves with every batch and shows the metrics of the last epoch."""

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._bar = tqdm(total=self.params["epochs"] * self.params["steps"], unit="batch")

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._bar.update(epoch * self.params["steps"] - self._bar.n)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._bar.set_postfix(logs)

    def on_train_end(self, logs: dict | None = None) -> None:
        self._bar.close()


class AugmentedBatches(keras.utils.PyDataset):
    """Shuffled batches of images, each image moved a little anew in every epoch.

    Of the images after the first `always`, each epoch takes other `extra` ones; unless told
    otherwise it shows all images. `strength` is for `augment`. The same seed and epoch give the
    same batches, so a run that was interrupted goes on as it would have gone.
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        seed: int,
        always: int | None = None,
        extra: int = 0,
        strength: float = 1,
    ):
        super().__init__()
        self._images, self._labels, self._seed = images, labels, seed
        self._always = len(images) if always is None else always
        self._extra, self._strength = extra, strength
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        rng = np.random.default_rng([self._seed, epoch])
        others = rng.permutation(np.arange(self._always, len(self._images)))[: self._extra]
        self._order = rng.permutation(np.concatenate([np.arange(self._always), others]))
        self._epoch = epoch

    def __len__(self) -> int:
        return -(-len(self._order) // BATCH)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self._order[index * BATCH : (index + 1) * BATCH]
        rng = np.random.default_rng([self._seed, self._epoch, index])
        return augment(self._images[chosen], rng, self._strength), self._labels[chosen]


def move(
    image: np.ndarray, scale=(1, 1), slant: float = 0, turn: float = 0, shift=(0, 0)
) -> np.ndarray:
    """Stretch an image (28, 28) around its middle, slant it, turn it and shift it, in this order.

    `scale` holds the factors of width and height; `slant` is in pixels to the left for each pixel
    up; `turn` is in degrees, clockwise; `shift` is in pixels, to the right and down.
    """
    sine, cosine = np.sin(np.deg2rad(turn)), np.cos(np.deg2rad(turn))
    matrix = [[cosine, -sine], [sine, cosine]] @ np.array([[1, slant], [0, 1]]) @ np.diag(scale)
    offset = 13.5 + np.array(shift) - matrix @ (13.5, 13.5)
    return cv2.warpAffine(image, np.column_stack([matrix, offset]), (28, 28))


def augment(images: np.ndarray, rng: np.random.Generator, strength: float = 1) -> np.ndarray:
    """Move each image a little, as another hand might have written it.

    Takes and returns float32 (n, 28, 28, 1) in [0, 1]: ±10 % of width and of height, slant to
    0.15, up to 10° of turn, and 1 pixel of shift, each times `strength`.
    """
    moved = [
        move(
            image,
            scale=rng.uniform(1 - strength / 10, 1 + strength / 10, 2),
            slant=strength * rng.uniform(-0.15, 0.15),
            turn=strength * rng.uniform(-10, 10),
            shift=strength * rng.uniform(-1, 1, 2),
        )
        for image in images
    ]
    return np.reshape(moved, images.shape)


def one_cycle(steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise to the peak learning rate in a quarter of the steps, then fall to zero along a cosine.

    After L. N. Smith and N. Topin, 'Super-convergence' (2018).
    """
    warmup = steps // 4
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=PEAK_LEARNING_RATE / 10,
        decay_steps=steps - warmup,
        warmup_target=PEAK_LEARNING_RATE,
        warmup_steps=warmup,
    )


def training_set(
    mnist: Mnist, written: int, non_digits: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return MNIST's training images with synthetic ones, and their targets, float32 (n, 10).

    A digit's target is 1 at its label. What is no digit gets 0.1 everywhere: the network is asked
    to be undecided (D. Hendrycks et al., 'Deep anomaly detection with outlier exposure', 2019).
    """
    rng = np.random.default_rng(seed)
    written_images, written_labels = write_digits(written, rng)
    images = np.concatenate([mnist.x_train, written_images, write_non_digits(non_digits, rng)])
    one_hot = np.eye(10, dtype=np.float32)[np.concatenate([mnist.y_train, written_labels])]
    return images, np.concatenate([one_hot, np.full((non_digits, 10), 0.1, np.float32)])


def train(
    images: np.ndarray,
    targets: np.ndarray,
    mnist: Mnist,
    seed: int,
    epochs: int,
    backup: Path,
) -> tuple[keras.Sequential, dict[str, list[float]]]:
    """Train the network with augmentation and a one-cycle schedule.

    `backup` is the folder that keeps the state after each epoch; the same call takes an interrupted
    run up again from there. Returns the model and Keras's history of its epochs.
    """
    keras.utils.set_random_seed(seed)
    batches = AugmentedBatches(images, targets, seed, len(mnist.x_train), EXTRA)
    model = build_cnn(DROPOUT)
    optimizer = keras.optimizers.Adam(one_cycle(epochs * len(batches)))
    return model, fit(model, optimizer, batches, mnist, range(epochs), backup)


def settle(
    model: keras.Sequential,
    images: np.ndarray,
    targets: np.ndarray,
    mnist: Mnist,
    seed: int,
    epochs: range,
    backup: Path,
) -> dict[str, list[float]]:
    """Train on, images bent more and fewer of them synthetic, and end with the mean of the weights.

    The mean is a moving one, over some four epochs (B. Polyak and A. Juditsky, 'Acceleration of
    stochastic approximation by averaging', 1992). Else as `train`; `epochs` are numbered on.
    """
    keras.utils.set_random_seed(seed)
    batches = AugmentedBatches(images, targets, seed, len(mnist.x_train), LAST_EXTRA, LAST_STRENGTH)
    rates = keras.optimizers.schedules.CosineDecay(
        LAST_LEARNING_RATE, len(epochs) * len(batches), alpha=0.3
    )
    optimizer = keras.optimizers.Adam(rates, use_ema=True, ema_momentum=0.9995)
    return fit(model, optimizer, batches, mnist, epochs, backup)


def fit(
    model: keras.Sequential,
    optimizer: keras.optimizers.Optimizer,
    batches: AugmentedBatches,
    mnist: Mnist,
    epochs: range,
    backup: Path,
) -> dict[str, list[float]]:
    """Let the model learn in these epochs, and return Keras's history of them."""
    model.compile(optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(
        batches,
        initial_epoch=epochs.start,
        epochs=epochs.stop,
        shuffle=False,  # each epoch brings its own order
        validation_data=(mnist.x_val, np.eye(10, dtype=np.float32)[mnist.y_val]),
        verbose=0,
        callbacks=[
            keras.callbacks.BackupAndRestore(backup),
            keras.callbacks.LambdaCallback(
                on_epoch_begin=lambda epoch, logs: batches.start_epoch(epoch)
            ),
            ProgressBar(),
        ],
    )
    return history.history


def calibrate(recognizer: Recognizer, mnist: Mnist) -> tuple[float, float]:
    """Return the temperature and the least confidence of a digit, fitted on held-out digits.

    Half of them are MNIST's validation images, half are synthetic ones that no network was trained
    on. The temperature has the smallest cross-entropy (C. Guo et al., 2017).
    """
    written, written_labels = write_digits(len(mnist.x_val), np.random.default_rng(2**32))
    logits = recognizer.logits(np.concatenate([mnist.x_val, written]))
    labels = np.concatenate([mnist.y_val, written_labels])

    def cross_entropy(temperature: float) -> float:
        right = softmax(logits / temperature)[np.arange(len(labels)), labels]
        return -np.log(np.maximum(right, 1e-12)).mean()

    temperature = min(np.geomspace(0.5, 3, 200), key=cross_entropy)
    confidence = softmax(logits / temperature).max(axis=1)
    return float(temperature), float(np.quantile(confidence, 1 - KEPT))


def train_seed(mnist: Mnist, seed: int, folder: Path) -> Path:
    """Train with one seed, or go on with it, and return the file that holds the trained network."""
    folder = folder / f"seed_{seed}"
    cycled, finished = folder / "cycled.keras", folder / "finished.keras"
    if not finished.exists():
        images, targets = training_set(mnist, WRITTEN, NON_DIGITS, seed)
        if not cycled.exists():
            model, history = train(images, targets, mnist, seed, EPOCHS, folder / "backup")
            save(model, history, cycled)
        model = keras.models.load_model(cycled)
        last = range(EPOCHS, EPOCHS + LAST_EPOCHS)
        history = settle(model, images, targets, mnist, seed, last, folder / "backup")
        before = load_history(cycled)
        save(model, {name: before[name] + history[name] for name in before}, finished)
    return finished


def save(model: keras.Sequential, history: dict[str, list[float]], path: Path) -> None:
    """Save a model, and beside it the history that `load_history` reads; the model comes last."""
    path.with_suffix(".json").write_text(json.dumps(history), encoding="utf-8")
    model.save(path)


def load_history(path: Path) -> dict[str, list[float]]:
    """Return the history of a saved model."""
    return json.loads(path.with_suffix(".json").read_text("utf-8"))


def accuracy(recognizer: Recognizer, images: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of images, (n, 28, 28, 1), whose label the network gives."""
    return float((recognizer.logits(images).argmax(axis=1) == labels).mean())


def ship(mnist: Mnist, finished: dict[int, Path], folder: Path) -> dict:
    """Write the network that is best on validation, and the record of all, into `folder`."""
    networks = {
        seed: Recognizer.from_model(keras.models.load_model(path))
        for seed, path in finished.items()
    }
    by_seed = {
        seed: {
            "validation_accuracy": accuracy(network, mnist.x_val, mnist.y_val),
            "test_accuracy": accuracy(network, mnist.x_test, mnist.y_test),
        }
        for seed, network in networks.items()
    }
    best = max(by_seed, key=lambda seed: by_seed[seed]["validation_accuracy"])
    test = [metrics["test_accuracy"] for metrics in by_seed.values()]
    temperature, least_confidence = calibrate(networks[best], mnist)

    content = io.BytesIO()
    names = [f"{layer}_{part}" for layer in LAYERS for part in ("kernel", "bias")]
    np.savez(content, **dict(zip(names, networks[best].weights, strict=True)))
    results = {
        "sha256": hashlib.sha256(content.getvalue()).hexdigest(),
        "seed": best,
        **by_seed[best],
        "test_accuracy_mean": float(np.mean(test)),
        "test_accuracy_lowest": min(test),
        "test_accuracy_highest": max(test),
        "temperature": temperature,
        "least_confidence": least_confidence,
        "by_seed": by_seed,
        "history": load_history(finished[best]),
        "recipe": {
            "epochs": EPOCHS + LAST_EPOCHS,
            "dropout": DROPOUT,
            "written_digits": WRITTEN,
            "non_digits": NON_DIGITS,
        },
        "versions": {name: version(name) for name in ("tensorflow", "keras", "numpy")}
        | {"python": platform.python_version()},
    }
    (folder / WEIGHTS).write_bytes(content.getvalue())
    (folder / RESULTS).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument(
        "--work", type=Path, default=Path("training"), help="keeps unfinished and finished runs"
    )
    arguments = parser.parse_args()
    mnist = load_mnist()
    finished = {seed: train_seed(mnist, seed, arguments.work) for seed in arguments.seeds}
    results = ship(mnist, finished, FOLDER)
    for seed, metrics in results["by_seed"].items():
        print(
            f"seed {seed}: validation {metrics['validation_accuracy']:.2%}, "
            f"test {metrics['test_accuracy']:.2%}"
        )
    print(f"Wrote {FOLDER / WEIGHTS} and {FOLDER / RESULTS} (seed {results['seed']}).")


if __name__ == "__main__":
    main()
