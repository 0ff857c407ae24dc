"""How accurate is the course's network, trained in four ways, over seeds?

    python benchmarks/accuracy.py

writes accuracy.md and accuracy.json beside this file. Runs are kept in the folder `training`, as
those of `make_weights.py` are. A finished run is not trained again, and a run that
was interrupted continues from where it stopped.
"""

import argparse
import json
import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from recipe import ship
from recipe.ship import accuracy
from recipe.taught import teach
from recipe.train import Recipe, train, train_seed

from mnist_helpers import load_mnist
from mnist_helpers.data import Mnist
from mnist_helpers.handwriting import write_digits
from mnist_helpers.model import build_cnn, keras
from mnist_helpers.network import NumpyCnn

HERE = Path(__file__).parent
SHORT = 15  # epochs, as in the Keras example
SETTLED = "settled"
RECIPE = Recipe()


def train_plain(mnist: Mnist, seed: int, folder: Path) -> keras.Sequential:
    """Train as the Keras example 'Simple MNIST convnet' does."""
    keras.utils.set_random_seed(seed)
    model = build_cnn()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    backup = keras.callbacks.BackupAndRestore(folder / "backup")
    model.fit(
        mnist.x_train,
        mnist.y_train,
        batch_size=128,
        epochs=SHORT,
        verbose=2,
        callbacks=[backup],
    )
    return model


def train_augmented(mnist: Mnist, seed: int, folder: Path) -> keras.Sequential:
    """Train for as many epochs with the course's recipe, on MNIST alone."""
    recipe = replace(RECIPE, epochs=SHORT)
    model, _ = train(mnist.x_train, mnist.y_train, mnist, seed, recipe, folder / "backup")
    return model


def networks(mnist: Mnist, seed: int, work: Path) -> dict[str, Path]:
    """Return the trained file of each recipe but the last; train those that are not there yet."""
    files = {}
    for name, train_one in {"plain": train_plain, "augmented": train_augmented}.items():
        folder = work / f"{name}_{seed}"
        files[name] = folder / "finished.keras"
        if not files[name].exists():
            train_one(mnist, seed, folder).save(files[name])
    files[SETTLED] = train_seed(mnist, seed, RECIPE, work)
    return files


def measure(network: NumpyCnn, mnist: Mnist, written: tuple[np.ndarray, np.ndarray]) -> dict:
    """Return the shares read right, and which of the validation images are not."""
    misread = network.run(mnist.x_val)[1].argmax(axis=1) != mnist.y_val
    return {
        "validation": 1 - float(misread.mean()),
        "test": accuracy(network, mnist.x_test, mnist.y_test),
        "written": accuracy(network, *written),
        "misread_validation": np.flatnonzero(misread).tolist(),
    }


def table(measured: dict[str, dict[int, dict]]) -> str:
    lines = [
        "| training | validation | test | synthetic strokes |",
        "|---|---|---|---|",
    ]
    for recipe, by_seed in measured.items():
        cells = []
        for part in ("validation", "test", "written"):
            values = [100 * run[part] for run in by_seed.values()]
            cells.append(f"{np.mean(values):.2f} % ({min(values):.2f} to {max(values):.2f})")
        lines.append(f"| {recipe} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--work", type=Path, default=Path("training"))
    arguments = parser.parse_args()
    mnist = load_mnist()
    written = write_digits(5_000, np.random.default_rng(2**33))
    measured: dict[str, dict[int, dict]] = {}
    files = {seed: networks(mnist, seed, arguments.work) for seed in arguments.seeds}
    settled = {seed: paths[SETTLED] for seed, paths in files.items()}
    start = settled[ship.best_of(ship.measure(mnist, settled))]
    for seed, path in teach(mnist, start, settled, RECIPE, arguments.work).items():
        files[seed]["taught, as shipped"] = path
    for seed, paths in files.items():
        for recipe, path in paths.items():
            network = NumpyCnn(keras.models.load_model(path).get_weights())
            measured.setdefault(recipe, {})[seed] = measure(network, mnist, written)
    versions = {name: version(name) for name in ("tensorflow", "keras", "numpy")}
    versions["python"] = platform.python_version()
    (HERE / "accuracy.json").write_text(
        json.dumps({"versions": versions, "measured": measured}, indent=1) + "\n", encoding="utf-8"
    )
    told = ", ".join(f"{name} {number}" for name, number in versions.items())
    text = (
        "# Accuracy of the same 34,826 parameters, trained in four ways\n\n"
        f"Mean (lowest to highest) over the seeds {', '.join(map(str, arguments.seeds))}; {told}; "
        f"{platform.machine()}, Linux.\nMade by `python benchmarks/accuracy.py`.\n\n"
        f"{table(measured)}\n\n"
        f"*plain*: the Keras example's recipe, {SHORT} epochs. *augmented*: {SHORT} epochs with "
        "augmentation, a one-cycle learning\nrate and less dropout. *settled*: the same for "
        f"{RECIPE.epochs} epochs, with synthetic strokes beside MNIST; then\n"
        f"{RECIPE.last_epochs} epochs with small steps, "
        "and the mean of the weights on the way.\n"
        f"*taught*: the best of these goes on for {RECIPE.taught_epochs} epochs, and learns the "
        f"answers of {RECIPE.teachers} larger networks.\n"
        "[What else was tried](accuracy_trials.md).\n"
    )
    (HERE / "accuracy.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
