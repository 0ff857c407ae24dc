"""What the first cell of each lesson calls: find the lessons' folder; on Colab, install first.

On Colab, a learner's own files can be kept on a Google Drive too. At its top it needs only the
standard library. On Colab nothing else is sure to be there yet.
"""

import importlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mnist_helpers.course.my_lessons import COURSE, FOLDER
from mnist_helpers.system.files import put_aside

FIRST_LESSON = "00_start_here.ipynb"
EXTRAS = "[train,pad,onnx,litert]"
"""What Colab may lack. It has Gradio without `app`, and a running session must keep its Pillow."""
PINS = ("ipycanvas==0.13.3", "onnx==1.22.0", "limits==5.8.0")
"""Later ones of ipycanvas have no JavaScript on npm, where Colab's widget manager looks for it.

Later ones of onnx replace Colab's protobuf, and a TensorFlow that has loaded the older one fails.
`limits` is what the app of lesson 10 needs beside Gradio.
"""
WORK = "my_work"
DRIVE = "/content/drive"


def start_lesson(keep_my_work: bool = False) -> None:
    """Work in the folder of the lessons, whatever folder Python was started in.

    On Google Colab, first install what is missing there, and switch the widgets on. A package that
    Colab already has stays as it is if it fits. `keep_my_work` calls `keep_on_drive`. Raises
    RuntimeError, in words, if pip fails.
    """
    if _is_colab():
        _install()
        from google.colab import output

        output.enable_custom_widget_manager()
    os.chdir(find_lessons(Path.cwd()))
    if keep_my_work:
        keep_on_drive()


def keep_on_drive() -> None:
    """On Colab, let the folder `my_work` lie on the learner's Google Drive; Colab asks first.

    Without it, everything is gone with Colab's machine. Files that are in `my_work` already move
    there, and one of the same name that is there gets another name. At home it changes nothing.
    """
    if not _is_colab():
        print(f"You are not on Colab: your files stay on this computer, in {WORK}.")
        return
    from google.colab import drive

    drive.mount(DRIVE)
    here, kept = Path(WORK), Path(DRIVE, "MyDrive/digits", WORK)
    kept.mkdir(parents=True, exist_ok=True)
    if here.is_dir() and not here.is_symlink():
        for mine in list(here.iterdir()):
            if (kept / mine.name).exists():
                put_aside(kept / mine.name, "before")
            shutil.move(mine, kept / mine.name)
        here.rmdir()
    here.unlink(missing_ok=True)
    here.symlink_to(kept, target_is_directory=True)
    print(f"From now on, {WORK} is the folder MyDrive/digits/{WORK} of your Google Drive.")


def find_lessons(here: Path) -> Path:
    """Return the folder with the lessons that is nearest to `here`, or `here` if there is none.

    It can be `here` itself, or `my_lessons` or `notebooks` in `here` or in a folder above it. Last
    comes the folder `notebooks` beside the package.
    """
    around = [up / name for up in [here, *here.parents] for name in (FOLDER, "notebooks")]
    folders = [here, *around, COURSE / "notebooks"]
    return next((folder for folder in folders if (folder / FIRST_LESSON).exists()), here)


def pip_command() -> list[str]:
    """Return the command that installs on Colab what is missing there."""
    return [sys.executable, "-m", "pip", "install", "-q", f"{COURSE}{EXTRAS}", *PINS]


def _is_colab() -> bool:
    return "google.colab" in sys.modules


def _install() -> None:
    """Install the course and what it needs, once on each machine."""
    try:
        version("mnist-helpers")
    except PackageNotFoundError:
        done = subprocess.run(pip_command(), capture_output=True, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(
                "pip could not install what the course needs. Choose Runtime ▸ Disconnect and "
                f"delete runtime, and run this cell again. pip says:\n{done.stderr[-1000:]}"
            ) from None
        importlib.invalidate_caches()
