"""Is everything here that the course needs?"""

import platform
from collections.abc import Callable
from importlib.metadata import metadata, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

_PACKAGE = "mnist-helpers"
_REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"


def setup() -> None:
    """Lesson 0: test Python, each package, the data and the network, and say what to do."""
    tests = {"Python": _python, **_packages()}
    tests |= {"MNIST": _mnist, "TensorFlow's network": _network, "recogniser": _recognizer}
    all_well = True
    for name, test in tests.items():
        try:
            print(f"✅ {name:<24} {test()}")
        except Exception as error:  # whatever is wrong is what the learner wants to know
            all_well = False
            print(f"❌ {name:<24} {type(error).__name__}: {error}")
    if all_well:
        print("\nEverything is here. Go on.")
    else:
        print("\nWhat to do: put this line into a cell, and run it:")
        print(f'    %pip install -r "{_REQUIREMENTS}"')
        print("Then choose Kernel ▸ Restart Kernel in the menu, and run this cell again.")


def _python() -> str:
    found, wanted = platform.python_version(), metadata(_PACKAGE)["Requires-Python"]
    return _fitting(found, SpecifierSet(wanted))


def _packages() -> dict[str, Callable[[], str]]:
    """A test for each package that the course asks for."""
    needed = [Requirement(line) for line in requires(_PACKAGE) or []]
    return {
        each.name: lambda each=each: _fitting(version(each.name), each.specifier) for each in needed
    }


def _fitting(found: str, wanted: SpecifierSet) -> str:
    if not wanted.contains(found, prereleases=True):
        raise RuntimeError(f"version {found} is here, wanted {wanted}")
    return found


# The next three import what they test inside, so that a package that does not load is reported.


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
        raise RuntimeError(f"it reads a drawn 7 as {digit}; its weights are not the course's")
    return "reads a drawn 7 as 7"
