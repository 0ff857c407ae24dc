"""Many images out of one, and the size of the steps in a training. Taught in lesson 6."""

import cv2
import numpy as np

from mnist_helpers.model import keras


def move(
    image: np.ndarray, scale=(1, 1), slant: float = 0, turn: float = 0, shift=(0, 0)
) -> np.ndarray:
    """Stretch an image (28, 28) around its middle, slant it, turn it and shift it, in this order.

    `scale` holds the factors of width and height. `slant` is in pixels to the left for each pixel
    up. `turn` is in degrees, clockwise. `shift` is in pixels, to the right and down.
    Taught in lesson 6.
    """
    # The matrix on the right acts first: stretch, then slant, then turn.
    sine, cosine = np.sin(np.deg2rad(turn)), np.cos(np.deg2rad(turn))
    matrix = [[cosine, -sine], [sine, cosine]] @ np.array([[1, slant], [0, 1]]) @ np.diag(scale)
    # The middle of 28 pixels lies between the pixels 13 and 14, and it has to stay in its place.
    offset = 13.5 + np.array(shift) - matrix @ (13.5, 13.5)
    return cv2.warpAffine(image, np.column_stack([matrix, offset]), (28, 28))


def augment(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move each image a little, as if another person had written it.

    Takes and returns float32 (n, 28, 28, 1) in [0, 1]. Width and height change by up to ±10 %, the
    slant by ±0.15, the turn by ±10°, and the shift by ±1 pixel. Taught in lesson 6.
    """
    # The changes are small, so that the label stays true: half a turn would make a 9 of a 6.
    moved = [
        move(
            image,
            scale=rng.uniform(0.9, 1.1, 2),
            slant=rng.uniform(-0.15, 0.15),
            turn=rng.uniform(-10, 10),
            shift=rng.uniform(-1, 1, 2),
        )
        for image in images
    ]
    return np.reshape(moved, images.shape)


def one_cycle(steps: int, peak: float = 3e-3) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise to the learning rate `peak` in a quarter of the steps, then fall to zero along a cosine.

    After L. N. Smith and N. Topin, 'Super-convergence' (2018). Taught in lesson 6.
    """
    warmup = steps // 4
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=peak / 10,
        decay_steps=steps - warmup,
        warmup_target=peak,
        warmup_steps=warmup,
    )
