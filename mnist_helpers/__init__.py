"""What the lessons share: MNIST, drawings, a small CNN, a recogniser, a drawing pad and a web app.

Every public name is loaded on first use, so that `import mnist_helpers` stays cheap and a program
that only recognises drawings never imports TensorFlow.
"""

from importlib import import_module

_HOME = {
    "Collection": "collection",
    "DrawingPad": "pad",
    "LiveCurves": "training",
    "Mnist": "data",
    "Prediction": "recognizer",
    "Recognizer": "recognizer",
    "build_app": "app",
    "build_cnn": "model",
    "draw_strokes": "drawing",
    "fine_tune": "fine_tuning",
    "load_mnist": "data",
    "load_cnn": "model",
    "load_raw_mnist": "data",
    "preprocess": "preprocessing",
    "quiet_startup": "startup",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
