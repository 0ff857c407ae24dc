"""Any classifier of 28 × 28 as a network, and what can be wrong with how it was trained."""

import sys
from functools import partial

import numpy as np

from mnist_helpers.calibration import cross_entropy, fit_temperature
from mnist_helpers.network import Network, NumpyCnn, softmax
from mnist_helpers.own_network.outputs import probe_images, probes
from mnist_helpers.own_network.predictor import Predictor

_AGREEMENT = 1e-4  # of a probability: less is rounding, more is another network
_FEW = 0.5  # of the probes: a network that reads fewer was trained on something else
_MUCH = 0.3  # of the loss: images in another form are better if their loss is lower by this
_LITTLE = 0.1  # of the loss: so much can be chance
_AS_THEY_ARE = "as they are"
_FORMS = {  # forms of images that a network can be trained on; the layer and the code for each
    _AS_THEY_ARE: (lambda x: x, "", ""),
    "inverted, dark ink on light": (lambda x: 1 - x, "Rescaling(-1, offset=1)", "1 - images"),
    "with pixels from 0 to 255": (lambda x: 255 * x, "Rescaling(255)", "255 * images"),
    "inverted, with pixels from 0 to 255": (
        lambda x: 255 * (1 - x),
        *("Rescaling(-255, offset=255)", "255 * (1 - images)"),
    ),
    "with pixels from −1 to 1": (
        lambda x: 2 * x - 1,
        *("Rescaling(2, offset=-1)", "2 * images - 1"),
    ),
    "standardised, less 0.1307 and divided by 0.3081": (
        lambda x: (x - 0.1307) / 0.3081,
        *("Rescaling(1 / 0.3081, offset=-0.1307 / 0.3081)", "(images - 0.1307) / 0.3081"),
    ),
    "with rows and columns swapped": (
        lambda x: np.swapaxes(x, 1, 2),
        "Permute((2, 1, 3))",
        "images.reshape(-1, 28, 28).swapaxes(1, 2).reshape(images.shape)",
    ),
}


def as_network(model) -> Network:
    """Return a model as a network: in NumPy if that gives the same answers, because it is quicker.

    Raises TypeError or ValueError, in words, for anything that is not a classifier of 28 × 28.
    """
    keras = sys.modules.get("keras")  # a Keras model can only exist if Keras was imported
    if keras is None or not isinstance(model, keras.Model):
        return Predictor(model)
    from mnist_helpers.own_network.keras_network import ClosedModelError, KerasNetwork

    try:
        network = KerasNetwork(model)
    except ClosedModelError as error:
        remark = (
            f"{error}. Until then it is read as a whole: its inside is not shown, the course's "
            "network judges whether there is a digit at all, and fine_tune and the page refuse it"
        )
        # Not its `predict`, which takes 170 ms and prints.
        return Predictor(partial(model, training=False), [remark])
    try:
        quick = NumpyCnn(network.weights)
    except ValueError:
        return network
    quick.output_is = network.output_is
    answers = (softmax(each.run(probe_images())[1]) for each in (quick, network))
    return quick if np.allclose(*answers, atol=_AGREEMENT) else network


def find_faults(network: Network) -> list[str]:
    """Say in words what is wrong with how a network reads MNIST; usually the list is empty."""
    images, labels = probes()
    given = {
        form: _measure(network, change(images), labels) for form, (change, *_) in _FORMS.items()
    }
    loss, fitted_loss, count = given[_AS_THEY_ARE]
    best = min(given, key=lambda form: given[form][0])
    best_loss, best_fitted_loss, best_count = given[best]
    reads = f"this network reads {count} of {len(labels)} of MNIST's validation images"
    few = _FEW * len(labels)
    names_digits_only = getattr(network, "names_digits_only", False)
    complaints = []
    # In the form that it was trained on, a network is better, and its confidence needs no mending.
    is_better = best_loss < loss - _MUCH and best_fitted_loss < fitted_loss - _LITTLE
    is_sure = best_loss <= best_fitted_loss + _LITTLE or count < few
    if is_better and is_sure and best_count >= few:
        _, layer, code = _FORMS[best]
        function = f"lambda images: {getattr(network, 'asked', '')}({code})"
        is_open = not isinstance(network, Predictor)
        advice = (
            f"put keras.layers.{layer} first"
            if is_open
            else f"use Recognizer.from_model({function})"
        )
        complaints.append(
            f"{reads} with pixels from 0 to 1, and its loss is {loss:.2f}. It reads {best_count}, "
            f"and its loss is {best_loss:z.2f}, if the images come {best}: {advice}"
        )
    elif count < few:
        complaints.append(f"{reads}: has it been trained on MNIST?")
    elif fitted_loss < loss - _MUCH and not names_digits_only:
        complaints.append(
            f"{reads}, but how sure it is means little, as after training with the mean squared "
            "error: use Recognizer.from_model(model).calibrate()"
        )
    if names_digits_only:
        complaints.append("this model gives digits, not probabilities: it always looks fully sure")
    return [*complaints, *getattr(network, "remarks", ())]


def _measure(network: Network, images: np.ndarray, labels: np.ndarray) -> tuple[float, float, int]:
    """Return the loss, the loss at the best temperature, and how many images are read right."""
    logits = network.run(images)[1]
    loss = cross_entropy(logits, labels)
    fitted_loss = cross_entropy(logits / fit_temperature(logits, labels), labels)
    return loss, fitted_loss, int((logits.argmax(axis=1) == labels).sum())
