"""Any network that a learner builds: read as Keras reads it, or refused in words."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from mnist_helpers import Recognizer, build_cnn, calibration, load_cnn, load_mnist, save_cnn
from mnist_helpers.any_model import as_network, find_faults
from mnist_helpers.explain import find_reasons
from mnist_helpers.model import KerasNetwork, keras
from mnist_helpers.network import NumpyCnn, Predictor, load_weights
from mnist_helpers.recognizer import as_recognizer

layers = keras.layers
SEVEN = [[(90, 70), (190, 70), (130, 220)]]


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


def with_shipped_weights(activation="relu", pooling=layers.MaxPooling2D, end="softmax"):
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation=activation),
            pooling(2),
            layers.Conv2D(64, 3, activation=activation),
            pooling(2),
            layers.Flatten(),
            layers.Dense(10, activation=end),
        ]
    )
    model.set_weights(load_weights())
    return model


def batch_norm_with_other_sizes():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 5, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Conv2D(20, (3, 1), padding="valid", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10),
            layers.Softmax(),
        ]
    )


def mlp(shape, end=None):
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.Flatten(),
            layers.Dense(32, activation="relu"),
            layers.Dense(10, activation=end),
        ]
    )


def residual():
    images = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(images)
    x = layers.Add()([x, layers.Conv2D(8, 3, padding="same", activation="relu")(x)])
    x = layers.MaxPooling2D(4)(x)
    return keras.Model(images, layers.Dense(10, "softmax")(layers.Flatten()(x)))


def fully_convolutional():
    return keras.Sequential(
        [
            keras.Input((None, None, 1)),
            layers.Conv2D(8, 5, strides=3, activation="relu"),
            layers.Conv2D(10, 1),
            layers.GlobalAveragePooling2D(),
            layers.Activation("softmax"),
        ]
    )


def nested():
    inner = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(16, "relu")])
    return keras.Sequential([keras.Input((28, 28, 1)), inner, layers.Dense(10, "softmax")])


def layers_used_again():
    kept = [layer for layer in build_cnn().layers if "dropout" not in layer.name]
    return keras.Sequential([keras.Input((28, 28, 1)), *kept])


def changed_in_front(*front):
    return keras.Sequential([keras.Input((28, 28, 1)), *front, *mlp((28, 28, 1), "softmax").layers])


BUILDERS = {
    "as shipped": with_shipped_weights,
    "tanh": lambda: with_shipped_weights(activation="tanh"),
    "average pooling": lambda: with_shipped_weights(pooling=layers.AveragePooling2D),
    "leaky ReLU": lambda: with_shipped_weights(activation="leaky_relu"),
    "logits at the end": lambda: with_shipped_weights(end=None),
    "sigmoid at the end": lambda: with_shipped_weights(end="sigmoid"),
    "log-softmax at the end": lambda: with_shipped_weights(end="log_softmax"),
    "batch normalization": batch_norm_with_other_sizes,
    "dense, logits": lambda: mlp((28, 28, 1)),
    "dense, no channel": lambda: mlp((28, 28), "softmax"),
    "dense, a row": lambda: mlp((784,), "softmax"),
    "residual": residual,
    "fully convolutional": fully_convolutional,
    "nested": nested,
    "layers used again": layers_used_again,
    "rescaling in front": lambda: changed_in_front(layers.Rescaling(2, offset=-1)),
    "rotation in front": lambda: changed_in_front(layers.RandomRotation(0.1)),
    "lambda in front": lambda: changed_in_front(layers.Lambda(lambda x: 1 - x)),
}
TRAINED = {
    "as shipped",
    "tanh",
    "average pooling",
    "leaky ReLU",
    "logits at the end",
    "sigmoid at the end",
    "log-softmax at the end",
}
QUICK = TRAINED - {"tanh", "average pooling", "leaky ReLU"} | {"layers used again"}


@pytest.fixture(scope="module", params=BUILDERS)
def learned(request, mnist):
    """The name of a network, and the network, trained a little where it is not yet."""
    name = request.param
    keras.utils.set_random_seed(0)
    model = BUILDERS[name]()
    if name not in TRAINED:
        from_logits = name == "dense, logits"
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
        model.compile(keras.optimizers.Adam(0.005), loss)
        images = mnist.x_train[:2000].reshape(2000, *as_taken(model))
        model.fit(images, mnist.y_train[:2000], batch_size=32, verbose=0)
    return name, model


def as_taken(model):
    return tuple(28 if side is None else side for side in model.input_shape[1:])


@pytest.mark.filterwarnings("ignore:this network reads")
def test_it_reads_as_keras_does_and_quickly_only_where_numpy_agrees(learned, mnist):
    name, model = learned
    recognizer = Recognizer.from_model(model)
    images = mnist.x_test[:1000]
    answers = model.predict(images.reshape(1000, *as_taken(model)), verbose=0)
    np.testing.assert_array_equal(recognizer.logits(images).argmax(axis=1), answers.argmax(axis=1))
    if name not in ("dense, logits", "logits at the end", "sigmoid at the end"):
        probabilities = np.exp(answers) if name == "log-softmax at the end" else answers
        np.testing.assert_allclose(recognizer.probabilities(images), probabilities, atol=1e-4)
    assert isinstance(recognizer.network, NumpyCnn) == (name in QUICK)


@pytest.mark.filterwarnings("ignore:this network reads")
def test_all_that_a_pad_asks_is_answered(learned):
    name, model = learned
    recognizer = Recognizer.from_model(model)
    prediction = recognizer.recognize_strokes(SEVEN)
    assert prediction.verdict in ("digit", "unsure")
    assert find_reasons(recognizer, prediction).support.shape == (28, 28)
    maps = recognizer.network.maps(prediction.image)
    has_maps = not name.startswith(("dense", "nested", "rescaling", "rotation", "lambda"))
    assert bool(maps) == has_maps
    assert all(each.ndim == 3 for each in maps.values())


def test_the_names_and_shapes_of_the_maps_are_those_of_the_convolutions():
    network = as_network(batch_norm_with_other_sizes())
    shapes = {name: each.shape for name, each in network.maps(np.zeros((28, 28))).items()}
    assert shapes == {"First convolution": (14, 14, 8), "Second convolution": (12, 14, 20)}


def test_doubt_can_be_fitted_to_another_network(mnist, monkeypatch):
    part = replace(mnist, x_val=mnist.x_val[::4], y_val=mnist.y_val[::4])
    monkeypatch.setattr(calibration, "load_mnist", lambda: part)  # a quarter is quicker to fit
    recognizer = Recognizer.from_model(with_shipped_weights(pooling=layers.AveragePooling2D))
    recognizer = recognizer.calibrate()
    assert recognizer.is_calibrated
    assert isinstance(recognizer.network, KerasNetwork)
    assert recognizer.recognize_strokes(SEVEN).digit == 7
    scribbles = np.random.default_rng(0).uniform(40, 240, (40, 1, 14, 2))
    verdicts = [recognizer.recognize_strokes(each).verdict for each in scribbles]
    assert verdicts.count("digit") <= 4


def test_what_the_model_learns_later_does_not_change_the_answers(mnist):
    model = with_shipped_weights(activation="tanh")
    recognizer = Recognizer(as_network(model))
    before = recognizer.logits(mnist.x_test[:20])
    model.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    np.testing.assert_array_equal(recognizer.logits(mnist.x_test[:20]), before)


def test_a_network_from_a_file_is_read(mnist, tmp_path):
    model = residual()
    save_cnn(model, tmp_path / "mine.keras")
    network = as_network(load_cnn(tmp_path / "mine.keras"))
    by_keras = model.predict(mnist.x_test[:100], verbose=0).argmax(axis=1)
    assert (network.run(mnist.x_test[:100])[1].argmax(axis=1) == by_keras).all()


def test_a_model_that_only_fit_has_built_is_read(mnist):
    model = keras.Sequential([layers.Flatten(), layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(mnist.x_train[:500], mnist.y_train[:500], verbose=0)
    assert isinstance(as_network(model), KerasNetwork)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (lambda x: x, None),
        (lambda x: 1 - x, "inverted"),
        (lambda x: 255 * x, "0 to 255"),
        (lambda x: 2 * x - 1, "−1 to 1"),
        (lambda x: (x - 0.1307) / 0.3081, "standardised"),
        (lambda x: np.swapaxes(x, 1, 2), "rows and columns swapped"),
    ],
)
def test_a_network_that_was_trained_on_something_else_is_warned_of(form, said, mnist):
    keras.utils.set_random_seed(1)
    model = mlp((28, 28, 1), "softmax")
    model.compile(keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy")
    model.fit(form(mnist.x_train[:20_000]), mnist.y_train[:20_000], epochs=4, verbose=0)
    if said is None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            Recognizer.from_model(model)
    else:
        with pytest.warns(UserWarning, match=said):
            Recognizer.from_model(model)


def test_the_shipped_network_has_no_faults_and_an_untrained_one_is_asked_about():
    assert find_faults(NumpyCnn(load_weights())) == []
    keras.utils.set_random_seed(0)
    (complaint,) = find_faults(as_network(build_cnn()))
    assert "has it been trained on MNIST?" in complaint


def two_inputs():
    one, other = keras.Input((28, 28, 1)), keras.Input((28, 28, 1))
    both = layers.Flatten()(layers.Concatenate()([one, other]))
    return keras.Model([one, other], layers.Dense(10)(both))


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: mlp((28, 28, 3)), r"takes \[\(28, 28, 3\)\]; wanted one image"),
        (lambda: mlp((32, 32, 1)), "wanted one image"),
        (two_inputs, "wanted one image"),
        (
            lambda: keras.Sequential([keras.Input((784,)), layers.Dense(11)]),
            r"gives \[\(11,\)\]; wanted ten numbers",
        ),
        (
            lambda: keras.Sequential([layers.Flatten(), layers.Dense(10)]),
            r"not been built yet.*keras.Input\(\(28, 28, 1\)\)",
        ),
    ],
    ids=["three channels", "32 × 32", "two inputs", "eleven", "not built"],
)
def test_other_models_are_refused_in_words(build, said):
    with pytest.raises(ValueError, match=said):
        Recognizer.from_model(build())


@pytest.mark.parametrize("thing", [None, 7, "model.keras", object()])
def test_what_is_no_model_is_a_type_error(thing):
    with pytest.raises(TypeError, match="wanted a Keras model or something with predict"):
        Recognizer.from_model(thing)


class Nearest:
    """Like a classifier of scikit-learn: takes rows, and refuses everything else."""

    def __init__(self, mnist):
        self.means = np.stack(
            [
                mnist.x_train[mnist.y_train == digit].reshape(-1, 784).mean(axis=0)
                for digit in range(10)
            ]
        )

    def predict_proba(self, rows):
        if np.ndim(rows) != 2:
            raise ValueError("Found array with dim 4, while dim <= 2 is required")
        distances = ((rows[:, np.newaxis] - self.means) ** 2).sum(axis=2)
        powers = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / 5)
        return powers / powers.sum(axis=1, keepdims=True)


class NamesOnly:
    def __init__(self, nearest):
        self.nearest = nearest

    def predict(self, rows):
        return self.nearest.predict_proba(rows).argmax(axis=1)


def test_a_classifier_that_takes_rows_is_read(mnist):
    nearest = Nearest(mnist)
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


def test_a_classifier_without_probabilities_is_read_and_that_is_said(mnist):
    with pytest.warns(UserWarning, match="always looks fully sure"):
        recognizer = Recognizer.from_model(NamesOnly(Nearest(mnist)))
    prediction = recognizer.recognize_strokes(SEVEN)
    assert prediction.digit == 7
    assert prediction.confidence > 0.99


def test_what_reads_strokes_itself_stays_as_it_is():
    class Own:
        def recognize_strokes(self, strokes):
            return Recognizer.load().recognize_strokes(strokes)

    own = Own()
    assert as_recognizer(own) is own


@pytest.mark.parametrize("answer", [np.zeros((2, 3)), np.zeros((1, 10))])
def test_a_classifier_of_something_else_is_refused(answer):
    class Other:
        def predict(self, images):
            return answer

    with pytest.raises(ValueError, match=r"wanted \(2, 10\), the ten digits' probabilities"):
        Recognizer.from_model(Other())
