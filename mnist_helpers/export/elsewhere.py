"""Read images with an exported file in a program without TensorFlow, by the format's runtime.

python -m mnist_helpers.export.elsewhere FILE RUNTIME IMAGES.npy ANSWERS.npz
"""

import argparse
import io
import sys
import timeit
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mnist_helpers.network import NumpyCnn, in_chunks, softmax
from mnist_helpers.system.words import quoted

Reader = Callable[[np.ndarray], np.ndarray]  # (n, 28, 28, 1) to (n, 10)


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("runtime", choices=RUNTIMES)
    parser.add_argument("images", type=Path, help="float32 (n, 28, 28, 1) in [0, 1], as .npy")
    parser.add_argument("answers", type=Path, help="the file for the answers, as .npz")
    arguments = parser.parse_args()
    sys.modules["tensorflow"] = None  # from here on, `import tensorflow` fails
    images = np.load(arguments.images, allow_pickle=False)
    try:
        answers = read_file(arguments.file, arguments.runtime, images)
    except (ValueError, ImportError) as error:
        sys.exit(str(error))
    np.savez(arguments.answers, **answers)


if __name__ == "__main__":
    main()
