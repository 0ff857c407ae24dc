"""Write the network for another runtime, with the exporters of the libraries. Lesson 8."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from mnist_helpers.assets import load_results
from mnist_helpers.data import load_part
from mnist_helpers.network import NumpyCnn, load_weights
from mnist_helpers.own_network.outputs import KINDS, image_shape
from mnist_helpers.recognizer import Recognizer
from mnist_helpers.system.files import home_path, whole_file, write_whole
from mnist_helpers.system.startup import quiet_startup
from mnist_helpers.system.words import quoted

READER = "digit_reader.json"
_EXAMPLES = 500  # images that show the int8 converter how large the numbers become
# The words of that file that are the same for every network stand under the same name here.
_WORDS = json.loads(Path(__file__).with_name(READER).read_text("utf-8"))


def export_model(source, path: str | Path, int8: bool = False) -> Path:
    """Write a network as a file for another runtime; the end of the name chooses the format.

    `source` is a Keras model or a Recognizer. `.keras` is Keras's own format. `.onnx` and `.tflite`
    are for ONNX and LiteRT runtimes. `.npz` holds the arrays for NumPy. A name without an end
    becomes a folder, TensorFlow's SavedModel. All compute in 32 bits; `int8` makes the weights and
    sums of a `.tflite` file small integers. `digit_reader.json` is written beside the file (see
    `describe_reader`). Returns the path.

    Raises ValueError for another end, a source without layers, or a network that the format's
    runtime cannot read. Raises ImportError, which says what to install, if a format's package is
    missing. Raises OSError if the file cannot be written. After an error an older file is still as
    it was.
    """
    path = home_path(path)
    write = _WRITERS.get(path.suffix)
    if write is None or (int8 and path.suffix != ".tflite"):
        wanted = "'.tflite' for int8" if int8 else ", ".join(f"'{each}'" for each in _WRITERS)
        raise ValueError(f"{path.name!r} ends in {path.suffix!r}; wanted one of {wanted}")
    model, recognizer = _both(source)
    with whole_file(path) as unfinished:
        _write(_write_int8 if int8 else write, model, unfinished)
    lines = (f'"{key}": {json.dumps(value)}' for key, value in describe_reader(recognizer).items())
    write_whole(path.with_name(READER), ("{\n" + ",\n".join(lines) + "\n}\n").encode())
    return path


def describe_reader(recognizer: Recognizer) -> dict:
    """Return what a program must know besides the network, as data that JSON can hold.

    `input`, `output_is` and `output` say what the numbers mean, and what to do with them and the
    `temperature`. `preprocessing` says how to prepare a drawing. `read_out` holds the weights and
    the bias for the numbers before the last layer, or is null. `verdict` says how to use it with
    the thresholds `least_confidence` and `least_readable`. `versions` are those of the packages,
    and `made` is the date. `accuracy` is measured on MNIST's test images. It is null for a network
    that is not the shipped one.
    """
    calibration, weights = recognizer.calibration, recognizer.network.weights
    shipped = load_weights()
    is_shipped = len(weights) == len(shipped) and all(map(np.array_equal, weights, shipped))
    read_out, output_is = calibration.read_out, recognizer.network.output_is
    if read_out is not None:
        rounded = [float(f"{each:.6g}") for each in read_out[:-1]]
        read_out = {"weights": rounded, "bias": float(read_out[-1])}
    shape = getattr(recognizer.network, "input_shape", (28, 28, 1))
    return {
        "input": f"float32 (n, {', '.join(map(str, shape))}): 0 for paper, 1 for the strongest ink",
        "preprocessing": _WORDS["preprocessing"],
        "output_is": output_is,
        "output": f"float32 (n, 10): {_WORDS['outputs'][output_is]} by the temperature; a softmax "
        "follows",
        "temperature": calibration.temperature,
        "read_out": read_out,
        "least_confidence": calibration.least_confidence,
        "least_readable": calibration.least_readable,
        "verdict": _WORDS["verdict"],
        "versions": {name: version(name) for name in ("keras", "numpy", "mnist-helpers")},
        "made": date.today().isoformat(),
        "accuracy": load_results()["test_accuracy"] if is_shipped else None,
    }


def _both(source):
    """Return the Keras model of a source, and a recogniser of it."""
    from mnist_helpers.model import build_cnn, keras
    from mnist_helpers.own_network.unfold import in_float32

    if isinstance(source, keras.Model):
        recognizer = Recognizer.from_model(source)
        if getattr(source, "inputs", None):
            return in_float32(source), recognizer
        source = recognizer  # which unfolds a model of a class of its own
    network = getattr(source, "network", None)
    if isinstance(network, NumpyCnn):
        model = build_cnn()
        model.layers[-1].activation = keras.activations.get(KINDS[network.output_is])
        model.set_weights(network.weights)
        return model, source
    model = getattr(network, "model", None)
    if model is None:
        raise ValueError(
            f"a {type(source).__name__} without a Keras model cannot be exported: nobody knows "
            "what is inside it. Use a Keras model"
        )
    return model, source


@contextmanager
def _quietly() -> Iterator[None]:
    """Hide the messages that the exporters print; errors are still raised."""
    logging.disable(logging.ERROR)
    try:
        with quiet_startup(), redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def _export(model, path: Path, name: str, package: str = "tensorflow") -> None:
    from mnist_helpers.model import keras

    # Layers that augment would do so in an exported model too: this is no training.
    given = model.inputs[0]
    still = keras.Model(given, model(given, training=False))
    still(np.zeros((1, *image_shape(given))))  # ONNX needs one call
    try:
        with _quietly():
            still.export(str(path), format=name, verbose=False)
    except ImportError as error:
        raise ImportError(
            f"{path.name} needs one more package ({error}). Install it with: "
            f"{sys.executable} -m pip install {package}"
        ) from None


def _write(write: Callable, model, path: Path) -> None:
    """Write a file; refuse a network that its runtime cannot read, such as ONNX with `gelu`."""
    from mnist_helpers.export.proof import RUNTIMES

    if path.suffix not in USUAL:
        return write(model, path)
    runtime, (other,) = USUAL[path.suffix], USUAL.keys() - {path.suffix}
    try:
        write(model, path)
        with _quietly(), suppress(ImportError):
            RUNTIMES[runtime](path)(np.zeros((1, 28, 28, 1), np.float32))
    except (ImportError, OSError):
        raise
    except Exception as error:
        said = quoted(str(error), mark="")
        raise ValueError(
            f"{runtime} cannot read this network ({said}): export it as {other!r}"
        ) from None


def _write_int8(model, path: Path) -> None:
    import tensorflow as tf

    images = load_part("train", _EXAMPLES)[0].reshape(-1, *image_shape(model.inputs[0]))
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[np.newaxis]] for image in images)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    with _quietly():
        path.write_bytes(converter.convert())


USUAL = {".onnx": "onnxruntime", ".tflite": "LiteRT"}
"""The runtime that opens a file, by the end of its name; NumPy opens the others."""
_WRITERS = {
    ".keras": lambda model, path: model.save(path),
    ".onnx": partial(_export, name="onnx", package="onnx tf2onnx"),
    ".tflite": partial(_export, name="litert"),
    ".npz": lambda model, path: np.savez(path, **{w.path: w.numpy() for w in model.weights}),
    "": partial(_export, name="tf_saved_model"),
}
