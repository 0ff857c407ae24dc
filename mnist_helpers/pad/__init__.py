"""The drawing pad of the notebooks, on ipycanvas and ipywidgets."""

from mnist_helpers.pad.drawing_pad import DrawingPad
