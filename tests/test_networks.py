"""Any network that a learner builds: read as Keras reads it, or refused in words."""

import asyncio
import re
import sys
import warnings
from contextlib import contextmanager
from functools import partial
from types import ModuleType

import numpy as np
import pytest
from helpers import families
from helpers.families import sequential
from helpers.readers import NearestMean
from helpers.strokes import SEVEN

from mnist_helpers import (
    DrawingPad,
    Recognizer,
    build_cnn,
    calibration,
    export_model,
    fine_tune,
    load_cnn,
    load_mnist,
)
from mnist_helpers.app.answers import Answers
from mnist_helpers.explain import find_reasons
from mnist_helpers.model import keras
from mnist_helpers.network import NumpyCnn, load_weights, softmax
from mnist_helpers.own_network.any_model import as_network, find_faults
from mnist_helpers.own_network.keras_network import KerasNetwork
from mnist_helpers.own_network.outputs import as_logits, judge
from mnist_helpers.own_network.predictor import Predictor
from mnist_helpers.own_network.unfold import Unfolded
from mnist_helpers.pad.inside import look_inside
from mnist_helpers.recognizer import as_recognizer

layers = keras.layers


def mlp(shape, *front, units=10):
    body = layers.Flatten(), layers.Dense(32, activation="relu"), layers.Dense(units, "softmax")
    return sequential(*front, *body, shape=shape)


def fully_convolutional():
    body = [layers.Conv2D(8, 5, strides=3, activation="relu"), layers.Conv2D(10, 1)]
    body += [layers.GlobalAveragePooling2D(), layers.Activation("softmax")]
    return sequential(*body, shape=(None, None, 1))


BUILDERS = {
    **{name: partial(families.stack, name) for name in families.LAYERS},
    "log-softmax at the end": lambda: families.ends_with(layers.Dense(10, "log_softmax")),
    "dense, no channel": lambda: mlp((28, 28)),
    "dense, a row": lambda: mlp((784,)),
    "residual": families.residual,
    "fully convolutional": fully_convolutional,
    "layers used again": lambda: sequential(*build_cnn().layers[:-2], build_cnn().layers[-1]),
    "a dense network with a partial": lambda: mlp(
        (784,), layers.Dense(8, partial(keras.activations.leaky_relu, negative_slope=0.1))
    ),
    "lambda in front": lambda: mlp((28, 28, 1), layers.Lambda(lambda x: 1 - x)),
}
QUICK = {"log-softmax at the end", "layers used again"}


@pytest.mark.parametrize("name", families.COMMON | families.RARER)
def test_a_network_of_any_family_is_read_as_it_reads_itself(name, mnist):
    images = mnist.x_test[:200]
    model, recognizer = families.build(name), families.recognizer(name)
    answers = np.float32(model(images, training=False))
    probabilities = recognizer.probabilities(images)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), answers.argmax(axis=1))
    alone = [recognizer.recognize_image(image).probabilities for image in images[:20]]
    np.testing.assert_allclose(alone, probabilities[:20], atol=1e-5)
    if name not in ("dense", "mean squared error", "shipped"):
        flat = families.recognizer("other weights").network.run(images[:50])
        features, logits = recognizer.network.run(images[:50])
        np.testing.assert_allclose(features, flat[0], atol=1e-4)
        np.testing.assert_allclose(softmax(logits), softmax(flat[1]), atol=1e-4)
        names = [*recognizer.network.maps(images[0])]
        assert names[:2] == ["First convolution", "Second convolution"]


@pytest.mark.parametrize("is_calibrated", [False, True])
@pytest.mark.parametrize("name", families.COMMON)
def test_pad_and_app_say_what_the_network_says(name, is_calibrated):
    recognizer = families.recognizer(name, is_calibrated)
    prediction = recognizer.recognize_strokes(SEVEN)
    pad = DrawingPad(recognizer)
    pad.strokes = SEVEN
    assert pad.prediction.verdict == prediction.verdict
    answer = asyncio.run(Answers(recognizer).recognize_strokes([[[*xy] for xy in SEVEN[0]]]))
    assert (answer["digit"], answer["verdict"]) == (7, prediction.verdict)
    assert answer["confidence"] == pytest.approx(prediction.confidence, abs=1e-4)
    inside = "".join(look_inside({"": recognizer}, {"": prediction}))
    assert ("First convolution" in inside) == (name != "dense")


def test_what_16_bits_and_rounding_do_to_probabilities_is_undone(mnist):
    exact = families.recognizer("shipped").probabilities(mnist.x_test[:300])
    for outputs, error in ((exact.astype(np.float16), 1e-3), (exact.round(2), 0.02)):
        assert judge(outputs) == "probabilities"
        shares = np.exp(as_logits(outputs, judge(outputs)))
        np.testing.assert_allclose(shares, exact, atol=error)
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    assert judge(exact * 1.001 - 0.001) == "logits"


@pytest.mark.filterwarnings("ignore:this network reads")
@pytest.mark.parametrize("name", BUILDERS)
def test_any_layers_are_read_as_keras_reads_them_and_answer_all_that_a_pad_asks(name, mnist):
    keras.utils.set_random_seed(0)
    model, images = BUILDERS[name](), mnist.x_test[:100]
    recognizer = Recognizer.from_model(model)
    shape = [28 if side is None else side for side in model.input_shape[1:]]
    answers = np.asarray(model(images.reshape(100, *shape), training=False))
    shares = softmax(as_logits(answers, judge(answers)))
    model.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    # What the model learns later does not change the answers.
    np.testing.assert_allclose(recognizer.probabilities(images), shares, atol=1e-4)
    assert isinstance(recognizer.network, NumpyCnn) == (name in QUICK)  # where NumPy agrees
    prediction = recognizer.recognize_strokes(SEVEN)
    assert prediction.verdict in ("digit", "unsure")
    assert find_reasons(recognizer, prediction).support.shape == (28, 28)
    maps = recognizer.network.maps(prediction.image)
    assert bool(maps) != name.startswith(("a dense", "dense", "lambda"))
    assert all(each.ndim == 3 for each in maps.values())


def test_doubt_can_be_fitted_to_another_network(mnist, monkeypatch):
    part = mnist.x_val[::10], mnist.y_val[::10]
    monkeypatch.setattr(calibration, "load_part", lambda name: part)  # few are quicker to fit
    monkeypatch.setattr(calibration.calibrate, "__defaults__", (500,))
    recognizer = families.recognizer("dense").calibrate()
    assert recognizer.is_calibrated
    assert recognizer.recognize_strokes(SEVEN).digit == 7
    scribbles = np.random.default_rng(0).uniform(40, 240, (40, 1, 14, 2))
    verdicts = [recognizer.recognize_strokes(each).verdict for each in scribbles]
    assert verdicts.count("no digit") >= 10  # 64 features tell little, and without them none is


def test_a_model_that_only_fit_has_built_is_read(mnist):
    model = keras.Sequential([layers.Flatten(), layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(mnist.x_val[:50], mnist.y_val[:50], verbose=0)
    assert isinstance(as_network(model), KerasNetwork)


@pytest.mark.parametrize(
    ("undo", "said"),
    [
        (layers.Rescaling(-1, offset=1), "inverted"),
        (layers.Rescaling(1 / 255), "come with pixels from 0 to 255"),
        (layers.Rescaling(-1 / 255, offset=1), "come inverted, with pixels from 0 to 255"),
        (layers.Rescaling(0.5, offset=0.5), "−1 to 1"),
        (layers.Rescaling(0.3081, offset=0.1307), "standardised"),
        (layers.Permute((2, 1, 3)), "rows and columns swapped"),
    ],
)
def test_a_network_that_was_trained_on_something_else_is_warned_of(undo, said):
    """In place of training, its first layer undoes what was done to the images."""
    unsure = [layers.Rescaling(0.7, offset=0.03)]  # which one form is enough for
    for end in ([], unsure) if said == "inverted" else ([],):
        model = sequential(undo, families.build("dense"), *end)
        with pytest.warns(UserWarning, match=f"{said}.*: put keras.layers"):
            Recognizer.from_model(model)
        with pytest.warns(UserWarning, match=said) as told:
            Recognizer.from_model(lambda images, model=model: model(images))
        (advice,) = re.findall(r"use (Recognizer\.from_model.*)", str(told[0].message))
        followed = eval(advice, {"Recognizer": Recognizer, "model": model})
        assert not [each for each in find_faults(followed.network) if "come" in each]


@pytest.mark.parametrize("share", [0.1, 0.2, 0.4])
def test_a_network_that_is_not_sure_enough_is_not_told_to_change_its_images(share):
    with warnings.catch_warnings(record=True) as caught:
        Recognizer.from_model(
            sequential(families.build("logits"), layers.Rescaling(share), layers.Softmax())
        )
    assert not [each for each in caught if "if the images come" in str(each.message)]


def test_a_trained_network_has_no_faults_and_an_untrained_one_is_asked_about():
    for trained in (NumpyCnn(load_weights()), as_network(families.build("dense"))):
        assert find_faults(trained) == []
    keras.utils.set_random_seed(0)
    (complaint,) = find_faults(as_network(build_cnn()))
    assert "has it been trained on MNIST?" in complaint


def two_inputs():
    one, other = keras.Input((28, 28, 1)), keras.Input((28, 28, 1))
    both = layers.Flatten()(layers.Concatenate()([one, other]))
    return keras.Model([one, other], layers.Dense(10)(both))


def test_other_models_are_refused_in_words():
    for model, said in [
        (mlp((28, 28, 3)), r"takes \[\(28, 28, 3\)\]; wanted one image"),
        (two_inputs(), "wanted one image"),
        (mlp((784,), units=1), r"gives \[\(1,\)\]; .*Dense\(10\)"),
        (mlp((784,), units=11), r"gives \[\(11,\)\]; .*model.output\[:, :10\]"),
        (keras.Sequential([layers.Dense(10)]), r"not been built yet.*keras.Input\(\(28, 28, 1\)\)"),
    ]:
        with pytest.raises(ValueError, match=said):
            Recognizer.from_model(model)


def test_a_classifier_that_takes_rows_is_read(mnist):
    nearest = NearestMean()
    recognizer = as_recognizer(nearest)
    assert isinstance(recognizer.network, Predictor)
    images = mnist.x_test[:200]
    np.testing.assert_allclose(
        recognizer.probabilities(images),
        nearest.predict_proba(images.reshape(200, 784)),
        atol=1e-4,
    )
    assert recognizer.recognize_strokes(SEVEN).digit == 7
    assert recognizer.network.maps(images[0]) == {}
    assert as_recognizer(recognizer) is recognizer  # what reads strokes itself stays as it is


@pytest.mark.parametrize("kind", [int, float, str])
def test_a_classifier_without_probabilities_is_read_and_that_is_said(kind):
    labels = NearestMean().predict
    with pytest.warns(UserWarning, match="always looks fully sure"):
        recognizer = Recognizer.from_model(lambda rows: labels(rows).astype(kind))
    prediction = recognizer.recognize_strokes(SEVEN)
    assert prediction.digit == 7
    assert prediction.confidence > 0.99


SHAPES = [(None, 1, 28, 28), (None, 784), (None, 28, 28), (1, 28, 28, 1), (1, 784), (28, 28)]


def test_a_model_is_given_images_in_the_shape_that_it_takes(mnist):
    shipped, images = NumpyCnn(load_weights()), mnist.x_test[:20]

    def taking(shape):
        def answer(images):
            if len(shape) != np.ndim(images) or shape[0] not in (None, len(images)):
                raise RuntimeError(f"got {np.shape(images)}, and {'x' * 300}")
            if shape[1:] != np.shape(images)[1:]:
                raise RuntimeError("another shape")
            logits = shipped.run(images)[1]
            images *= 255  # which is no matter of anybody else
            return logits[0] if shape == (28, 28) else logits

        return answer

    for shape in SHAPES:
        network = as_network(taking(shape))
        np.testing.assert_allclose(network.run(images)[1], shipped.run(images)[1], atol=1e-4)


def test_a_module_of_pytorch_is_read_as_a_copy_that_does_not_train(monkeypatch, mnist):
    """A stand-in for PyTorch: its tensors are no arrays, and its gradients are in the way."""
    torch, is_recorded = ModuleType("torch"), [True]
    other = families.recognizer("other weights").network

    class Tensor:
        def __init__(self, values):
            self.values = values

        def numpy(self):
            assert not is_recorded[0], "Can't call numpy() on Tensor that requires grad."
            return self.values

    class Module:
        cpu = float = lambda self: self

        def __init__(self):
            self.training, self.weight = True, np.ones(1)

        def eval(self):
            self.training = False
            return self

        def __call__(self, images):
            assert isinstance(images, Tensor) and not self.training
            assert images.values.shape[1:] == (1, 28, 28), "expected 1 channel"
            logits = other.run(np.transpose(images.values, (0, 2, 3, 1)))[1]
            logits -= logits.max(axis=1, keepdims=True)
            sums = np.exp(logits).sum(axis=1, keepdims=True)
            return Tensor((logits - np.log(sums)) * self.weight)

    @contextmanager
    def no_grad():
        is_recorded[0] = False
        yield
        is_recorded[0] = True

    torch.nn = ModuleType("torch.nn")
    torch.nn.Module, torch.from_numpy, torch.no_grad = Module, Tensor, no_grad
    monkeypatch.setitem(sys.modules, "torch", torch)
    module = Module()
    recognizer = Recognizer.from_model(module)
    module.weight[:] = 0  # trained further
    images = mnist.x_test[:20]
    expected = families.recognizer("other weights").probabilities(images)
    np.testing.assert_allclose(recognizer.probabilities(images), expected, atol=1e-4)
    assert module.training


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x: np.zeros((2, 3)), r"shape \(2, 3\); wanted \(2, 10\), the ten digits' prob"),
        (lambda x: np.zeros((3, 10)), r"wanted \(2, 10\)"),
        (lambda x: np.zeros((len(x), 47)), r"\(2, 47\).*model.predict\(images\)\[:, :10\]"),
        (lambda x: np.full(len(x), -1), "answers with -1; wanted one of the digits 0 to 9"),
        (lambda x: np.full(len(x), 6.9), "answers with 6.9; wanted one of the digits"),
        (lambda x: ["seven"] * len(x), "answers with 'seven'; wanted one of the digits"),
        (lambda x: np.full(len(x), "12", object), "answers with '12'; wanted one of the digits"),
        (lambda x: np.full((len(x), 10), np.nan), "answers are NaN: the training went wrong"),
        (lambda x: len(x) // 0, r"no single image \(integer division.*\n.*def read\(images\)"),
    ],
)
def test_a_model_that_answers_otherwise_is_refused_in_words(answer, said):
    with pytest.raises(ValueError, match=f"(?s){said}"):
        Recognizer.from_model(answer)


def test_a_class_that_computes_with_more_than_layers_is_read_as_a_whole():
    import tensorflow as tf

    class Closed(families.Subclass):
        def call(self, images):
            return tf.nn.softmax(tf.math.log(self.body(tf.cast(images, tf.float32))))

    model = Closed()
    with pytest.warns(UserWarning, match="layers of this Closed cannot be found.*as a whole"):
        recognizer = Recognizer.from_model(model)
    assert recognizer.recognize_strokes(SEVEN).digit == 7
    with pytest.raises(ValueError, match="layers of this Closed cannot be found"):
        fine_tune(model, families.some_drawings())


def test_a_layer_that_cannot_be_copied_is_named_and_features_stay_few(mnist):
    class Own(layers.Layer):
        def __init__(self, function):
            super().__init__(name="own")
            self.function, self.dense = function, layers.Dense(10)

        def call(self, maps):
            return self.function(self.dense(maps))

    body = [layers.Conv2D(64, 3), layers.Flatten(), layers.Dropout(0.5)]
    model = sequential(*body, Own(lambda x: x * 2))
    with pytest.warns(UserWarning, match="'own' cannot be copied"):
        network = Recognizer.from_model(model).network
    assert network.run(mnist.x_test[:2])[0].shape == (2, 64)  # 43,264 are too many to fit to
    with pytest.raises(ValueError, match="the last layer with weights is 'own', a Own"):
        fine_tune(model, families.some_drawings())


def test_layers_of_one_name_and_sums_beside_layers_are_told_apart(tmp_path):
    inner = keras.Input((28, 28, 1))
    flat = layers.Flatten()(layers.Lambda(lambda images: images - 1)(inner) * 2)
    keras.Model(inner, layers.Dense(5, name="twice")(flat)).save(tmp_path / "one.keras")
    one, other = (keras.models.load_model(tmp_path / "one.keras", safe_mode=False) for _ in "12")
    other.name = "other"

    images = keras.Input((28, 28, 1))
    both = layers.Concatenate()([one(images), other(images * 2 - 1)])
    model = keras.Model(images, layers.Dense(10, name="twice")(both))
    unfolded = Unfolded(model, (28, 28, 1))
    names = [layer.name for layer in unfolded.model.layers]
    assert len(set(names)) == len(names)
    x = load_mnist().x_test[:5]
    np.testing.assert_allclose(unfolded.model(x), model(x), atol=1e-5)
    changed = [weights + 0.01 for weights in model.get_weights()]
    again = unfolded.with_weights(changed)
    model.set_weights(changed)
    np.testing.assert_allclose(again.model(x), model(x), atol=1e-5)


@pytest.mark.parametrize(("number", "said"), [(np.nan, "NaN"), (np.inf, "infinite")])
def test_weights_that_are_not_finite_are_refused_at_every_door(number, said, tmp_path):
    model = load_cnn()
    kernel, *others = model.get_weights()
    kernel[0, 0, 0, 0] = number
    model.set_weights([kernel, *others])
    refused = f"its weights are {said}: the training went wrong; a smaller learning rate helps"
    for door in (
        lambda: Recognizer.from_model(model),
        lambda: Recognizer(NumpyCnn(model.get_weights())),
        lambda: fine_tune(model, families.some_drawings()),
        lambda: export_model(model, tmp_path / "cnn.onnx"),
    ):
        with pytest.raises(ValueError, match=refused):
            door()
    network, images = NumpyCnn(load_weights()), np.ones((1, 28, 28))
    network.run = lambda images: (np.zeros((len(images), 2)), np.full((len(images), 10), number))
    for ask in (
        lambda: calibration.fit(network, images, np.array([0]), images),
        lambda: Recognizer(network).probabilities(images),
    ):
        with pytest.raises(ValueError, match=f"its answers are {said}"):
            ask()
    assert not [*tmp_path.iterdir()]
