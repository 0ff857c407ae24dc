"""✅ or ❌ for the exercises: one function for each, called with the learner's answer.

The checks are loaded on first use. So `setup` can report a package that they need, if this package
does not load.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from mnist_helpers.course.progress import recorded
from mnist_helpers.course.set_up import setup as setup

if TYPE_CHECKING:  # for editors, which do not run `__getattr__`; they do not see the table's checks
    from mnist_helpers.course.checks.lessons_0_to_5 import *
    from mnist_helpers.course.checks.lessons_6_to_10 import *

_LESSONS = ["lessons_0_to_5", "lessons_6_to_10"]


def __getattr__(name: str):
    checks = {} if name.startswith("_") else _load()
    if name not in checks:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return recorded(checks[name])


def __dir__() -> list[str]:
    return sorted(["setup", *_load()])


def _load() -> dict:
    """Return the checks of all lessons by name: those of the table, and the modules' functions."""
    compare, *modules = (import_module(f".{each}", __name__) for each in ("compare", *_LESSONS))
    return {name: compare.from_table(name) for name in compare.KNOWN} | {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    }
