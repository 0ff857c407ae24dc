"""A Keras model as a copy whose layers are known one by one, whatever it is built of.

All that must know what a model's layers are, or which one is the last, asks here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from textwrap import shorten
from types import FunctionType

import numpy as np

from mnist_helpers.own_network.outputs import image_shape
from mnist_helpers.system.startup import quiet_startup

with quiet_startup():
    import keras

_MOST_FEATURES = 4096  # with more, each map becomes its mean
_FLATTENERS = (keras.layers.Flatten, keras.layers.Reshape, keras.layers.Dropout)
_FUNCTIONS = "activation", "function"  # so the names of such settings end
_SUMS = np.linspace(-3, 3, 60, dtype=np.float32).reshape(2, 3, 10) ** 5  # to try activations with
# Outside training, these change no number.
STILL = {"linear", "dropout", "flatten", "reshape", "identity", "cast", "activityregularization"}
_OTHER_FLOATS = {"float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"}


class ClosedModelError(ValueError):
    """The model answers, but its layers cannot be found."""


@dataclass(frozen=True)
class Step:
    """One layer at work, with the symbolic tensors that it is given and that it makes."""

    layer: keras.Operation
    given: list[keras.KerasTensor]
    made: keras.KerasTensor


class Unfolded:
    """A copy of a model without models inside, in float32; it shares no weights with the model.

    `model` is the copy, and `steps` are its layers at work, in order. `shared` names the layers
    that cannot be copied, because their class lacks `get_config`: these are the model's own.
    """

    def __init__(self, model: keras.Model, shape: tuple[int, ...]):
        """Take a model and the shape of one image.

        Raises ClosedModelError if the model computes with more than layers.
        """
        self.steps: list[Step] = []
        self.shared: list[str] = []
        self.was_float32 = True
        self._copies: dict[int, tuple[keras.Operation, keras.Operation]] = {}
        images = keras.Input(shape, dtype="float32")
        try:
            self.model = keras.Model(images, self._call(model, images))
            copied = {}
            for layer, copy in self._copies.values():
                if not isinstance(layer, keras.Layer):
                    continue  # an operation without weights, such as x * 2
                if copy is not layer:
                    copy.set_weights(layer.get_weights())
                    getattr(copy, "finalize_state", lambda: None)()  # of a Normalization
                copied |= {id(v): c for v, c in zip(layer.weights, copy.weights, strict=True)}
        except Exception as error:  # a class of the learner's own can raise anything
            reason = shorten(str(error), 60, placeholder=" …")
            raise ClosedModelError(
                f"the layers of this {type(model).__name__} cannot be found ({reason}). Build it "
                "as a keras.Sequential or as keras.Model(inputs, outputs)"
            ) from None
        self._copied = [copied.get(id(variable)) for variable in model.weights]

    def with_weights(self, weights: Sequence[np.ndarray]) -> "Unfolded":
        """Return another copy with these weights, in the order of the model that came in.

        Raises ValueError for weights of other shapes.
        """
        other = Unfolded(self.model, self.model.inputs[0].shape[1:])
        twins = {id(v): twin for v, twin in zip(self.model.weights, other._copied, strict=True)}
        for variable, array in zip(self._copied, weights, strict=True):
            if id(variable) in twins:
                twins[id(variable)].assign(array)
        return other

    @property
    def head(self) -> Step:
        """The layer that sums up the features: the last with a kernel, a weight of two axes.

        Behind it there can be a normalization, whose weights have one axis, or a softmax. Raises
        ValueError for a model without weights.
        """
        weighted = [step for step in self.steps if getattr(step.layer, "weights", None)]
        kernels = [s for s in weighted if any(len(w.shape) > 1 for w in s.layer.weights)]
        if not weighted:
            raise ValueError(
                "this model has no weights, so there is nothing that it could have learnt"
            )
        return (kernels or weighted)[-1]

    @property
    def end(self) -> str:
        """What the last layer that changes numbers does to them, as `bend_of` names it."""
        bends = [bend_of(step.layer) for step in self.steps[self.steps.index(self.head) :]]
        return next((bend for bend in reversed(bends) if bend not in STILL), "linear")

    @property
    def features(self) -> tuple[keras.KerasTensor, bool]:
        """What the head is given, and whether each map of it becomes its mean.

        That happens if there are more than 4,096 numbers. If the maps have been flattened before,
        the features are the maps.
        """
        tensor = self.head.given[0]
        if np.prod(tensor.shape[1:]) <= _MOST_FEATURES:
            return tensor, False
        makers = {id(step.made): step for step in self.steps}
        maps = tensor
        while len(maps.shape) != 4:
            step = makers.get(id(maps))
            if step is None or not isinstance(step.layer, _FLATTENERS):
                return tensor, False
            maps = step.given[0]
        return maps, True

    def in_a_row(self) -> list[Step]:
        """Return the steps, each one taking what the last has made; ValueError if they branch."""
        made = self.model.inputs[0]
        for step in self.steps:
            if len(step.given) != 1 or step.given[0] is not made:
                raise ValueError(
                    f"the layers branch at {step.layer.name!r}; the page takes only networks whose "
                    "layers follow one after the other. Export it as ONNX or LiteRT"
                )
            made = step.made
        return self.steps

    def _call(self, operation: keras.Operation, /, *given, **options):
        """Call a layer's copy, or the layers of a model inside one by one."""
        if isinstance(operation, keras.Model):
            try:  # as a functional model of what a model of any class calls
                blanks = [keras.Input(batch_shape=each.shape, dtype=each.dtype) for each in given]
                level = keras.Model(blanks, operation.call(*blanks, **options))
            except Exception:
                if not self._copies:  # nothing of the whole model is known
                    raise
            else:
                return level._run_through_graph([*given], lambda layer: partial(self._call, layer))
        copy = self._copy(operation)
        made = copy(*given, **options)
        if type(copy).__name__ == "ConvertToTensor" and made.dtype == given[0].dtype:
            return given[0]  # a functional model does so with its input, and it changes nothing
        tensors = keras.tree.flatten((given, options))
        tensors = [each for each in tensors if isinstance(each, keras.KerasTensor)]
        self.steps.append(Step(copy, tensors, made))
        return made

    def _copy(self, layer: keras.Operation) -> keras.Operation:
        if id(layer) not in self._copies:
            functions = {
                part: each
                for part, each in vars(layer).items()
                if part.endswith(_FUNCTIONS) and isinstance(each, FunctionType | partial)
            }
            # A function's name could stand for another one, and not every function has one.
            plain = object.__new__(type(layer))
            vars(plain).update(vars(layer), **dict.fromkeys(functions, keras.activations.linear))
            try:
                copy = type(layer).from_config(self._change(plain.get_config()))
                for part, function in functions.items():
                    setattr(copy, part, function)
            except Exception:  # such as a class without `get_config`
                copy = layer
                self.shared += [layer.name] if getattr(layer, "weights", None) else []
            self._copies[id(layer)] = layer, copy
        return self._copies[id(layer)][1]

    def _change(self, config: dict) -> dict:
        """Return a layer's settings with a name that is not taken yet, and in float32."""
        name = config.get("name", "")
        numbered = (f"{name}_{number}" for number in count(1))
        taken = {copy.name for _, copy in self._copies.values()}
        while config.get("name") in taken:
            config["name"] = next(numbered)
        return self._in_float32(config)

    def _in_float32(self, config):
        if isinstance(config, list):
            return [self._in_float32(each) for each in config]
        if not isinstance(config, dict):
            return config
        policy = config.get("dtype")
        name = policy if isinstance(policy, str) else (policy or {}).get("config", {}).get("name")
        if name in _OTHER_FLOATS:
            self.was_float32 = False
            config = {**config, "dtype": "float32"}
        return {key: self._in_float32(value) for key, value in config.items()}


def bend_of(layer: keras.Operation) -> str:
    """Name what a layer does to its sums: its activation, or itself, in small letters.

    Keras's names stand for what answers as Keras does, such as 'softmax' for `tf.nn.softmax`. The
    name of another function follows the word 'own'.
    """
    activation = getattr(layer, "activation", None) or layer
    if isinstance(activation, keras.Operation):
        return type(activation).__name__.lower()
    name = getattr(activation, "__name__", type(activation).__name__).removesuffix("_v2")
    kerass = getattr(keras.activations, name, None)
    return name if kerass and _is_alike(activation, kerass) else f"own {name}"


def _is_alike(activation, kerass) -> bool:
    try:
        return activation is kerass or np.allclose(activation(_SUMS), kerass(_SUMS), atol=1e-5)
    except Exception:  # a function of the learner's own can raise anything
        return False


def in_float32(model: keras.Model) -> keras.Model:
    """Return the model, or its unfolded copy if it computes with other numbers than float32."""
    try:
        unfolded = Unfolded(model, image_shape(model.inputs[0]))
    except (ClosedModelError, AttributeError):  # a class of its own has no `inputs`
        return model
    return model if unfolded.was_float32 else unfolded.model
