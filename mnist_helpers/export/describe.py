"""A recogniser as plain data that the page can read: its layers, its weights and its doubt.

The page computes in JavaScript. `web/network.js` knows the kinds of layers that are named here.
"""

import base64
import re
import sys
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from mnist_helpers.network import NumpyCnn
from mnist_helpers.recognizer import Recognizer

READ_OUT = "read-out"
_KINDS = (
    "Rescaling, Conv2D, BatchNormalization, Activation, ReLU, LeakyReLU, ELU, Softmax, "
    "MaxPooling2D, AveragePooling2D, GlobalMaxPooling2D, GlobalAveragePooling2D, Flatten, Reshape, "
    "Dense, and layers that act only in training"
)
_ACTIVATIONS = {  # Keras's name, and the page's name with its numbers
    **{name: {"activation": name} for name in ("linear", "relu", "elu", "selu", "tanh")},
    **{name: {"activation": name} for name in ("sigmoid", "softplus", "softmax")},
    "gelu": {"activation": "gelu"},
    "silu": {"activation": "silu"},
    "swish": {"activation": "silu"},
    "relu6": {"activation": "relu", "most": 6},
    "leaky_relu": {"activation": "relu", "slope": 0.2},
}
_IN_TRAINING_ALONE = (
    *("InputLayer", "Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise"),
    *("AlphaDropout", "ActivityRegularization", "RandomRotation", "RandomTranslation"),
    *("RandomZoom", "RandomFlip", "RandomContrast", "RandomBrightness", "RandomShear"),
)


def describe(recognizer: Recognizer, history: Sequence[Sequence[np.ndarray]] | None = None) -> dict:
    """Return a recogniser as data that JSON can hold.

    `history` holds the `get_weights()` of the model before training and after each epoch. The keys
    of the result are:

    * `layers`, in order, each with a `name`, a `type`, its settings and the names of its `weights`;
    * `tensors`, each with its `shape` and its numbers as base64 of little-endian float32;
    * `features`: how many layers come before the one that gives the ten scores;
    * `averaged`: whether the read-out takes means of maps;
    * `calibration`: the temperature, the two thresholds, and the name of the read-out's tensor;
    * `history`: the tensors of each epoch as int8, with a `scale` for each place of the last axis;
    * `about`: the versions of the packages.

    Raises ValueError for a network without layers, for layers that branch, and for a layer that
    the page does not know. The message names the layer.
    """
    layers, tensors = _layers_of(recognizer.network)
    head = max(i for i, layer in enumerate(layers) if layer["type"] in ("dense", "conv2d"))
    calibration, read_out = recognizer.calibration, recognizer.calibration.read_out
    if read_out is not None:
        tensors = {**tensors, READ_OUT: read_out}
    return {
        "layers": layers,
        "tensors": {name: _pack(array) for name, array in tensors.items()},
        "features": head,
        "averaged": read_out is not None and _is_averaged(recognizer, len(read_out) - 1),
        "calibration": {
            "temperature": calibration.temperature,
            "least_confidence": calibration.least_confidence,
            "least_readable": calibration.least_readable,
            "read_out": None if read_out is None else READ_OUT,
        },
        "history": [_pack_epoch(recognizer.network, weights) for weights in history or []],
        "about": {"mnist-helpers": version("mnist-helpers"), "numpy": np.__version__},
    }


def _layers_of(network) -> tuple[list[dict], dict[str, np.ndarray]]:
    model = getattr(network, "model", None)
    if model is not None:
        return _describe_model(model)
    if isinstance(network, NumpyCnn):
        return _describe_cnn(network.weights)
    raise ValueError(
        f"a {type(network).__name__} cannot go into the page: nobody knows what is inside it. "
        "Use a Keras model"
    )


def _describe_cnn(weights: Sequence[np.ndarray]) -> tuple[list[dict], dict[str, np.ndarray]]:
    owners, parts = ("conv2d", "conv2d_1", "dense"), ("kernel", "bias")
    names = [f"{owner}/{part}" for owner in owners for part in parts]
    convolution = {"type": "conv2d", "strides": [1, 1], "padding": "valid", "activation": "relu"}
    pooling = {"type": "max_pooling2d", "pool": [2, 2], "strides": [2, 2], "padding": "valid"}
    layers = [
        {"name": "conv2d", **convolution, "weights": names[:2]},
        {"name": "max_pooling2d", **pooling},
        {"name": "conv2d_1", **convolution, "weights": names[2:4]},
        {"name": "max_pooling2d_1", **pooling},
        {"name": "flatten", "type": "flatten"},
        {"name": "dense", "type": "dense", "activation": "linear", "weights": names[4:]},
        {"name": "softmax", "type": "activation", "activation": "softmax"},
    ]
    return layers, dict(zip(names, weights, strict=True))


def _pack_epoch(network, weights: Sequence[np.ndarray]) -> dict:
    """Pack the tensors of the same layers with the weights of another epoch."""
    if isinstance(network, NumpyCnn):
        tensors = _describe_cnn(NumpyCnn(list(weights)).weights)[1]
    else:
        from mnist_helpers.model import copy_model

        earlier = copy_model(network.model)
        earlier.set_weights(weights)
        tensors = _describe_model(earlier)[1]
    return {name: _pack_small(array) for name, array in tensors.items()}


def _describe_model(model) -> tuple[list[dict], dict[str, np.ndarray]]:
    layers: list[dict] = []
    tensors: dict[str, np.ndarray] = {}
    for layer in _in_a_row(model):
        kind = type(layer).__name__
        if kind in _IN_TRAINING_ALONE:
            continue
        writer = _WRITERS.get(kind)
        written = writer(layer) if writer else None
        if written is None:
            raise ValueError(
                f"the layer {layer.name!r}, a {kind}, cannot go into the page as it is. The page "
                f"knows {_KINDS}. Build the network from these, or export it as ONNX or LiteRT"
            )
        settings, arrays = written
        named = {f"{layer.name}/{part}": array for part, array in arrays.items()}
        described = {"name": layer.name, **settings, **({"weights": [*named]} if named else {})}
        layers += _split_softmax(described)
        tensors |= named
    return layers, tensors


def _split_softmax(layer: dict) -> list[dict]:
    """Make the softmax at the end of a layer a separate step, so that its inputs can be seen."""
    if layer.get("activation") != "softmax" or layer["type"] == "activation":
        return [layer]
    softmax = {"name": "softmax", "type": "activation", "activation": "softmax"}
    return [{**layer, "activation": "linear"}, softmax]


def _in_a_row(model) -> list:
    """Return the layers of a model in a row; a model inside is replaced by its own layers.

    Raises ValueError if the layers branch.
    """
    keras = sys.modules["keras"]
    taken: set[str] = set()
    for layer in model.get_config()["layers"]:
        sources = re.findall(r"'keras_history': \['([^']+)'", repr(layer.get("inbound_nodes", "")))
        if len(sources) > 1 or taken & {*sources}:
            name = layer["config"]["name"]
            raise ValueError(
                f"the layers branch at {name!r}; the page takes only networks whose layers follow "
                "one after the other. Export it as ONNX or LiteRT"
            )
        taken |= {*sources}
    layers = []
    for layer in model.layers:
        layers += _in_a_row(layer) if isinstance(layer, keras.Model) else [layer]
    return layers


def _activation(layer) -> dict | None:
    keras = sys.modules["keras"]
    activation = getattr(layer, "activation", None)
    name = "linear" if activation is None else keras.activations.serialize(activation)
    return _ACTIVATIONS.get(name) if isinstance(name, str) else None


def _with_activation(settings: dict, layer, arrays: dict) -> tuple[dict, dict] | None:
    bend = _activation(layer)
    return None if bend is None else ({**settings, **bend}, arrays)


def _arrays(layer) -> dict[str, np.ndarray]:
    arrays = {"kernel": np.asarray(layer.kernel)}
    return arrays | ({"bias": np.asarray(layer.bias)} if layer.use_bias else {})


def _conv2d(layer):
    if layer.groups != 1 or layer.data_format != "channels_last":
        return None
    settings = {"type": "conv2d", "strides": [*layer.strides], "padding": layer.padding}
    if tuple(layer.dilation_rate) != (1, 1):
        settings["dilation"] = [*layer.dilation_rate]
    return _with_activation(settings, layer, _arrays(layer))


def _dense(layer):
    if len(layer.input.shape) != 2:
        return None
    return _with_activation({"type": "dense"}, layer, _arrays(layer))


def _batch_normalization(layer):
    """Return a factor and a summand for each channel: outside training the layer does only this."""
    if layer.axis not in (-1, len(layer.input.shape) - 1):
        return None
    factor = 1 / np.sqrt(np.asarray(layer.moving_variance) + layer.epsilon)
    factor = factor * np.asarray(layer.gamma) if layer.scale else factor
    summand = -np.asarray(layer.moving_mean) * factor
    summand = summand + np.asarray(layer.beta) if layer.center else summand
    return {"type": "scale"}, {"scale": factor, "offset": summand}


def _rescaling(layer):
    scale, offset = np.atleast_1d(layer.scale), np.atleast_1d(layer.offset)
    return {"type": "scale"}, {"scale": scale.ravel(), "offset": offset.ravel()}


def _pooling(kind: str):
    def write(layer):
        settings = {"pool": [*layer.pool_size], "strides": [*layer.strides]}
        return {"type": kind, **settings, "padding": layer.padding}, {}

    return write


def _of_the_whole(kind: str):
    return lambda layer: None if layer.keepdims else ({"type": kind}, {})


def _re_lu(layer):
    most = {} if layer.max_value is None else {"most": float(layer.max_value)}
    numbers = {"slope": float(layer.negative_slope), "threshold": float(layer.threshold)}
    return {"type": "activation", "activation": "relu", **numbers, **most}, {}


_WRITERS = {
    "Conv2D": _conv2d,
    "Dense": _dense,
    "BatchNormalization": _batch_normalization,
    "Rescaling": _rescaling,
    "MaxPooling2D": _pooling("max_pooling2d"),
    "AveragePooling2D": _pooling("average_pooling2d"),
    "GlobalMaxPooling2D": _of_the_whole("global_max_pooling2d"),
    "GlobalAveragePooling2D": _of_the_whole("global_average_pooling2d"),
    "Flatten": lambda layer: ({"type": "flatten"}, {}),
    "Reshape": lambda layer: ({"type": "reshape", "shape": [*layer.output.shape[1:]]}, {}),
    "Activation": lambda layer: _with_activation({"type": "activation"}, layer, {}),
    "ReLU": _re_lu,
    "LeakyReLU": lambda layer: (
        {"type": "activation", "activation": "relu", "slope": float(layer.negative_slope)},
        {},
    ),
    "ELU": lambda layer: (
        {"type": "activation", "activation": "elu", "alpha": float(layer.alpha)},
        {},
    ),
    "Softmax": lambda layer: ({"type": "activation", "activation": "softmax"}, {}),
}


def _is_averaged(recognizer: Recognizer, width: int) -> bool:
    """Say whether the read-out takes the means of large maps: fewer numbers than the last layer."""
    head = getattr(recognizer.network, "head", None)
    return head is not None and width < np.prod(head.input.shape[1:])


def _pack(array: np.ndarray) -> dict:
    data = np.ascontiguousarray(array, "<f4").tobytes()
    return {"shape": [*array.shape], "data": base64.b64encode(data).decode()}


def _pack_small(array: np.ndarray) -> dict:
    """Pack as int8, with a separate scale for each place of the last axis."""
    largest = np.abs(array).max(axis=tuple(range(array.ndim - 1))) if array.ndim > 1 else None
    scale = np.maximum(np.abs(array) if largest is None else largest, 1e-12) / 127
    small = np.round(array / scale).astype(np.int8)
    data = base64.b64encode(small.tobytes()).decode()
    return {"shape": [*array.shape], "data": data, "scale": [float(f"{x:.5g}") for x in scale]}
