"""Make the shipped weights again; finished runs are kept, and unfinished ones continue."""

import argparse
from pathlib import Path

from mnist_helpers.assets import FOLDER
from mnist_helpers.data import load_mnist
from mnist_helpers.training.recipe import Recipe
from mnist_helpers.training.ship import ship
from mnist_helpers.training.train import train_seed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument(
        "--work", type=Path, default=Path("training"), help="folder of all runs, also unfinished"
    )
    arguments = parser.parse_args()
    mnist, recipe = load_mnist(), Recipe()
    finished = {seed: train_seed(mnist, seed, recipe, arguments.work) for seed in arguments.seeds}
    results = ship(mnist, finished, recipe, FOLDER)
    for seed, metrics in results["by_seed"].items():
        print(
            f"seed {seed}: validation {metrics['validation_accuracy']:.2%}, "
            f"test {metrics['test_accuracy']:.2%}"
        )
    print(f"Wrote the weights of seed {results['seed']} into {FOLDER}.")


if __name__ == "__main__":
    main()
