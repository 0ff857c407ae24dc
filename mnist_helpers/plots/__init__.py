"""Every figure of the lessons.

Each function draws one figure and shows it. It also has an alternative text, for screen readers and
for places that cannot show the picture. `in_words.py` makes this text from the figure itself.
"""

from mnist_helpers.plots.charts import (
    bar_chart,
    confusion_matrix,
    cross_entropy,
    error_curve,
    histogram,
    learning_curves,
    learning_rate,
    reliability_diagram,
    seeds,
    trade_off,
)
from mnist_helpers.plots.images import (
    answers,
    centered_digits,
    channel_grid,
    image_grid,
    layer_shapes,
    side_by_side,
)

__all__ = [
    "answers",
    "bar_chart",
    "centered_digits",
    "channel_grid",
    "confusion_matrix",
    "cross_entropy",
    "error_curve",
    "histogram",
    "image_grid",
    "layer_shapes",
    "learning_curves",
    "learning_rate",
    "reliability_diagram",
    "seeds",
    "side_by_side",
    "trade_off",
]
