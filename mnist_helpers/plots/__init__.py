"""Every figure of the lessons.

Each function draws one figure and shows it. It also has an alternative text, for screen readers and
for places that cannot show the picture. `base.in_words` makes this text from the figure itself.
"""

from mnist_helpers.plots.charts import (
    bar_chart,
    confusion_matrix,
    cross_entropy,
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
    side_by_side,
)
