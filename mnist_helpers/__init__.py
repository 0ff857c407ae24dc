"""What the lessons share: MNIST, strokes and pictures, a CNN, a recogniser, a pad and a web app.

Every public name is loaded when it is first used. So `import mnist_helpers` stays quick, and a
program that only recognises drawings never imports TensorFlow.
"""

import re
from importlib import import_module
from pathlib import Path

_STUB = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
_HOME = {name: home for home, name in re.findall(r"^from (\S+) import (\w+)", _STUB, re.M)}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(_HOME[name])
    # `plots` and `checks` are modules themselves: their homes know them once they are imported.
    value = vars(home).get(name) or import_module(f"{home.__name__}.{name}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
