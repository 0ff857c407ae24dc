"""Show a teacher, on one page, what learners have tried.

    python teaching/who_is_stuck.py [--page FILE] [--every SECONDS] FOLDER ...

A FOLDER is a learner's home, a folder of homes (my_class), or a file that a learner has exported.
The page has a row for each learner and a column for each exercise. With --every it is written
again and again, and a browser that shows it keeps up.
"""

import argparse
import json
import re
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from mnist_helpers.course.my_lessons import FOLDER
from mnist_helpers.course.progress import FILE
from mnist_helpers.system.files import write_whole

HERE = Path(__file__).resolve().parent
TEACHER = "teacher"  # her name on the class's server


def place(name: str) -> Path:
    """Return a folder or an exported file. Raises ArgumentTypeError if it is neither."""
    if not (Path(name).is_dir() or zipfile.is_zipfile(name)):
        raise argparse.ArgumentTypeError(f"{name} is no folder and no file that was exported")
    return Path(name)


def learners(places: Iterable[Path]) -> dict[str, Path | zipfile.Path]:
    """Return the homes of learners by name: folders, folders of folders, or exported files.

    The second Anna is called Anna_again.
    """
    homes = {}
    for place in map(Path.resolve, places):
        if place.is_file():
            whole = zipfile.is_zipfile(place)
            found = {place.stem.removeprefix("digits_"): zipfile.Path(place)} if whole else {}
        elif (place / FOLDER).exists():
            found = {place.name: place}
        else:
            inside = [each for each in sorted(place.iterdir()) if not each.name.startswith(".")]
            found = learners(each for each in inside if each.is_dir() or each.suffix == ".zip")
        for name, home in found.items():
            while name in homes:
                name += "_again"
            if name != TEACHER:
                homes[name] = home
    return homes


def tries(home: Path | zipfile.Path) -> list[dict]:
    """Return what a learner has tried; a line that is not whole is left out."""
    file = home / FOLDER / FILE.as_posix()
    found = []
    for line in file.read_bytes().splitlines() if file.is_file() else []:
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            texts = {name: str(entry[name]) for name in ("exercise", "hint", "time")}
            found.append(texts | {"ok": entry["ok"] is True})
    return found


def exercises() -> dict[str, str]:
    """Return the number of each exercise by the name of its check, in the order of the lessons."""
    numbers = {}
    for path in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
        number = ""
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            text = "".join(cell["source"])
            number = (re.findall(r"^### Exercise (\d+\.\d+)", text, re.M) or [number])[-1]
            if cell["cell_type"] == "code":
                found = re.findall(r"\bchecks\.(\w+)\(", text) if number else []
                numbers |= {name: number for name in found if name not in numbers}
    return numbers


def page(homes: dict, seconds: int | None = None) -> str:
    """Return the page; with `seconds`, it loads itself again after so many."""
    numbers, hints = exercises(), Counter()
    tried = {name: defaultdict(list) for name in homes}
    for name, home in homes.items():
        for entry in tries(home):
            number = numbers.get(entry["exercise"], "?")
            tried[name][number].append(entry)
            if not entry["ok"]:
                hints[number, entry["hint"].split("is not it. ")[-1]] += 1
    lessons = {number.split(".")[0] for by_number in tried.values() for number in by_number}
    shown = [each for each in dict.fromkeys(numbers.values()) if each.split(".")[0] in lessons]
    templates = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True)
    return templates.get_template("who_is_stuck.html").render(
        learners=tried, shown=shown, hints=hints.most_common(10), seconds=seconds
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=place, metavar="FOLDER")
    parser.add_argument("--page", type=Path, default=Path.home() / "digits_teacher/progress.html")
    parser.add_argument("--every", type=int, metavar="SECONDS")
    options = parser.parse_args()
    with suppress(KeyboardInterrupt):
        while True:
            write_whole(options.page, page(learners(options.folders), options.every).encode())
            if not options.every:
                break
            time.sleep(options.every)
    print(f"Open {options.page}")


if __name__ == "__main__":
    main()
