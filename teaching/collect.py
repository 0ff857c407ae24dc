"""Bring the projects and the progress of a class into one folder.

    python teaching/collect.py FOLDER ... --into CLASS   a teacher collects
    python teaching/collect.py --export NAME             a learner makes one file

A FOLDER is a learner's home, a folder of homes (my_class), or a file that a learner has exported.
In CLASS are then progress.csv, and a folder for each learner with the notebooks that are not the
course's lessons.
"""

import argparse
import csv
import io
import zipfile
from collections import defaultdict
from pathlib import Path

from who_is_stuck import exercises, learners, place, tries

from mnist_helpers.course.my_lessons import FOLDER, choose_home
from mnist_helpers.course.progress import FILE
from mnist_helpers.system.files import whole_file, write_whole

COURSE = Path(__file__).resolve().parents[1]
_LESSONS = {path.name for path in (COURSE / "notebooks").glob("*.ipynb")}
_MOST = 20_000_000  # bytes of a notebook


def projects(home: Path | zipfile.Path) -> dict[str, Path | zipfile.Path]:
    """Return a learner's notebooks that are not lessons of the course, by names without a folder.

    They are in the home itself, or anywhere in her copy of the lessons.
    """
    if isinstance(home, zipfile.Path):
        names = home.root.namelist()
    else:
        files = [*home.glob("*.ipynb"), *(home / FOLDER).rglob("*.ipynb")]
        names = [each.relative_to(home).as_posix() for each in files]
    found = {}
    for name in names:
        *folders, last = name.split("/")
        if (
            last.endswith(".ipynb")
            and last not in _LESSONS
            and "_damaged_" not in last
            and not {".ipynb_checkpoints", "my_work"} & {*folders}
            and (home / name).is_file()
        ):
            flat = name.replace("/", "_")
            short = flat.removeprefix(f"{FOLDER}_")
            found[flat if short in found else short] = home / name
    return found


def collect(places: list[Path], into: Path) -> dict[str, int]:
    """Write projects and progress.csv into a folder; return how many projects each learner has."""
    homes, numbers, table, counts = learners(places), exercises(), io.StringIO(), {}
    writer = csv.writer(table)
    writer.writerow(["learner", "exercise", "right", "tries", "first", "last"])
    for name, home in homes.items():
        found = projects(home)
        counts[name] = len(found)
        for short, project in found.items():
            with project.open("rb") as file:
                write_whole(into / name / short, file.read(_MOST))
        by_exercise = defaultdict(list)
        for entry in tries(home):
            by_exercise[entry["exercise"]].append(entry)
        for check, all_tries in by_exercise.items():
            right = any(entry["ok"] for entry in all_tries)
            times = [all_tries[0]["time"], all_tries[-1]["time"]]
            writer.writerow([name, numbers.get(check, check), int(right), len(all_tries), *times])
    write_whole(into / "progress.csv", table.getvalue().encode("utf-8-sig"))  # as Excel wants it
    return counts


def export(home: Path, name: str) -> Path:
    """Put a learner's projects and progress into one file in her home; return its path."""
    target = home / f"digits_{name}.zip"
    with whole_file(target) as unfinished, zipfile.ZipFile(unfinished, "w") as file:
        for each in [*projects(home).values(), home / FOLDER / FILE]:
            if each.is_file():
                file.write(each, each.relative_to(home).as_posix())
    return target


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=place, metavar="FOLDER")
    parser.add_argument("--into", type=Path, default=Path.home() / "digits_teacher/class")
    parser.add_argument("--export", metavar="NAME")
    options = parser.parse_args()
    if bool(options.export) == bool(options.folders):
        parser.error("give folders, or --export with your name")
    if options.export:
        if Path(options.export).name != options.export:
            parser.error("your name becomes a part of a file's name: write it without / in it")
        print(f"Give this file to your teacher: {export(choose_home(), options.export)}")
        return
    counts = collect(options.folders, options.into)
    print(f"{len(counts)} learners: their projects and progress.csv are in {options.into}")
    if without := [name for name, count in counts.items() if not count]:
        print(f"Without a project: {', '.join(without)}")


if __name__ == "__main__":
    main()
