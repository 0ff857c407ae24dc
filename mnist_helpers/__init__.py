"""What the lessons share: MNIST, strokes and pictures, a CNN, a recogniser, a pad and a web app.

Every public name is loaded when it is first used. So `import mnist_helpers` stays quick, and a
program that only recognises drawings never imports TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for editors, which do not run `__getattr__`
    from mnist_helpers import plots
    from mnist_helpers.app import build_app
    from mnist_helpers.course import checks
    from mnist_helpers.course.first_cell import start_lesson
    from mnist_helpers.data import Mnist, load_mnist, load_raw_mnist
    from mnist_helpers.drawing import draw_strokes
    from mnist_helpers.export import export_html, export_model, prove, show_page
    from mnist_helpers.learning.collection import Collection
    from mnist_helpers.learning.fine_tuning import fine_tune
    from mnist_helpers.learning.live_curves import LiveCurves
    from mnist_helpers.learning.weight_history import KeepWeights, load_epochs
    from mnist_helpers.model import build_cnn, load_cnn, save_cnn
    from mnist_helpers.pad import DrawingPad
    from mnist_helpers.pictures.inputs import from_picture
    from mnist_helpers.prediction import Prediction
    from mnist_helpers.preprocessing import from_strokes
    from mnist_helpers.recognizer import Recognizer
    from mnist_helpers.system.startup import quiet_startup

_OFFERED = {
    "app": "build_app",
    "course.checks": "checks",
    "course.first_cell": "start_lesson",
    "data": "Mnist load_mnist load_raw_mnist",
    "drawing": "draw_strokes",
    "export": "export_html export_model prove show_page",
    "learning.collection": "Collection",
    "learning.fine_tuning": "fine_tune",
    "learning.live_curves": "LiveCurves",
    "learning.weight_history": "KeepWeights load_epochs",
    "model": "build_cnn load_cnn save_cnn",
    "pad": "DrawingPad",
    "pictures.inputs": "from_picture",
    "plots": "plots",
    "prediction": "Prediction",
    "preprocessing": "from_strokes",
    "recognizer": "Recognizer",
    "system.startup": "quiet_startup",
}
_HOME = {name: home for home, names in _OFFERED.items() for name in names.split()}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f".{_HOME[name]}", __name__)
    value = home if _HOME[name].split(".")[-1] == name else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
