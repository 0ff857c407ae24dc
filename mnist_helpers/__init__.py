"""What the lessons share: MNIST, strokes and pictures, a CNN, a recogniser, a pad and a web app.

Every public name is loaded when it is first used. So `import mnist_helpers` stays quick, and a
program that only recognises drawings never imports TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for editors, which do not run `__getattr__`
    from mnist_helpers import checks, plots
    from mnist_helpers.app import build_app
    from mnist_helpers.collection import Collection
    from mnist_helpers.data import Mnist, load_mnist, load_raw_mnist
    from mnist_helpers.drawing import draw_strokes
    from mnist_helpers.export import export_html, export_model, prove, show_page
    from mnist_helpers.fine_tuning import fine_tune
    from mnist_helpers.first_cell import start_lesson
    from mnist_helpers.live_curves import LiveCurves
    from mnist_helpers.model import build_cnn, load_cnn, save_cnn
    from mnist_helpers.pad import DrawingPad
    from mnist_helpers.prediction import Prediction
    from mnist_helpers.preprocessing import from_picture, from_strokes
    from mnist_helpers.recognizer import Recognizer
    from mnist_helpers.startup import quiet_startup
    from mnist_helpers.weight_history import KeepWeights, load_epochs

_HOME = {
    "Collection": "collection",
    "DrawingPad": "pad",
    "KeepWeights": "weight_history",
    "LiveCurves": "live_curves",
    "Mnist": "data",
    "Prediction": "prediction",
    "Recognizer": "recognizer",
    "build_app": "app",
    "build_cnn": "model",
    "checks": "",
    "draw_strokes": "drawing",
    "export_html": "export",
    "export_model": "export",
    "fine_tune": "fine_tuning",
    "from_picture": "preprocessing",
    "from_strokes": "preprocessing",
    "load_cnn": "model",
    "load_epochs": "weight_history",
    "load_mnist": "data",
    "load_raw_mnist": "data",
    "plots": "",
    "prove": "export",
    "quiet_startup": "startup",
    "save_cnn": "model",
    "show_page": "export",
    "start_lesson": "first_cell",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if not _HOME[name]:  # a module
        return import_module(f".{name}", __name__)
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
