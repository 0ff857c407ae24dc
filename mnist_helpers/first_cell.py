"""What the first cell of each lesson calls: the lessons' folder at home, the whole set-up on Colab.

At its top it imports the standard library alone, since on Colab nothing else is certain yet.
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
"""What Colab may lack; it brings Gradio, and Pillow, which cannot change in a running session."""
PINS = ("ipycanvas==0.13.3",)
"""Later versions have no JavaScript on npm, where Colab's widget manager looks for it."""


def start_lesson() -> None:
    """Work in the folder of the lessons, whatever folder Python was started in.

    On Google Colab, install first what is missing there, and switch the widgets on; what Colab
    brings stays as it is where it fits. Raises RuntimeError, in words, where pip fails.
    """
    if "google.colab" in sys.modules:
        _install()
        from google.colab import output

        output.enable_custom_widget_manager()
    os.chdir(find_lessons(Path.cwd()))


def find_lessons(here: Path) -> Path:
    """Return the folder with the lessons that is nearest to `here`; `here` where there is none.

    It is `here` itself, or `my_lessons` or `notebooks` beside it or further up, or the folder that
    lies beside the package.
    """
    around = [up / name for up in [here, *here.parents] for name in (OWN, "notebooks")]
    for folder in [here, *around, COURSE / "notebooks"]:
        if (folder / FIRST_LESSON).exists():
            return folder
    return here


def _install() -> None:
    """Install the course and what it needs, once for each machine."""
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
