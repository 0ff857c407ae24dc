"""Test whether everything that the course needs is here.

The imports at the top are not among the tested packages, so it can report one that does not load.
"""

import os
import platform
import traceback
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from mnist_helpers.system.files import read_object
from mnist_helpers.system.startup import quiet_startup

_PACKAGE = "mnist-helpers"
_EXTRAS = ("", "train", "pad", "app")
# Modules whose names differ from their packages.
_MODULES = {"ipython": "IPython", "opencv-python-headless": "cv2", "pillow": "PIL"}

_SETTINGS = {"backend of Keras", "settings of Keras"}
_WITH_KERAS = {"keras", "settings of Keras", "TensorFlow's network"}


def setup() -> None:
    """Lesson 0: test Python, each package, the data and the network, and say what to do."""
    needed = _needed()
    tests: dict[str, Callable[[], str]] = {"Python": _python, "backend of Keras": _keras_backend}
    tests |= {name: lambda each=each: _package(each) for name, each in needed.items()}
    tests |= {"settings of Keras": _keras_settings, "TensorFlow's network": _network}
    tests |= {"MNIST": _mnist, "recogniser": _recognizer}
    faults = {}
    for name, test in tests.items():
        if name in _WITH_KERAS and faults.keys() & _SETTINGS:
            continue  # it would only fail for the same reason
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
    broken = {name for name in faults if isinstance(faults[name], BrokenError)}
    broken = {_culprit(name, faults[name], needed) for name in broken} - unfit
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
        print("\nWhat to do: each line with ❌ says it. Then choose Kernel ▸ Restart Kernel in the")
        print("menu, and run this cell again.")


def _culprit(broken: str, error: Exception, needed: dict[str, Requirement]) -> str:
    """Return the needed package whose import failed, perhaps inside of another package's import."""
    names = {_MODULES.get(name, name): name for name in needed}
    frames = traceback.walk_tb(error.__cause__.__traceback__)
    modules = [frame.f_globals.get("__name__", "").split(".")[0] for frame, _ in frames]
    return next((names[module] for module in reversed(modules) if module in names), broken)


class SettingError(Exception):
    """A setting of Keras does not fit the course."""


class UnfitError(Exception):
    """The package is missing, or its version does not fit."""


class BrokenError(Exception):
    """The package is installed, but does not load."""


def _in_one_line(error: Exception) -> str:
    said = " ".join(str(error).split())
    told = isinstance(error, UnfitError | BrokenError | SettingError)
    return said if told else f"{type(error).__name__}: {said}"


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
        said = _in_one_line(error)
        raise BrokenError(f"it is installed, but does not load: {said}") from error
    return found


def _fitting(found: str, wanted: SpecifierSet) -> str:
    if not wanted.contains(found, prereleases=True):
        raise UnfitError(f"version {found} is here, wanted {wanted}")
    return found


def _keras_backend() -> str:
    """Return Keras's backend; this does not import Keras, which fails if the backend is missing."""
    variable = os.environ.get("KERAS_BACKEND")
    found = variable or read_object(_keras_path()).get("backend", "tensorflow")
    if found == "tensorflow":
        return found
    where = _in_the_file("backend", "tensorflow")
    if variable:
        where = (
            "the variable KERAS_BACKEND: remove it where your system sets it, or begin every "
            'notebook with: import os; os.environ["KERAS_BACKEND"] = "tensorflow"'
        )
    raise SettingError(f"it is {found!r}, wanted 'tensorflow'. It comes from {where}")


def _keras_settings() -> str:
    """Return the other settings, as Keras has them now."""
    import keras

    wanted = {"backend": "tensorflow", "image_data_format": "channels_last", "floatx": "float32"}
    found = {name: getattr(keras.config, name)() for name in wanted}
    wanted["dtype_policy"], found["dtype_policy"] = "float32", keras.config.dtype_policy().name
    for name, value in wanted.items():
        if found[name] != value:
            where = f"a line such as keras.config.set_{name} in this notebook: take it out"
            if read_object(_keras_path()).get(name) == found[name]:
                where = _in_the_file(name, value)
            raise SettingError(
                f"{name} is {found[name]!r}, wanted {value!r}. It comes from {where}"
            )
    return ", ".join(found.values())


def _keras_path() -> Path:
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "keras.json"


def _in_the_file(name: str, value: str) -> str:
    path = str(_keras_path()).replace(str(Path.home()), "~", 1)
    return f'the file {path}: write "{name}": "{value}" there'


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
