"""The recipe of the shipped weights; results.json records it whole."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """All numbers that decide what is trained, seeds apart.

    First comes one cycle of `epochs` with learning rates up to `peak_rate`; then `last_epochs` with
    rates that fall from `last_rate` to the share `last_rate_left` of it, and a moving mean of the
    weights (`mean_momentum`). Beside all of MNIST's training images each epoch shows `extra` others
    of `written` synthetic digits. `dropout` is less than in lesson 4: with augmented images, 0.5
    leaves the small network too little to learn with.
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
