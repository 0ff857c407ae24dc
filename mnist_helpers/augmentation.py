"""Many images out of one, and the size of the steps in a training. Taught in lesson 6."""

import cv2
import numpy as np

from mnist_helpers.model import keras

BATCH = 128


class AugmentedBatches(keras.utils.PyDataset):
    """Shuffled batches of images, each image moved a little and differently in every epoch.

    Each epoch shows the first `always` images, and `extra` random ones of the others. Without
    `always` it shows all images. The same seed and epoch give the same batches. So a run that was
    interrupted continues as if nothing had happened.
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        seed: int,
        always: int | None = None,
        extra: int = 0,
        batch: int = BATCH,
    ):
        super().__init__()
        self._images, self._labels, self._seed = images, labels, seed
        self._always = len(images) if always is None else always
        self._extra, self._batch = extra, batch
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        # The epoch is a part of the seed, so an interrupted training goes on with the same order.
        rng = np.random.default_rng([self._seed, epoch])
        others = rng.permutation(np.arange(self._always, len(self._images)))[: self._extra]
        self._order = rng.permutation(np.concatenate([np.arange(self._always), others]))
        self._epoch = epoch

    def __len__(self) -> int:
        return -(-len(self._order) // self._batch)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self._order[index * self._batch : (index + 1) * self._batch]
        rng = np.random.default_rng([self._seed, self._epoch, index])
        return augment(self._images[chosen], rng), self._labels[chosen]


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
