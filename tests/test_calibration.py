"""Temperature, read-out and thresholds: do they keep their promise for new answers?"""

import numpy as np
import pytest

from mnist_helpers import calibration, load_mnist
from mnist_helpers.calibration import (
    Calibration,
    calibrate,
    calibration_error,
    fit_read_out,
    fit_temperature,
    reliability,
)
from mnist_helpers.handwriting import write_digits, write_non_digits


@pytest.fixture(scope="module")
def network(recognizer):
    return recognizer.network


@pytest.fixture(scope="module")
def fitted(network):
    return calibrate(network, written=1000)


def test_the_read_out_tells_unseen_digits_from_what_is_none(network, fitted):
    rng = np.random.default_rng(11)
    digits, _ = write_digits(500, rng)
    mnist = load_mnist().x_train[:500]
    others = write_non_digits(500, rng)
    for images in (digits, mnist):
        is_digit = fitted.digit_probabilities(network.run(images)[0])
        assert (is_digit > 0.5).mean() > 0.88
    is_digit = fitted.digit_probabilities(network.run(others)[0])
    assert (is_digit < 0.5).mean() > 0.93


def test_the_thresholds_keep_the_share_of_digits_that_they_promise(network, fitted):
    images = load_mnist().x_train[:3000]
    features, logits = network.run(images)
    confidence = fitted.probabilities(logits).max(axis=1)
    verdicts = [
        fitted.verdict(*pair)
        for pair in zip(fitted.digit_probabilities(features), confidence, strict=True)
    ]
    assert verdicts.count("digit") / len(verdicts) > 0.98
    assert verdicts.count("no digit") / len(verdicts) < 0.01


def test_the_temperature_makes_the_confidence_honest():
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 3, (4000, 10))
    labels = np.array([rng.choice(10, p=p) for p in calibration.softmax(honest)])
    assert fit_temperature(honest * 2.5, labels) == pytest.approx(2.5, rel=0.1)


def test_the_read_out_is_logistic_regression():
    rng = np.random.default_rng(0)
    digits, others = rng.normal(1, 1, (400, 3)), rng.normal(-1, 1, (300, 3))
    read_out = fit_read_out(digits, others)
    assert read_out.shape == (4,)
    assert ((digits @ read_out[:-1] + read_out[-1]) > 0).mean() > 0.93
    assert ((others @ read_out[:-1] + read_out[-1]) < 0).mean() > 0.93
    digits[:, 2] = others[:, 2] = 1  # a feature that never changes does no harm
    assert np.isfinite(fit_read_out(digits, others)).all()


def test_without_a_read_out_everything_counts_as_a_digit():
    assert (Calibration().digit_probabilities(np.zeros((3, 5))) == 1).all()


def test_reliability_sorts_answers_into_bins():
    confidence = np.array([0.9, 0.5, 1.0, 0.52, 0.99])
    counts, mean_confidence, share_right = reliability(confidence, np.array([1, 0, 1, 1, 0], bool))
    np.testing.assert_array_equal(counts, [2, 1, 2])
    np.testing.assert_allclose(mean_confidence, [0.51, 0.9, 0.995])
    np.testing.assert_allclose(share_right, [0.5, 1, 0.5])


def test_the_calibration_error_is_the_mean_gap():
    confidence = np.repeat([0.6, 0.8, 0.95], [200, 300, 500])
    rights = [140, 240, 450]
    right = np.concatenate([np.arange(n) < k for n, k in zip([200, 300, 500], rights, strict=True)])
    assert calibration_error(confidence, right) == pytest.approx(0.045)
