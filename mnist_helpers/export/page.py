"""The take-home page: one HTML file with a network in it; it reads digits and shows how.

The page computes in JavaScript. So `describe` gives it the recogniser as plain data: its layers,
its weights and its doubt. `web/network.js` knows the kinds of layers that `layers.json` has.
"""

import base64
import html
import json
import re
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from mnist_helpers.drawing import PEN
from mnist_helpers.handwriting import pace, write_digit
from mnist_helpers.network import NumpyCnn
from mnist_helpers.prediction import SAYINGS
from mnist_helpers.recognizer import Recognizer, as_recognizer
from mnist_helpers.system.files import write_whole
from mnist_helpers.web import PAD_SCRIPTS, read_pad, read_web

History = Sequence[Sequence[np.ndarray]]
_READ_OUT = "read-out"
_KNOWN = json.loads(Path(__file__).with_name("layers.json").read_text("utf-8"))
"""Keras's names of kinds, settings and activations, as the page says them, and the course's CNN."""
SCRIPTS = (
    *("preprocessing.js", "network.js", "reader.js"),
    *PAD_SCRIPTS,
    *("names.js", "maps.js", "layers.js", "closer.js", "inside.js"),
    *("damage.js", "game.js", "player.js", "page.js"),
)
_TYPES = re.compile(r"^ */\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)  # for editors
_SEED = 4  # of the digits that the page writes
_MARGIN = 40  # pixels below the page in a notebook


def export_html(recognizer, path: str | Path, history: History | None = None) -> Path:
    """Write one HTML page with the recogniser's network inside; open it from disk, or send it.

    It loads nothing and needs no server: pad, preprocessing, network and doubt are in the file.
    `recognizer` is a Recognizer or a Keras model. `history` holds the `get_weights()` of the model
    before training and after each epoch, and adds a slider over the training. Returns the path.

    Raises ValueError for a layer that the page does not know, and names it. Raises OSError if the
    file cannot be written; then an older file is still as it was.
    """
    return write_whole(path, make_page(recognizer, history).encode("utf-8"))


def show_page(recognizer, history: History | None = None, height: int = 900) -> "object":
    """Show the page of `export_html` in a notebook's output, in a frame `height` pixels high.

    It needs no widgets and no kernel, so it also works in a saved notebook. Returns an HTML object
    of IPython. Raises ValueError as `export_html` does.
    """
    from IPython.display import HTML

    page = html.escape(make_page(recognizer, history), quote=True)
    style = f"width:100%;height:{height}px;border:0;margin-bottom:{_MARGIN}px"
    return HTML(
        f'<div><iframe title="A network that reads digits" sandbox="allow-scripts" style="{style}" '
        f'srcdoc="{page}"></iframe></div>'
    )


def make_page(recognizer, history: History | None = None) -> str:
    """Return the page as text; the arguments and the ValueError are those of `export_html`."""
    parts = {
        "{{pen}}": str(PEN),
        "/* styles */": read_web("pad.css") + read_web("page.css"),
        "/* network */": _as_json(describe(as_recognizer(recognizer), history)),
        "/* samples */": _as_json(_samples()),
        "/* scripts */": _TYPES.sub("", "\n".join(map(read_web, SCRIPTS))),
    }
    page = read_pad("page")
    for place, text in parts.items():
        page = page.replace(place, text)
    return page


def _as_json(data) -> str:
    return json.dumps(data, separators=(",", ":")).replace("</", "<\\/")


def _samples() -> list[dict]:
    """Write each digit once: the page shows them, and measures with them how bright a layer is."""
    rng = np.random.default_rng(_SEED)
    samples = []
    for digit in range(10):
        strokes = write_digit(digit, rng)
        points = [stroke.round().astype(int).tolist() for stroke in strokes]
        samples.append({"strokes": points, "times": pace(strokes)})
    return samples


def describe(recognizer: Recognizer, history: History | None = None) -> dict:
    """Return a recogniser as data that JSON can hold: the `Description` of `web/reader.js`.

    `history` holds the `get_weights()` of the model before training and after each epoch. In the
    result, numbers are base64 of little-endian float32. Those of the history are int8, with a
    `scale` for each place of the last axis.

    Raises ValueError for layers that the page cannot show, and for a read-out of other features.
    """
    network, calibration = recognizer.network, recognizer.calibration
    described, read_out = _describe_network(network), calibration.read_out
    if read_out is not None:
        count = network.run(np.zeros((1, 28, 28)))[0].shape[1]
        if read_out.shape != (count + 1,):
            raise ValueError(
                f"the read-out takes {len(read_out) - 1} numbers, but the last layer of this "
                f"network {count}: it was fitted to another one. Call calibrate() again"
            )
        described["tensors"][_READ_OUT] = read_out
    return described | {
        "tensors": {name: _pack(array) for name, array in described["tensors"].items()},
        "calibration": vars(calibration) | {"read_out": None if read_out is None else _READ_OUT},
        "history": _pack_history(network, history or []),
        "sayings": SAYINGS,
        "about": _versions(),
    }


def _versions() -> dict[str, str]:
    versions = {"numpy": np.__version__}
    with suppress(PackageNotFoundError):  # pip did not install the package, as in a Space
        versions = {"mnist-helpers": version("mnist-helpers")} | versions
    return versions


def _describe_network(network, weights: Sequence[np.ndarray] | None = None) -> dict:
    """Describe the layers of a network with its weights or others; the tensors are still arrays."""
    unfolded = getattr(network, "unfolded", None)
    if unfolded is not None:
        other = unfolded if weights is None else unfolded.with_weights(weights)
        return _describe_model(other, network.output_is)
    if not isinstance(network, NumpyCnn):
        raise ValueError(
            f"a {type(network).__name__} cannot go into the page: nobody knows what is inside it. "
            "Use a Keras model"
        )
    names = [name for layer in _KNOWN["cnn"]["layers"] for name in layer.get("weights", ())]
    arrays = network.weights if weights is None else NumpyCnn([*weights]).weights
    return {**_KNOWN["cnn"], "tensors": dict(zip(names, arrays, strict=True))}


def _pack_history(network, history: History) -> list[dict]:
    """Pack the tensors of the same layers with the weights of each epoch."""
    shapes = [np.shape(array) for array in network.weights]
    if any([np.shape(array) for array in weights] != shapes for weights in history):
        warnings.warn(
            "the kept weights are those of another network, so the page has no slider over the "
            "training. Train this one with KeepWeights",
            stacklevel=4,
        )
        return []
    if history and not all(map(np.array_equal, history[-1], network.weights)):
        warnings.warn(
            "the last of the kept weights are not those that the network has now: it was trained "
            "otherwise, or an earlier epoch was restored. So the slider's last place shows other "
            "weights than the page reads with",
            stacklevel=4,
        )
    epochs = [_describe_network(network, weights)["tensors"] for weights in history]
    return [{name: _pack_small(array) for name, array in epoch.items()} for epoch in epochs]


def _describe_model(unfolded, output_is: str) -> dict:
    from mnist_helpers.own_network.unfold import bend_of

    source, averaged = unfolded.features
    taken = unfolded.model.input_shape[1:]
    if len(taken) == 3 and taken != (28, 28, 1):
        raise ValueError(
            f"the page gives a network images (28, 28, 1), and this one takes {taken}. Export it "
            "as ONNX or LiteRT"
        )
    layers, tensors, features = [], {}, 0
    for step in unfolded.in_a_row():
        if step.given[0] is source:
            features = len(layers)
        name, kind = step.layer.name, type(step.layer).__name__
        if kind in _KNOWN["in training alone"] and _is_of_keras(step.layer):
            continue
        settings = _settings(step)
        if settings is None:
            whose = f"the activation {bend_of(step.layer)!r} of " if _bend(step) is None else ""
            raise ValueError(
                f"{whose}the layer {name!r}, a {kind}, cannot go into the page as it is. The page "
                f"knows Keras's own {', '.join(_KNOWN['kinds'])}, with the activations "
                f"{', '.join(_KNOWN['activations'])}, and layers that act only in training. Build "
                "the network from these, or export it as ONNX or LiteRT"
            )
        named = {f"{name}/{part}": array for part, array in _arrays(step.layer).items()}
        tensors |= named
        layers.append({"name": name, **settings} | ({"weights": [*named]} if named else {}))
        if settings["type"] != "activation" and settings.get("activation") == "softmax":
            layers[-1]["activation"] = "linear"  # a separate step, so that its inputs can be seen
            layers.append({"name": "softmax", "type": "activation", "activation": "softmax"})
    about = {"output_is": output_is, "features": features, "averaged": averaged}
    return {"layers": layers, "tensors": tensors, **about}


def _is_of_keras(layer) -> bool:
    """Say whether a layer is Keras's own, and no class of the same name that computes otherwise."""
    return type(layer) is getattr(sys.modules["keras"].layers, type(layer).__name__, None)


def _settings(step) -> dict | None:
    """Return a layer's type and settings as the page says them; None if the page cannot do them."""
    layer, last_axis = step.layer, len(step.given[0].shape) - 1
    kind, bend = type(layer).__name__, _bend(step)
    settings = _KNOWN["kinds"].get(kind)
    if (
        settings is None
        or not _is_of_keras(layer)
        or bend is None
        or getattr(layer, "quantization_mode", None)  # whole numbers with a scale
        or getattr(layer, "data_format", "channels_last") != "channels_last"
        or getattr(layer, "axis", -1) not in (-1, last_axis)
        or getattr(layer, "groups", 1) != 1
        or getattr(layer, "keepdims", False)
        or (kind == "Dense" and last_axis != 1)  # one for each place of a map
        or any(np.ndim(getattr(layer, each, 0)) > 1 for each in ("scale", "offset"))
    ):
        return None
    found = {said: getattr(layer, each, None) for each, said in _KNOWN["settings"].items()}
    if kind == "Reshape":
        found["shape"] = step.made.shape[1:]
    found = {said: np.asarray(x).tolist() for said, x in found.items() if x is not None}
    return bend | settings | found


def _bend(step) -> dict | None:
    """Return the settings of a layer's activation; None if the page cannot do it."""
    from mnist_helpers.own_network.unfold import bend_of, keras

    activation = getattr(step.layer, "activation", None)
    if isinstance(activation, keras.Layer):  # such as activation=LeakyReLU(0.1)
        settings = _settings(replace(step, layer=activation))
        return settings if settings and settings["type"] == "activation" else None
    return _KNOWN["activations"].get(bend_of(step.layer)) if activation else {}


def _arrays(layer) -> dict[str, np.ndarray]:
    kind = type(layer).__name__
    if kind == "Rescaling":
        return {name: np.atleast_1d(getattr(layer, name)) for name in ("scale", "offset")}
    if kind != "BatchNormalization":
        arrays = {part: getattr(layer, part, None) for part in ("kernel", "bias")}
        return {part: np.asarray(array) for part, array in arrays.items() if array is not None}
    # Outside training, it only multiplies each channel by a factor and adds a summand.
    factor = 1 / np.sqrt(np.asarray(layer.moving_variance) + layer.epsilon)
    factor = factor * np.asarray(layer.gamma) if layer.scale else factor
    summand = -np.asarray(layer.moving_mean) * factor
    summand = summand + np.asarray(layer.beta) if layer.center else summand
    return {"scale": factor, "offset": summand}


def _pack(array: np.ndarray, kind: str = "<f4") -> dict:
    data = np.ascontiguousarray(array, kind).tobytes()
    return {"shape": [*array.shape], "data": base64.b64encode(data).decode()}


def _pack_small(array: np.ndarray) -> dict:
    """Pack as int8, with a separate scale for each place of the last axis."""
    largest = np.abs(array).max(axis=tuple(range(array.ndim - 1)))
    scale = np.maximum(largest, 1e-12) / 127
    return _pack(np.round(array / scale), "i1") | {"scale": [float(f"{x:.5g}") for x in scale]}
