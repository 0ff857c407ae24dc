"""The batches that the recipe shows a network: augmented, and the same after an interruption."""

import numpy as np

from mnist_helpers.augmentation import augment
from mnist_helpers.model import keras


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
        batch: int = 128,
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
