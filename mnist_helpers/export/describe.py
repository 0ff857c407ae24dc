"""A recogniser as plain data that the page can read: its layers, its weights and its doubt.

The page computes in JavaScript. `web/network.js` knows the kinds of layers that are named here.
"""

import base64
import sys
import warnings
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from mnist_helpers.network import NumpyCnn
from mnist_helpers.prediction import SAYINGS
from mnist_helpers.recognizer import Recognizer

READ_OUT = "read-out"
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
    * `output_is`: what the last layer gives: 'probabilities', 'logits' or 'sigmoids';
    * `features`: how many layers come before the numbers that the read-out takes;
    * `averaged`: whether the read-out takes means of maps;
    * `calibration`: temperature, thresholds, and the name of the read-out's tensor;
    * `history`: the tensors of each epoch as int8, with a `scale` for each place of the last axis;
    * `sayings`: the table of signs and words that `Prediction` uses;
    * `about`: the versions of the packages.

    Raises ValueError for layers that the page cannot show, and for a read-out of other features.
    """
    network, calibration = recognizer.network, recognizer.calibration
    described, read_out = _describe_network(network), calibration.read_out
    tensors = described["tensors"]
    if read_out is not None:
        _check_read_out(network, read_out)
        tensors = {**tensors, READ_OUT: read_out}
    return described | {
        "tensors": {name: _pack(array) for name, array in tensors.items()},
        "calibration": {
            "temperature": calibration.temperature,
            "least_confidence": calibration.least_confidence,
            "least_readable": calibration.least_readable,
            "read_out": None if read_out is None else READ_OUT,
        },
        "history": _pack_history(network, history or []),
        "sayings": SAYINGS,
        "about": {"mnist-helpers": version("mnist-helpers"), "numpy": np.__version__},
    }


def _check_read_out(network, read_out: np.ndarray) -> None:
    """Raise ValueError for a read-out of other features than the network's."""
    count = network.run(np.zeros((1, 28, 28)))[0].shape[1]
    if read_out.shape != (count + 1,):
        raise ValueError(
            f"the read-out takes {len(read_out) - 1} numbers, but the last layer of this "
            f"network {count}: it was fitted to another one. Call calibrate() again"
        )


def _describe_network(network) -> dict:
    """Return the first five entries of `describe`; the tensors are still arrays."""
    unfolded = getattr(network, "unfolded", None)
    if unfolded is not None:
        return _describe_model(unfolded, network.output_is)
    if isinstance(network, NumpyCnn):
        return _describe_cnn(network.weights)
    raise ValueError(
        f"a {type(network).__name__} cannot go into the page: nobody knows what is inside it. "
        "Use a Keras model"
    )


def _describe_cnn(weights: Sequence[np.ndarray]) -> dict:
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
    tensors = dict(zip(names, weights, strict=True))
    about = {"output_is": "probabilities", "features": 5, "averaged": False}
    return {"layers": layers, "tensors": tensors, **about}


def _pack_history(network, history: Sequence[Sequence[np.ndarray]]) -> list[dict]:
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
    epochs = []
    for weights in history:
        if isinstance(network, NumpyCnn):
            described = _describe_cnn(NumpyCnn(list(weights)).weights)
        else:
            described = _describe_model(network.unfolded.with_weights(weights), "")
        epochs.append({name: _pack_small(each) for name, each in described["tensors"].items()})
    return epochs


def _describe_model(unfolded, output_is: str) -> dict:
    source, averaged = unfolded.features
    layers, tensors, features = [], {}, 0
    for step in unfolded.in_a_row():
        if step.given[0] is source:
            features = len(layers)
        kind = type(step.layer).__name__
        if kind in _IN_TRAINING_ALONE:
            continue
        writer = _WRITERS.get(kind)
        written = writer(step) if writer else None
        if written is None:
            raise ValueError(
                f"the layer {step.layer.name!r}, a {kind}, cannot go into the page as it is. The "
                f"page knows {', '.join(_WRITERS)}, and layers that act only in training. Build "
                "the network from these, or export it as ONNX or LiteRT"
            )
        settings, arrays = written
        named = {f"{step.layer.name}/{part}": array for part, array in arrays.items()}
        described = {"name": step.layer.name, **settings}
        layers += _split_softmax(described | ({"weights": [*named]} if named else {}))
        tensors |= named
    about = {"output_is": output_is, "features": features, "averaged": averaged}
    return {"layers": layers, "tensors": tensors, **about}


def _split_softmax(layer: dict) -> list[dict]:
    """Make the softmax at the end of a layer a separate step, so that its inputs can be seen."""
    if layer.get("activation") != "softmax" or layer["type"] == "activation":
        return [layer]
    softmax = {"name": "softmax", "type": "activation", "activation": "softmax"}
    return [{**layer, "activation": "linear"}, softmax]


def _with_activation(settings: dict, layer, arrays: dict) -> tuple[dict, dict] | None:
    keras = sys.modules["keras"]
    activation = getattr(layer, "activation", None)
    name = "linear" if activation is None else keras.activations.serialize(activation)
    bend = _ACTIVATIONS.get(name) if isinstance(name, str) else None
    return None if bend is None else ({**settings, **bend}, arrays)


def _arrays(layer) -> dict[str, np.ndarray]:
    arrays = {"kernel": np.asarray(layer.kernel)}
    return arrays | ({"bias": np.asarray(layer.bias)} if layer.use_bias else {})


def _conv2d(step):
    layer = step.layer
    if layer.groups != 1 or layer.data_format != "channels_last":
        return None
    settings = {"type": "conv2d", "strides": [*layer.strides], "padding": layer.padding}
    if tuple(layer.dilation_rate) != (1, 1):
        settings["dilation"] = [*layer.dilation_rate]
    return _with_activation(settings, layer, _arrays(layer))


def _dense(step):
    if len(step.given[0].shape) != 2:
        return None
    return _with_activation({"type": "dense"}, step.layer, _arrays(step.layer))


def _batch_normalization(step):
    """Return a factor and a summand for each channel: outside training the layer does only this."""
    layer = step.layer
    if not _is_last(layer.axis, step):
        return None
    factor = 1 / np.sqrt(np.asarray(layer.moving_variance) + layer.epsilon)
    factor = factor * np.asarray(layer.gamma) if layer.scale else factor
    summand = -np.asarray(layer.moving_mean) * factor
    summand = summand + np.asarray(layer.beta) if layer.center else summand
    return {"type": "scale"}, {"scale": factor, "offset": summand}


def _is_last(axis, step) -> bool:
    return axis in (-1, len(step.given[0].shape) - 1)


def _rescaling(step):
    arrays = {name: np.atleast_1d(getattr(step.layer, name)) for name in ("scale", "offset")}
    by_channel = all(array.ndim == 1 for array in arrays.values())
    return ({"type": "scale"}, arrays) if by_channel else None


def _pooling(kind: str):
    def write(step):
        layer = step.layer
        settings = {"pool": [*layer.pool_size], "strides": [*layer.strides]}
        return _unless_first({"type": kind, **settings, "padding": layer.padding}, layer)

    return write


def _of_the_whole(kind: str):
    return lambda step: None if step.layer.keepdims else _unless_first({"type": kind}, step.layer)


def _unless_first(settings: dict, layer) -> tuple[dict, dict] | None:
    """Refuse a layer that takes the channels as the first axis."""
    return (settings, {}) if layer.data_format == "channels_last" else None


def _bent(activation: str, **numbers: float) -> tuple[dict, dict]:
    return {"type": "activation", "activation": activation, **numbers}, {}


def _re_lu(step):
    layer = step.layer
    most = {} if layer.max_value is None else {"most": float(layer.max_value)}
    numbers = {"slope": float(layer.negative_slope), "threshold": float(layer.threshold)}
    return _bent("relu", **numbers, **most)


_WRITERS = {
    "Rescaling": _rescaling,
    "Conv2D": _conv2d,
    "BatchNormalization": _batch_normalization,
    "Activation": lambda step: _with_activation({"type": "activation"}, step.layer, {}),
    "ReLU": _re_lu,
    "LeakyReLU": lambda step: _bent("relu", slope=float(step.layer.negative_slope)),
    "ELU": lambda step: _bent("elu", alpha=float(step.layer.alpha)),
    "Softmax": lambda step: _bent("softmax") if _is_last(step.layer.axis, step) else None,
    "MaxPooling2D": _pooling("max_pooling2d"),
    "AveragePooling2D": _pooling("average_pooling2d"),
    "GlobalMaxPooling2D": _of_the_whole("global_max_pooling2d"),
    "GlobalAveragePooling2D": _of_the_whole("global_average_pooling2d"),
    "Flatten": lambda step: _unless_first({"type": "flatten"}, step.layer),
    "Reshape": lambda step: ({"type": "reshape", "shape": [*step.made.shape[1:]]}, {}),
    "Dense": _dense,
}


def _pack(array: np.ndarray) -> dict:
    data = np.ascontiguousarray(array, "<f4").tobytes()
    return {"shape": [*array.shape], "data": base64.b64encode(data).decode()}


def _pack_small(array: np.ndarray) -> dict:
    """Pack as int8, with a separate scale for each place of the last axis."""
    largest = np.abs(array).max(axis=tuple(range(array.ndim - 1)))
    scale = np.maximum(largest, 1e-12) / 127
    small = np.round(array / scale).astype(np.int8)
    data = base64.b64encode(small.tobytes()).decode()
    return {"shape": [*array.shape], "data": data, "scale": [float(f"{x:.5g}") for x in scale]}
