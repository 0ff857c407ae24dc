"""What the first cell of each lesson calls: find the lessons' folder; on Colab, install first.

At its top it imports only the standard library. On Colab nothing else is sure to be there yet.
"""

import importlib
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

COURSE = Path(__file__).parent.parent
FIRST_LESSON = "00_start_here.ipynb"
OWN = "my_lessons"
EXTRAS = "[train,pad,onnx,litert]"
"""What Colab may lack. It has Gradio without `app`, and a running session must keep its Pillow."""
PINS = ("ipycanvas==0.13.3",)
"""Later versions have no JavaScript on npm, and Colab's widget manager looks for it there."""


def start_lesson() -> None:
    """Work in the folder of the lessons, whatever folder Python was started in.

    On Google Colab, first install what is missing there, and switch the widgets on. A package that
    Colab already has stays as it is if it fits. Raises RuntimeError, in words, if pip fails.
    """
    if "google.colab" in sys.modules:
        _install()
        from google.colab import output

        output.enable_custom_widget_manager()
    os.chdir(find_lessons(Path.cwd()))


def find_lessons(here: Path) -> Path:
    """Return the folder with the lessons that is nearest to `here`, or `here` if there is none.

    It can be `here` itself, or `my_lessons` or `notebooks` in `here` or in a folder above it. Last
    comes the folder `notebooks` beside the package.
    """
    around = [up / name for up in [here, *here.parents] for name in (OWN, "notebooks")]
    for folder in [here, *around, COURSE / "notebooks"]:
        if (folder / FIRST_LESSON).exists():
            return folder
    return here


def _install() -> None:
    """Install the course and what it needs, once on each machine."""
    try:
        version("mnist-helpers")
    except PackageNotFoundError:
        command = [sys.executable, "-m", "pip", "install", "-q", f"{COURSE}{EXTRAS}", *PINS]
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(
                "pip could not install what the course needs. Choose Runtime ▸ Disconnect and "
                f"delete runtime, and run this cell again. pip says:\n{done.stderr[-1000:]}"
            ) from None
        importlib.invalidate_caches()
