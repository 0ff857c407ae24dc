"""Open the file of a learner's own network, or say in words what it holds instead."""

import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from textwrap import shorten

import h5py

from mnist_helpers.own_network.keras_network import KerasNetwork
from mnist_helpers.own_network.unfold import ClosedModelError, keras

_LARGEST = 2**30  # bytes of an unpacked file: a network for 28 × 28 needs a hundredth
_MOST_TEXT = 10**7  # bytes of the JSON text about the layers: a thousand layers have a tenth
_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"  # what Keras reads of a .keras file
_HDF5, _ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"
_SAVE = 'save it with save_cnn(model, "my_work/my_cnn.keras")'
# What TensorFlow calls functions that Keras has under other names.
_TENSORFLOWS = {
    "softmax_v2": keras.activations.softmax,
    "log_softmax_v2": keras.activations.log_softmax,
    "swish": keras.activations.silu,
}
_FOREIGN = f"which Keras cannot open: {_SAVE} where the model was built"


def open_saved(path: Path) -> keras.Model:
    """Return the model of a file in one of Keras's two formats; the content decides, not the name.

    Raises ValueError for anything else, and for a model that does not take 28 × 28 to ten finite
    numbers. The message goes on after the file's name, and says what to do.
    """
    ending = _find_ending(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"model{ending}"  # the ending tells Keras the format
        shutil.copyfile(path, copy)
        model = _load(copy)
    try:
        KerasNetwork(model)
    except ClosedModelError:
        pass  # a recogniser reads it as a whole, and says so
    except ValueError as error:
        raise ValueError(f"holds a network that cannot be used: {error}") from None
    return model


def _load(copy: Path) -> keras.Model:
    for compiled in (True, False):  # what only training needs may be missing, such as a loss
        try:
            return keras.models.load_model(copy, _TENSORFLOWS, compile=compiled)
        except Exception as error:  # a torn or foreign file fails in many ways
            said = " ".join(str(error).split())
    if unknown := re.findall(r"(?:Could not locate \w+|Unknown \w+:?) '(\w+)'", said):
        name = unknown[-1]
        raise ValueError(
            f"uses {name!r}, which Keras does not know here: define it again, and then: with "
            f"keras.saving.custom_object_scope({{{name!r}: {name}}}): model = load_cnn(path)"
        )
    if "safe_mode=False" in said:
        raise ValueError(
            "has a Lambda layer or the like. It could run any code, so Keras's safe mode refuses "
            "it. If you made the file: model = keras.models.load_model(path, safe_mode=False)"
        )
    if "{'value': ['4w" in said:  # so begins the base64 text of Python code
        raise ValueError("has a lambda in a layer, which Keras cannot load: use a def instead")
    raise ValueError(_damaged(said))


def _find_ending(path: Path) -> str:
    """Return '.keras' or '.h5'; raise ValueError if there is no whole model in the file."""
    if path.is_dir():
        is_saved_model = (path / "saved_model.pb").exists()
        raise ValueError(f"is a {'SavedModel' if is_saved_model else 'folder'}, {_FOREIGN}")
    with path.open("rb") as file:
        start = file.read(8)
    try:
        if start == _HDF5:
            _look_into_hdf5(path)
            return ".h5"
        if start.startswith(_ZIP):
            _look_into_zip(path)
            return ".keras"
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(_damaged(error)) from None
    if start[:1] == b"\x08" and start[2:3] in (b"\x12", b"\x3a"):
        raise ValueError(f"is an ONNX file, {_FOREIGN}")
    if start[4:] == b"TFL3":
        raise ValueError(f"is a LiteRT file, {_FOREIGN}")
    raise ValueError(_damaged("it is in none of Keras's formats"))


def _look_into_hdf5(path: Path) -> None:
    with h5py.File(path) as stored:
        _refuse_packed(stored)
        if "model_config" not in stored.attrs:
            raise ValueError(
                f"holds weights alone: build the model, call model.load_weights(path), and {_SAVE}"
            )


def _look_into_zip(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        sizes = {each.filename: each.file_size for each in archive.infolist()}
        _refuse_large(sum(sizes.values()), _LARGEST)
        _refuse_large(sizes.get(_CONFIG, 0), _MOST_TEXT)
        if _WEIGHTS in sizes:
            with archive.open(_WEIGHTS) as file, h5py.File(file) as stored:
                _refuse_packed(stored)
    if _CONFIG not in sizes:
        is_torch = any(name.endswith("data.pkl") for name in sizes)
        raise ValueError(f"is a {'PyTorch' if is_torch else 'zip'} file, {_FOREIGN}")


def _refuse_packed(stored) -> None:
    """Refuse an HDF5 file whose arrays are too large; it can be packed, whatever it lies in."""
    sizes = []
    stored.visititems(lambda name, each: sizes.append(getattr(each, "nbytes", 0)))
    _refuse_large(sum(sizes), _LARGEST)


def _refuse_large(size: int, most: int) -> None:
    if size > most:
        raise ValueError(f"would have {size:,} bytes unpacked, too many for digits")


def _damaged(reason) -> str:
    return f"is damaged, or not a network ({shorten(str(reason), 60, placeholder=' …')}): {_SAVE}"
