"""Prove a file: another program, which cannot import TensorFlow, reads MNIST with it."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_helpers.data import load_part
from mnist_helpers.export.formats import USUAL
from mnist_helpers.network import NumpyCnn, in_chunks, softmax
from mnist_helpers.own_network.outputs import as_logits
from mnist_helpers.recognizer import as_recognizer
from mnist_helpers.system.files import home_path


@dataclass(frozen=True)
class Proof:
    """What another program found in an exported file, on MNIST's 10,000 test images.

    `same` is the share of images with the same digit. `difference` is the largest difference
    between two probabilities. `accuracy` is the share of right answers. `size` is in bytes. `load`
    and `one` are the seconds to open the file and to read one image.
    """

    file: str
    runtime: str
    same: float
    difference: float
    accuracy: float
    size: int
    load: float
    one: float


def prove(path: str | Path, recognizer, runtime: str | None = None) -> Proof:
    """Read MNIST's test images with an exported file elsewhere, and compare the answers.

    `recognizer` is the one that was exported, or the model. Logits and sigmoids become
    probabilities on both sides. `runtime` is 'onnxruntime', 'OpenCV', 'LiteRT' or 'NumPy'; without
    it, the end of the file's name decides. NumPy reads only the course's network.

    Raises FileNotFoundError if there is no such file. Raises ValueError, in words, if it is damaged
    or not of this runtime, or if the runtime is not installed.
    """
    path = home_path(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}: write it with export_model first")
    recognizer = as_recognizer(recognizer)
    runtime = runtime or USUAL.get(path.suffix, "NumPy")
    if runtime == "NumPy" and not isinstance(recognizer.network, NumpyCnn):
        raise ValueError("NumPy reads only the course's network: prove its .onnx or .tflite file")
    images, labels = load_part("test")
    # The features of all images at once would need much memory.
    expected = softmax(in_chunks(recognizer.logits, images))
    found = _read_elsewhere(path, runtime, images)
    given = "probabilities" if runtime == "NumPy" else recognizer.network.output_is
    answers = softmax(as_logits(found["outputs"], given))
    return Proof(
        file=path.name,
        runtime=runtime,
        same=float((answers.argmax(axis=1) == expected.argmax(axis=1)).mean()),
        difference=float(np.abs(answers - expected).max()),
        accuracy=float((answers.argmax(axis=1) == labels).mean()),
        size=path.stat().st_size,
        load=float(found["load"]),
        one=float(found["one"]),
    )


def _read_elsewhere(path: Path, runtime: str, images: np.ndarray) -> dict[str, np.ndarray]:
    with tempfile.TemporaryDirectory() as folder:
        given, answers = Path(folder) / "images.npy", Path(folder) / "answers.npz"
        np.save(given, images)
        command = [sys.executable, "-m", "mnist_helpers.export.elsewhere"]
        command += [str(path), runtime, str(given), str(answers)]
        finished = subprocess.run(command, capture_output=True, encoding="utf-8")
        if finished.returncode:
            broken = f"{path.name} is damaged, or not a file for {runtime}: {runtime} crashed"
            said = finished.stderr.strip() or broken
            raise ValueError(said.splitlines()[-1])
        with np.load(answers, allow_pickle=False) as stored:
            return dict(stored)
