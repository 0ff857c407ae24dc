"""The line of the ink. (What a pad does with its strokes is tested in test_pad.py.)"""

import numpy as np
import pytest

from mnist_helpers.pad.paper import through_midpoints


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_a_line_begins_and_ends_where_the_pen_did(count):
    points = np.random.default_rng(count).random((count, 2))
    line = through_midpoints(points)
    np.testing.assert_array_equal(line[[0, -1]], points[[0, -1]])
    for middle in (points[1:] + points[:-1])[:-1][1:] / 2:
        assert np.isclose(line, middle).all(axis=1).any()


def test_a_corner_is_rounded():
    line = through_midpoints(np.array([(0.0, 0), (100, 0), (100, 100)]))
    steps = np.diff(line, axis=0)
    steps = steps[np.hypot(*steps.T) > 0]
    turns = np.abs(np.diff(np.unwrap(np.arctan2(*steps.T[::-1]))))
    assert turns.max() < np.radians(20)
