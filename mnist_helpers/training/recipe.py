"""The recipe of the shipped weights; results.json records all of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """All numbers that decide how the network is trained, except the seeds.

    First comes one cycle of `epochs` with learning rates up to `peak_rate`. Then come `last_epochs`
    with rates that fall from `last_rate` to the share `last_rate_left` of it, and with a moving
    mean of the weights (`mean_momentum`). Each epoch shows all training images of MNIST, and
    `extra` random ones of the `written` synthetic digits. `batch` is the number of images in a
    batch. `dropout` is smaller than in lesson 4: with augmented images, 0.5 leaves the small
    network too few features to learn with.
    """

    epochs: int = 45
    peak_rate: float = 3e-3
    written: int = 60_000
    extra: int = 10_000
    dropout: float = 0.1
    batch: int = 128
    last_epochs: int = 16
    last_rate: float = 1e-3
    last_rate_left: float = 0.2
    mean_momentum: float = 0.999
