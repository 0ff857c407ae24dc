"""Temperature, read-out and thresholds: do they keep their promise for new answers?"""

import numpy as np
import pytest

from mnist_helpers import calibration
from mnist_helpers.calibration import Calibration, calibrate, fit_read_out
from mnist_helpers.handwriting import write_digits, write_non_digits


def test_unseen_digits_are_told_from_what_is_none_and_kept_as_promised(
    recognizer, mnist, monkeypatch
):
    network, rng = recognizer.network, np.random.default_rng(11)
    part = mnist.x_val[::6], mnist.y_val[::6]
    monkeypatch.setattr(calibration, "load_part", lambda name: part)  # few are quicker to fit
    monkeypatch.setattr(calibration, "_STEPS", 4)
    fitted = calibrate(network, written=500)
    digits, _ = write_digits(500, rng)
    others = write_non_digits(500, rng)
    features, logits = network.run(mnist.x_train[:3000])
    for each in (network.run(digits)[0], features[:500]):
        assert (fitted.digit_probabilities(each) > 0.5).mean() > 0.88
    assert (fitted.digit_probabilities(network.run(others)[0]) < 0.5).mean() > 0.93
    both = fitted.digit_probabilities(features), fitted.probabilities(logits).max(axis=1)
    verdicts = [*map(fitted.verdict, *both)]
    assert verdicts.count("digit") / len(verdicts) > 0.98
    assert verdicts.count("no digit") / len(verdicts) < 0.01


def test_the_temperature_makes_the_confidence_honest():
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 3, (4000, 10))
    labels = np.array([rng.choice(10, p=p) for p in calibration.softmax(honest)])
    assert calibration.fit_temperature(honest * 2.5, labels) == pytest.approx(2.5, rel=0.1)


def test_a_feature_that_never_changes_does_no_harm():
    digits, others = np.random.default_rng(0).normal(0, 1, (2, 300, 3))
    digits[:, 2] = others[:, 2] = 1
    assert np.isfinite(fit_read_out(digits, others)).all()


def test_without_a_read_out_everything_counts_as_a_digit():
    assert (Calibration().digit_probabilities(np.zeros((3, 5))) == 1).all()


def test_reliability_sorts_answers_into_bins():
    confidence = np.array([0.9, 0.5, 1.0, 0.52, 0.99])
    bins = calibration.reliability(confidence, np.array([1, 0, 1, 1, 0], bool))
    np.testing.assert_allclose(bins, [[2, 1, 2], [0.51, 0.9, 0.995], [0.5, 1, 0.5]])
