"""Do the package's ranges of versions work? Install one set; run the tests and all lessons.

    python benchmarks/versions.py plain|lowest|newest|pinned|colab [--python PYTHON]

plain: the package without extras; it reads one drawing.
lowest: the lower bound of every range in pyproject.toml.
newest: what pip finds today.
pinned: constraints.txt.
colab: the versions that Colab has (colab_versions.txt), and what the first cell of a lesson adds
there. Colab's Python is 3.13.

Each set gets a virtual environment of its own in a temporary folder. The tests are those that need
neither a browser nor npm, without those of texts and teaching material. Then every lesson is
executed. The result is one row for versions.md.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from mnist_helpers.course.first_cell import EXTRAS, PINS

ROOT = Path(__file__).parent.parent
COLAB = Path(__file__).parent / "colab_versions.txt"
LEFT_OUT = [
    "style",
    "lessons",
    "prose",
    "package",
    "page_engine",
    "app_hostile",
    "browser",
    "folded_outputs",
    "live_app",
    "pad_face",
    "pad_grammar",
    "pad_kernel",
    "web_pad",
    "site",
    "classroom",
    "start",
    "first_cell",
    "teaching",
    "english",
    "slides",
    "marks",
    "without_solutions",
]
SHOWN = ["tensorflow", "keras", "numpy", "opencv-python-headless", "pillow", "ipywidgets"]
SHOWN += ["ipycanvas", "gradio", "onnx", "ai-edge-litert"]
READ = """from mnist_helpers import Recognizer
print(Recognizer.load().recognize_strokes([[(0, 0), (9, 99)]]))"""
FOUND = """import sys
from importlib.metadata import distributions
found = {each.name: each.version for each in distributions()}
versions = ", ".join(f"{name} {found[name]}" for name in sys.argv[1:] if name in found)
print(f"{sys.version.split()[0]} | {versions}")
"""


def lowest() -> list[str]:
    """Return 'name==version' for each lower bound in pyproject.toml, or the higher of two."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ranges = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    bounds: dict[str, Version] = {}
    for each in map(Requirement, ranges):
        for bound in each.specifier:  # an extra that names other extras has none
            bounds[each.name] = max(bounds.get(each.name, Version("0")), Version(bound.version))
    return [f"{name}=={bound}" for name, bound in bounds.items()]


def install(python: Path, course: Path, *what: str | Path) -> None:
    subprocess.run([python, "-m", "pip", "install", "-q", *what], cwd=course, check=True)


def install_set(name: str, python: Path, course: Path) -> None:
    """Install the course in these versions into the environment of `python`."""
    if name == "plain":
        return install(python, course, ".")
    if name == "colab":
        names = {line.split("==")[0].lower() for line in COLAB.read_text("utf-8").split()}
        brought = [each for each in [*SHOWN, "matplotlib", "tqdm", "filelock"] if each in names]
        install(python, course, "-c", COLAB, *brought, "ipykernel", "ipython")
        install(python, course, f".{EXTRAS}", *PINS)
    else:
        constraints = course / "these_versions.txt"
        pinned = (ROOT / "constraints.txt").read_text("utf-8")
        versions = {"lowest": "\n".join(lowest()), "newest": "", "pinned": pinned}
        constraints.write_text(versions[name], "utf-8")
        install(python, course, "-c", constraints, ".[all]")
    install(python, course, "pytest", "nbval", "hypothesis", "playwright")


def run_tests(python: Path, course: Path) -> str:
    """Return pytest's last line."""
    skip = [f"--ignore-glob=*{each}*" for each in LEFT_OUT]
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *skip, "tests"]
    tests = subprocess.run(command, cwd=course, capture_output=True, encoding="utf-8")
    print(tests.stdout[-5000:], file=sys.stderr)
    return tests.stdout.strip().splitlines()[-1].split(" in ")[0].strip("= ")


def run_lessons(python: Path, course: Path, numbers: Sequence[str] = ()) -> str:
    """Execute the lessons with these numbers, or all; return how many ran, and what stopped one."""
    faults, lessons = [], sorted((course / "notebooks").glob("*.ipynb"))
    chosen = [path.name[:2] for path in lessons if not numbers or path.name[:2] in numbers]
    for number in chosen:
        command = [python, "teaching/execute_lessons.py", number]
        done = subprocess.run(command, cwd=course, capture_output=True, encoding="utf-8")
        print(number, done.stdout, done.stderr[-3000:], file=sys.stderr, flush=True)
        if done.returncode:
            last = re.sub(r"\x1b\[[\d;]*m", "", done.stderr.strip().splitlines()[-1])
            faults.append(f"{number}: {last}")
    return "; ".join([f"{len(chosen) - len(faults)} of {len(chosen)} lessons ran", *faults])


def result(name: str, python: Path, course: Path) -> str:
    if name == "plain":
        read = subprocess.run([python, "-c", READ], cwd="/", capture_output=True, encoding="utf-8")
        return "a drawn 1 is read" if "Prediction(1" in read.stdout else read.stderr
    return f"{run_tests(python, course)}; {run_lessons(python, course)}"


def row(name: str, python: Path, course: Path) -> str:
    """Run tests and lessons in the environment of `python`; return a row of the table."""
    found = subprocess.run(
        [python, "-c", FOUND, *SHOWN], capture_output=True, encoding="utf-8"
    ).stdout
    return f"| {name} | {found.strip()} | {result(name, python, course)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=["plain", "lowest", "newest", "pinned", "colab"])
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        venv, course = Path(folder, "venv"), Path(folder, "course")
        subprocess.run([options.python, "-m", "venv", venv], check=True)
        shutil.copytree(
            ROOT, course, ignore=shutil.ignore_patterns(".venv*", ".git", "my_lessons", "my_work")
        )
        python = venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        install_set(options.name, python, course)
        print(row(options.name, python, course))


if __name__ == "__main__":
    main()
