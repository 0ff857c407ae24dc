"""Make the shipped weights again; finished runs are kept, and unfinished ones continue.

    python benchmarks/make_weights.py [--work FOLDER]

takes some hours on two cores. The recipe stands in `recipe/train.py`.
"""

import argparse
from pathlib import Path

from recipe.ship import best_of, measure, recalibrate, ship, ship_mnist_only
from recipe.taught import teach
from recipe.train import Recipe, train_seed

from mnist_helpers.assets import FOLDER
from mnist_helpers.data import load_mnist


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument(
        "--work", type=Path, default=Path("training"), help="folder of all runs, also unfinished"
    )
    parser.add_argument(
        "--doubt-only", action="store_true", help="keep the shipped weights, fit their doubt again"
    )
    parser.add_argument(
        "--mnist-only", action="store_true", help="make the network of MNIST alone, as in lesson 4"
    )
    arguments = parser.parse_args()
    if arguments.mnist_only:
        ship_mnist_only(load_mnist(), FOLDER)
        return
    if arguments.doubt_only:
        print(f"Wrote into {FOLDER}: {recalibrate(FOLDER)}")
        return
    mnist, recipe, work = load_mnist(), Recipe(), arguments.work
    settled = {seed: train_seed(mnist, seed, recipe, work) for seed in arguments.seeds}
    before = measure(mnist, settled)
    taught = teach(mnist, settled[best_of(before)], settled, recipe, work)
    results = ship(mnist, before, taught, recipe, FOLDER)
    for seed, metrics in results["by_seed"].items():
        print(
            f"seed {seed}: validation {metrics['validation_accuracy']:.2%}, "
            f"test {metrics['test_accuracy']:.2%}"
        )
    print(f"Wrote the weights of seed {results['seed']} into {FOLDER}.")


if __name__ == "__main__":
    main()
