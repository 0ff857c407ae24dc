"""✅ or ❌ for the exercises: one function for each, called with the learner's answer.

The checks are loaded on first use. So `setup` can report a package that they need, if this package
does not load.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from mnist_helpers.set_up import setup

if TYPE_CHECKING:  # for editors, which do not run `__getattr__`
    from mnist_helpers.checks.lessons_0_to_2 import (
        center_column,
        dense_parameters,
        distance,
        how_many_digits,
        network_images,
        sevens,
        votes,
    )
    from mnist_helpers.checks.lessons_3_to_4 import (
        best_rate,
        chances,
        cnn_sides,
        conv_width,
        diagnosis,
        level_kernel,
        loss_of_one_image,
        parameter_count,
        parameters,
        pooled,
        training_steps,
        validation_goal,
    )
    from mnist_helpers.checks.lessons_5_to_6 import (
        calibration_error,
        comparison,
        own_change,
        own_reading,
        share_read_right,
        slant_in_pixels,
        strongest_map,
        verdicts,
    )
    from mnist_helpers.checks.lessons_7_to_9 import (
        bytes_of_numbers,
        four_steps,
        ink_length,
        share_turned_away,
        shift_of,
        small_integers,
        standard_error,
        ten_scores,
        width_in_box,
    )
    from mnist_helpers.checks.lessons_10 import (
        ink_contrast,
        live_answer,
        plain_lists,
        point_rule,
    )

__all__ = [
    "best_rate",
    "bytes_of_numbers",
    "calibration_error",
    "center_column",
    "chances",
    "cnn_sides",
    "comparison",
    "conv_width",
    "dense_parameters",
    "diagnosis",
    "distance",
    "four_steps",
    "how_many_digits",
    "ink_contrast",
    "ink_length",
    "level_kernel",
    "live_answer",
    "loss_of_one_image",
    "network_images",
    "own_change",
    "own_reading",
    "parameter_count",
    "parameters",
    "plain_lists",
    "point_rule",
    "pooled",
    "setup",
    "sevens",
    "share_read_right",
    "share_turned_away",
    "shift_of",
    "slant_in_pixels",
    "small_integers",
    "standard_error",
    "strongest_map",
    "ten_scores",
    "training_steps",
    "validation_goal",
    "verdicts",
    "votes",
    "width_in_box",
]

_LESSONS = ["lessons_0_to_2", "lessons_3_to_4", "lessons_5_to_6", "lessons_7_to_9", "lessons_10"]


def __getattr__(name: str):
    if name in __all__:
        for lessons in _LESSONS:
            module = import_module(f".{lessons}", __name__)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
