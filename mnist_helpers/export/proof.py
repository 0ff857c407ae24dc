"""Prove a file: another program, which cannot import TensorFlow, reads MNIST with it."""

import io
import subprocess
import sys
import tempfile
import timeit
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_helpers.data import load_part
from mnist_helpers.export.formats import USUAL
from mnist_helpers.network import NumpyCnn, in_chunks, softmax
from mnist_helpers.own_network.outputs import as_logits
from mnist_helpers.recognizer import as_recognizer
from mnist_helpers.system.files import home_path
from mnist_helpers.system.words import quoted

Reader = Callable[[np.ndarray], np.ndarray]  # (n, 28, 28, 1) to (n, 10)
_PROGRAM = f"import sys; from {__name__} import answer; answer(*sys.argv[1:])"


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
    if runtime not in RUNTIMES:
        raise ValueError(f"the runtime is {runtime!r}; wanted one of {', '.join(RUNTIMES)}")
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
        command = [sys.executable, "-c", _PROGRAM, path, runtime, given, answers]
        finished = subprocess.run(command, capture_output=True, encoding="utf-8")
        if finished.returncode:
            broken = f"{path.name} is damaged, or not a file for {runtime}: {runtime} crashed"
            said = finished.stderr.strip() or broken
            raise ValueError(said.splitlines()[-1])
        with np.load(answers, allow_pickle=False) as stored:
            return dict(stored)


def answer(path: str, runtime: str, given: str, answers: str) -> None:
    """Read the images of a `.npy` file without TensorFlow; write what was found as `.npz`."""
    sys.modules["tensorflow"] = None  # from here on, `import tensorflow` fails
    try:
        found = read_file(Path(path), runtime, np.load(given, allow_pickle=False))
    except (ValueError, ImportError) as error:
        sys.exit(str(error))
    np.savez(answers, **found)


def read_file(path: Path, runtime: str, images: np.ndarray) -> dict:
    """Read images with a file; return `outputs`, and seconds to `load` and for `one` image.

    Raises ValueError if the file is damaged or not of this runtime. Raises ImportError if the
    runtime is not installed.
    """
    start = timeit.default_timer()
    try:
        read = RUNTIMES[runtime](path)
        one = read(images[:1])
    except ImportError:
        raise
    except Exception as error:  # a torn or foreign file fails in many ways
        said = quoted(str(error), mark="")
        raise ValueError(f"{path.name} is damaged, or not a file for {runtime}: {said}") from None
    loaded = timeit.default_timer() - start
    if one.shape != (1, 10):
        raise ValueError(f"{path.name} gives {one.shape} for one image; wanted (1, 10)")
    times = timeit.repeat(lambda: read(images[:1]), number=1, repeat=50)
    outputs = in_chunks(read, images)
    return {"outputs": outputs, "load": loaded, "one": float(np.median(times))}


def _shaped(images: np.ndarray, shape) -> np.ndarray:
    """Return images as a file takes them: (n, 28, 28, 1), or (n, 784) …"""
    sides = [side if isinstance(side, int) and side > 0 else 28 for side in shape[1:]]
    return images.reshape(-1, *sides)


def open_with_onnxruntime(path: Path) -> Reader:
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    taken = session.get_inputs()[0]
    return lambda images: session.run(None, {taken.name: _shaped(images, taken.shape)})[0]


def open_with_opencv(path: Path) -> Reader:
    import cv2

    network = cv2.dnn.readNetFromONNX(str(path))

    def read_one(image: np.ndarray) -> np.ndarray:
        network.setInput(image[np.newaxis])
        return network.forward()

    # OpenCV 4 gives wrong shapes for several images at once.
    return lambda images: np.concatenate([read_one(image) for image in images])


def open_with_litert(path: Path) -> Reader:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path))
    details = interpreter.get_input_details()[0]
    taken, shape = details["index"], details["shape"].tolist()
    given = interpreter.get_output_details()[0]["index"]

    def read(images: np.ndarray) -> np.ndarray:
        images = _shaped(images, shape)
        interpreter.resize_tensor_input(taken, images.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(taken, images)
        interpreter.invoke()
        return interpreter.get_tensor(given)

    return read


def open_with_numpy(path: Path) -> Reader:
    """Read the arrays of the course's network; h5py reads those of a `.keras` file."""
    if path.suffix == ".keras":
        import h5py

        layers = ("conv2d", "conv2d_1", "dense")
        with zipfile.ZipFile(path) as archive:
            content = io.BytesIO(archive.read("model.weights.h5"))
        with h5py.File(content) as file:
            weights = [file[f"layers/{name}/vars/{i}"][()] for name in layers for i in (0, 1)]
    else:
        with np.load(path, allow_pickle=False) as stored:
            weights = [*stored.values()]
    network = NumpyCnn(weights)
    return lambda images: softmax(network.run(images)[1])


RUNTIMES = {
    "onnxruntime": open_with_onnxruntime,
    "OpenCV": open_with_opencv,
    "LiteRT": open_with_litert,
    "NumPy": open_with_numpy,
}
