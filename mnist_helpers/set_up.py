"""Test whether everything that the course needs is here.

The imports at the top are not among the tested packages, so it can report one that does not load.
"""

import platform
import traceback
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from mnist_helpers.startup import quiet_startup

_PACKAGE = "mnist-helpers"
_EXTRAS = ("", "train", "pad", "app")
# Modules whose names differ from their packages.
_MODULES = {"ipython": "IPython", "opencv-python-headless": "cv2", "pillow": "PIL"}


def setup() -> None:
    """Lesson 0: test Python, each package, the data and the network, and say what to do."""
    needed = _needed()
    tests: dict[str, Callable[[], str]] = {"Python": _python}
    tests |= {name: lambda each=each: _package(each) for name, each in needed.items()}
    tests |= {"MNIST": _mnist, "TensorFlow's network": _network, "recogniser": _recognizer}
    faults = {}
    for name, test in tests.items():
        try:
            print(f"✅ {name:<24} {test()}")
        except Exception as error:  # the learner wants to know every fault
            faults[name] = error
            print(f"❌ {name:<24} {_in_one_line(error)}")
    if faults:
        _say_what_to_do(faults, needed)
    else:
        print("\nEverything is here. Go on.")


def _needed() -> dict[str, Requirement]:
    """Return what the lessons need, by name; the package's own range wins over an extra's."""
    needed: dict[str, Requirement] = {}
    for each in map(Requirement, requires(_PACKAGE) or []):
        if each.marker is None or any(each.marker.evaluate({"extra": name}) for name in _EXTRAS):
            needed.setdefault(each.name, each)
            needed[each.name].marker = None  # it has been applied, and pip does not need it
    return needed


def _say_what_to_do(faults: dict[str, Exception], needed: dict[str, Requirement]) -> None:
    """Print what to do; `%pip` changes the Python that runs the notebook."""
    unfit = {name for name in faults if isinstance(faults[name], UnfitError)}
    broken = {_culprit(error, needed) for error in faults.values()} - {None} - unfit
    if "Python" in unfit:
        print("\nWhat to do: install a Python as wanted above, and set up the course as the README")
        print("says.")
    elif unfit or broken:
        wanted = " ".join(f'"{needed[name]}"' for name in sorted(unfit | broken))
        print("\nWhat to do: put this into a new cell, and run it:")
        if broken:
            print(f"    %pip uninstall -y {' '.join(sorted(broken))}")
        print(f"    %pip install {wanted}")
        print("Then choose Kernel ▸ Restart Kernel in the menu, and run this cell again.")
    else:
        print("\nWhat to do: each line with ❌ says it. Then run this cell again.")


def _culprit(error: Exception, needed: dict[str, Requirement]) -> str | None:
    """Return the needed package whose import failed, perhaps inside of another package's import."""
    if not isinstance(error, BrokenError):
        return None
    names = {_MODULES.get(name, name): name for name in needed}
    frames = traceback.walk_tb(error.__cause__.__traceback__)
    modules = [frame.f_globals.get("__name__", "").split(".")[0] for frame, _ in frames]
    return next((names[module] for module in reversed(modules) if module in names), error.package)


class UnfitError(Exception):
    """The package is missing, or its version does not fit."""


class BrokenError(Exception):
    """The package is installed, but does not load."""

    def __init__(self, package: str, cause: Exception):
        super().__init__(f"it is installed, but does not load: {_in_one_line(cause)}")
        self.package = package


def _in_one_line(error: Exception) -> str:
    said = " ".join(str(error).split())
    return (
        said if isinstance(error, UnfitError | BrokenError) else f"{type(error).__name__}: {said}"
    )


def _python() -> str:
    return _fitting(platform.python_version(), SpecifierSet(metadata(_PACKAGE)["Requires-Python"]))


def _package(needed: Requirement) -> str:
    """Return the version of a package that fits and loads."""
    try:
        found = _fitting(version(needed.name), needed.specifier)
    except PackageNotFoundError:
        raise UnfitError(f"it is not installed, wanted {needed}") from None
    try:
        with quiet_startup():
            import_module(_MODULES.get(needed.name, needed.name))
    except Exception as error:
        raise BrokenError(needed.name, error) from error
    return found


def _fitting(found: str, wanted: SpecifierSet) -> str:
    if not wanted.contains(found, prereleases=True):
        raise UnfitError(f"version {found} is here, wanted {wanted}")
    return found


def _mnist() -> str:
    from mnist_helpers.data import load_raw_mnist

    (x_train, _), (x_test, _) = load_raw_mnist()
    return f"{len(x_train):,} + {len(x_test):,} images, checksum right"


def _network() -> str:
    from mnist_helpers.model import build_cnn

    return f"built, {build_cnn().count_params():,} parameters"


def _recognizer() -> str:
    from mnist_helpers.recognizer import Recognizer

    seven = [[(90, 70), (190, 70), (130, 220)]]
    digit = Recognizer.load().recognize_strokes(seven).digit
    if digit != 7:
        raise RuntimeError(f"it reads a drawn 7 as {digit}; the weights are not the right ones")
    return "reads a drawn 7 as 7"
